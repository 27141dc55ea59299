import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Edition } from '../../policy/edition/edition.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { chongqingText } from '../fixtures.ts'
import { changed, faultsOf } from './broken-edition.ts'

const municipal = '    when: application.totalInvestment >= yuan("30000000.00")\n'

describe('an edition that is right', () => {
  it('is read, every body with its target: 41 of them, 1250 in all (附件3)', () => {
    const { bodies, stages, ends } = readEdition(chongqingText)
    expect(bodies).toHaveLength(41)
    expect(bodies.reduce((sum, { target }) => sum + target, 0)).toBe(1250)
    expect(stages.map(({ id }) => id)).toEqual([
      'assessment',
      'application',
      'districtVerification',
      'correction',
      'municipalReview',
      'certified',
    ])
    expect(ends.map(({ id }) => id)).toEqual(['completed', 'rejected', 'withdrawn', 'revoked'])
  })

  it('has a JSON schema, for the editor of whoever writes it', () => {
    const schema = z.toJSONSchema(Edition, { io: 'input' })
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(
      expect.arrayContaining(['stages', 'ends', 'conditions', 'categories', 'bodies']),
    )
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })

  it('may say of a review that it always takes place', () => {
    expect(faultsOf(changed(municipal, '    when: "true"\n'))).toEqual([])
  })
})

describe('a document that is no edition', () => {
  it.each([
    ['broken YAML', 'a: [1, 2', 1],
    ['a key that stands there twice', 'id: a\nid: b', 2],
    ['two documents', 'id: a\n---\nid: b', 2],
    ['a list', '- 1', 1],
    ['nothing', '', 1],
    ['an alias to nothing', 'id: *nobody', 1],
    [
      'a bomb of aliases',
      [
        'a: &a [1]',
        ...[...'bcdefg'].map((id, at) => `${id}: &${id} [${`*${'abcdefg'[at]},`.repeat(10)}]`),
      ].join('\n'),
      1,
    ],
  ])('%s is refused', (_, text, line) => {
    const [fault] = faultsOf(text)
    expect(fault?.line).toBe(line)
    expect(fault?.en).not.toBe('')
  })

  it('is named in the message, as editors like it: file, line, column', () => {
    expect(() => readEdition(changed('year: 2021', 'year: MMXXI'), 'wood.yaml')).toThrow(
      /^wood\.yaml:6:7 year: 须为数字，不能是文本 · must be a number, not a text$/m,
    )
  })

  it('never fails in another way, whatever lines are lost', () => {
    const lines = chongqingText.split('\n')
    const line = fc.integer({ min: 0, max: lines.length - 1 })
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 4 }), (at, count) => {
        const faults = faultsOf(lines.toSpliced(at, count).join('\n'))
        for (const fault of faults) expect(fault.line).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a document that is too large', () => {
  it.each([
    ['2 MB of keys', Array.from({ length: 200_000 }, (_, at) => `key${at}: 1`).join('\n')],
    ['a comment without end', `#${'x'.repeat(200_000)}\n`],
  ])('of %s is refused before it is parsed', (_, text) => {
    expect(faultsOf(text)).toMatchObject([{ line: 1, column: 1, en: expect.stringContaining('more than') }])
  })

  it('is checked as long as it is not', () => {
    const keys = Array.from({ length: 4_000 }, (_, at) => `k${at}: 1`).join('\n')
    expect(faultsOf(keys).length).toBeGreaterThan(0)
  })
})
