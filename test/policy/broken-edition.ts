import { expect } from 'vitest'
import { DocumentError, type LocatedFault } from '../../policy/edition/read-document.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { chongqingText } from '../fixtures.ts'

const hanzi = /\p{Script=Han}/u

/** What a fault says is said in both languages: whatever a document's author wrote stands in quotes. */
export function expectBothLanguages({ zh, en }: { zh: string; en: string }): void {
  expect(zh).toMatch(hanzi)
  expect(en.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(hanzi)
  expect(en).not.toBe('')
  expect(`${zh}${en}`).not.toMatch(/undefined|\[object|不符合要求|is not right:|\n/)
}

/** What is wrong with the text of an edition, which is told in both languages; nothing, if it is read. */
export function faultsOf(text: string): LocatedFault[] {
  try {
    readEdition(text, 'edition.yaml')
    return []
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    for (const fault of error.faults) expectBothLanguages(fault)
    return error.faults
  }
}

/** The edition with a piece of its text replaced; the piece must stand there once. */
export function changed(from: string, to: string): string {
  expect(chongqingText.split(from)).toHaveLength(2)
  return chongqingText.replace(from, () => to)
}

/** One-based line and column of a piece of a text. */
export function placeOf(text: string, piece: string) {
  const before = text.slice(0, text.indexOf(piece)).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
