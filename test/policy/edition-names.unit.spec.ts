import { describe, expect, it } from 'vitest'
import { hashEdition } from '../../models/editions.ts'
import { digestOf } from '../../policy/integrity/digest.ts'
import { taskLabels } from '../../policy/stages/index.ts'
import { chongqing, chongqingText } from '../fixtures.ts'
import { faultsOf } from './broken-edition.ts'

describe('a stage that would not be told apart', () => {
  it.each(Object.keys(taskLabels))('is not called %s, like a task of a kind of stage', (name) => {
    const faults = faultsOf(chongqingText.replaceAll(/\bmunicipalReview\b/g, name))
    expect(faults).toMatchObject([
      { path: 'stages.4.id', en: `${name} is the name of a task of a kind of stage` },
    ])
  })

  it('is not called like the edition', () => {
    const text = chongqingText.replace('id: chongqing-2021', 'id: correction')
    expect(faultsOf(text)).toMatchObject([
      { path: 'stages.3.id', en: 'correction is the name of the edition' },
    ])
  })
})

it('is hashed by what it says, in whatever order', () => {
  const shuffle = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffle)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, each]) => [key, shuffle(each)]),
    )
  }
  const { edition } = chongqing
  const hash = hashEdition(edition)
  expect(hash).toMatch(/^[\da-f]{64}$/)
  expect(hashEdition(shuffle(edition))).toBe(hash)
  expect(hashEdition({ ...edition, year: 2022 })).not.toBe(hash)
  expect(hash).toBe(digestOf(shuffle(edition)).slice(7))
})
