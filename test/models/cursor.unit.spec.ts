import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { HistoryCursorKey } from '../../api/history/ledger.ts'
import { DayAndId, InstantAndId, readCursor, Serial, writeCursor } from '../../models/cursor.ts'
import { TaskCursor } from '../../models/tasks.ts'
import { RefusalError } from '../../policy/errors.ts'
import { ledgerKinds } from '../../policy/access/visibility.ts'

const bare = (text: string) => Buffer.from(text).toString('base64url')
const encode = (key: unknown) => bare(JSON.stringify(key))
const instant = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})
const day = instant.map((date) => date.toISOString().slice(0, 10))
const id = fc.string({ unit: 'grapheme', maxLength: 40 })
const engine = fc.option(fc.tuple(id, fc.base64String(), fc.nat(), fc.nat(), id))

const places: [string, z.ZodType, fc.Arbitrary<unknown>][] = [
  ['instants', InstantAndId, fc.tuple(instant, id)],
  ['days', DayAndId, fc.tuple(day, id)],
  ['tasks', TaskCursor, fc.tuple(fc.option(day), id)],
  ['numbers', Serial, fc.tuple(fc.nat(1e9))],
  [
    'histories',
    HistoryCursorKey,
    fc.record({ at: instant, kind: fc.constantFrom(...ledgerKinds), id, engine }),
  ],
]

describe.each(places)('a cursor of %s', (_what, place, values) => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(readCursor(place, writeCursor(place, value))).toEqual(value)
      }),
    )
  })

  it('is refused as soon as a sign of it is another, unless it is another place as it would be written', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.constantFrom(...'AZaz09-_=+/ '), (value, at, sign) => {
        const cursor = writeCursor(place, value)
        const index = at % cursor.length
        const forged = cursor.slice(0, index) + sign + cursor.slice(index + 1)
        const read = (): unknown => readCursor(place, forged)
        try {
          expect(writeCursor(place, read())).toBe(forged)
        } catch {
          expect(read).toThrow(RefusalError)
        }
      }),
    )
  })

  it('is nothing that anybody makes up', () => {
    for (const text of ['', 'nonsense', encode(null), encode([]), encode({}), encode([1, 2, 3]), bare('[')])
      expect(() => readCursor(place, text)).toThrow(RefusalError)
  })
})

it.each([
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.0000Z',
  '2026-01-01T00:00:00.000+00:00',
  '2026-02-30T00:00:00.000Z',
  '2026-01-01',
  'now',
  1_700_000_000_000,
  null,
])('%s is no instant of a cursor', (at) => {
  for (const key of [encode([at, 'a']), encode([at, 'event', '1', null])])
    for (const place of [InstantAndId, HistoryCursorKey])
      expect(() => readCursor(place, key)).toThrow(RefusalError)
})

it('what is written otherwise than a list writes it is refused', () => {
  const good = encode(['2026-01-01T00:00:00.000Z', 'a'])
  expect(readCursor(InstantAndId, good)).toEqual([new Date('2026-01-01'), 'a'])
  const forged = [
    `${good}=`,
    ` ${good}`,
    bare('["2026-01-01T00:00:00.000Z", "a"]'),
    encode(['2026-01-01T00:00:00.000Z', 'a', 1]),
  ]
  for (const cursor of forged) expect(() => readCursor(InstantAndId, cursor)).toThrow(RefusalError)
})
