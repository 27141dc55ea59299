import { z } from 'zod'

/** A text in Chinese and English. */
export type Words = { zh: string; en: string }

/** Both languages as one message of zod's, which is a text: a line of Chinese, then one of English. */
export function inBoth(zh: string, en: string): string {
  return `${zh}\n${en}`
}

/** The languages of a message that `inBoth` has made; nothing of any other. */
export function partsOf(message: string): Words | undefined {
  const [zh, en, ...more] = message.split('\n')
  return zh !== undefined && en !== undefined && more.length === 0 ? { zh, en } : undefined
}

/** What somebody has written in signs of another script, in quotes: it is theirs, not a word of the sentence around it. */
export function quoteForeign(sentence: string): string {
  return sentence.replaceAll(/[^\p{ASCII}]+/gu, (theirs) => JSON.stringify(theirs))
}

/** A value of an enumeration, with what people call it. */
export type Term = Partial<Words> & { id: string }

/** The words of an enumeration's values, so that a wrong one is answered with what people call the right ones. */
export const vocabularies = z.registry<{ terms: readonly Term[] }>()
