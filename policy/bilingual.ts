import { z } from 'zod'
import type { Edition, Words } from './edition.ts'

/** Both languages as one message of zod's, which is a text: a line of Chinese, then one of English. */
export function inBoth(zh: string, en: string): string {
  return `${zh}\n${en}`
}

/** The languages of a message that `inBoth` has made; nothing of any other. */
export function partsOf(message: string): Words | undefined {
  const [zh, en, ...more] = message.split('\n')
  return zh !== undefined && en !== undefined && more.length === 0 ? { zh, en } : undefined
}

/** A value of an enumeration, with what people call it. */
export type Term = Partial<Words> & { id: string }

/** The words of an enumeration's values, so that a wrong one is answered with what people call the right ones. */
export const vocabularies = z.registry<{ terms: readonly Term[] }>()

/** What a form is about: what its fields are called follows from it (`field-labels.ts`). */
export type Subject = { of?: 'application' | 'enterprise'; edition?: Edition }

/** The forms that are about something. */
export const subjects = z.registry<Subject>()
