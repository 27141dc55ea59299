import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { bring, file, register, smallWay, walk } from '../support/cases.ts'
import { replayRuns } from '../support/histories.ts'
import type { Page } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, verifier, reviewer } = people
const note = { type: 'annotate', note: '已电话核实' } as const

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const typesSeen = async (id: string, person: Actor) => {
  const { body } = await zhigai.as(person).get<Page<{ type: string }>>(`/projects/${id}/history?kind=event`)
  return body.items.map(({ type }) => type)
}

it('officers make notes of a case that is over, one after another, and its enterprise sees none', async () => {
  const { id, revision, actions } = await bring(zhigai, 'rejected')
  expect(actions.map(({ type }) => type)).toEqual(['annotate'])
  const runs = [undefined] as (string | undefined)[]
  for (const [officer, at] of [
    [verifier, 1],
    [reviewer, 2],
  ] as const) {
    const answer = await zhigai.as(officer).event(id, note)
    expect(answer).toMatchObject({ status: 200, body: { phase: 'rejected', revision: revision + at } })
    runs.push((await zhigai.temporal.workflow.getHandle(`project/${id}`).describe()).runId)
  }
  expect((await typesSeen(id, verifier)).slice(-3)).toEqual(['reject', 'annotate', 'annotate'])
  expect((await typesSeen(id, clerk)).at(-1)).toBe('reject')
  expect(await zhigai.as(clerk).event(id, note)).toMatchObject({
    status: 403,
    body: { code: 'not-your-role' },
  })
  expect(await zhigai.as(verifier).event(id, { type: 'claim' })).toMatchObject({
    status: 409,
    body: { code: 'event-not-allowed', allowed: ['annotate'] },
  })
  await replayRuns(zhigai.temporal, `project/${id}`, runs)
})

it('notes that come to an ended case at once are all taken, each once, however often it is sent', async () => {
  const { id, revision } = await walk(zhigai, await file(zhigai), [[clerk, 'withdraw']])
  const keys = ['a', 'b', 'c', 'a', 'b', 'c'].map((name) => `${id}-${name}`)
  const answers = await Promise.all(keys.map((key) => zhigai.as(verifier).event(id, note, { key })))
  expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200))
  const again = await zhigai.as(verifier).event(id, note, { key: `${id}-a` })
  expect(again).toMatchObject({ status: 200, body: { revision: revision + 3 } })
  const other = { type: 'annotate', note: '另一条' }
  expect(await zhigai.as(verifier).event(id, other, { key: `${id}-a` })).toMatchObject({
    body: { code: 'idempotency-key-reused' },
  })
  expect(await typesSeen(id, verifier)).toEqual(['file', 'withdraw', 'annotate', 'annotate', 'annotate'])
})

it('a note that comes while a case ends is taken before it or after', async () => {
  const project = await walk(zhigai, await file(zhigai), smallWay.slice(0, -1))
  const [decided, noted] = await Promise.all([
    zhigai.as(verifier).event(project.id, { type: 'reject', reason: '不符合条件' }),
    zhigai.as(reviewer).event(project.id, note),
  ])
  expect([decided.status, noted.status]).toEqual([200, 200])
  expect((await typesSeen(project.id, verifier)).slice(-2).toSorted()).toEqual(['annotate', 'reject'])
})
