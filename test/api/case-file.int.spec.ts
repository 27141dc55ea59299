import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseFile } from '../../evidence/casefile/content.ts'
import { isSignedRight } from '../../evidence/casefile/signing.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

let zhigai: Zhigai
let id: string

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  id = (await file(zhigai)).id
})
afterAll(() => zhigai.stop())

const ask = (as: (typeof people)[keyof typeof people], project = id) =>
  zhigai.client.request<CaseFile>('GET', `/api/v1/projects/${project}/case-file`, { as })

test('auditor and administrator get a whole case, signed', async () => {
  for (const person of [people.auditor, people.administrator]) {
    const { status, body } = await ask(person)
    expect(status).toBe(200)
    expect(body).toMatchObject({ format: 'zhigai-case', exportedBy: person, project: { id } })
    expect(body.lines).toHaveLength(1)
    expect(body.runs).toHaveLength(1)
    expect(isSignedRight(body)).toBe(true)
    expect(isSignedRight({ ...body, exportedAt: '2020-01-01T00:00:00.000Z' } as CaseFile)).toBe(false)
  }
})

test('nobody else does, and a case that there is not is not found', async () => {
  for (const person of [people.clerk, people.verifier, people.reviewer, people.competitor])
    expect((await ask(person)).status).toBe(403)
  expect((await ask(people.auditor, 'p-none')).status).toBe(404)
})
