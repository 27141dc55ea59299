import { expect } from 'vitest'
import { EditionError, readEdition, type LocatedFault } from '../../policy/read-edition.ts'
import { chongqingText } from '../fixtures.ts'

/** What is wrong with the text of an edition; nothing, if it is read. */
export function faultsOf(text: string): LocatedFault[] {
  try {
    readEdition(text, 'edition.yaml')
    return []
  } catch (error) {
    if (error instanceof EditionError) return error.faults
    throw error
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
