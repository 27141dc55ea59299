import { expect, it } from 'vitest'
import { z } from 'zod'
import { Edition } from '../../policy/edition/edition.ts'
import { readText } from '../fixtures.ts'

it('editors of editions are told by a schema all that the reader takes, and what each field means', () => {
  const told: unknown = JSON.parse(readText('policy/edition.schema.json'))
  expect(z.toJSONSchema(Edition, { io: 'input' })).toEqual(told)
})
