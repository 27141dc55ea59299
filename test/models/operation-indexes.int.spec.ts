import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { people as persons } from '../fixtures.ts'
import { file, register, smallWay, stations, walk } from '../support/cases.ts'
import { surround } from '../support/decoys.ts'
import type { Page } from '../support/http.ts'
import { collections, databaseOf, profileOf, slow } from '../support/profiler.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor } = persons

let zhigai: Zhigai
const profile = (work: () => Promise<void>) => profileOf(zhigai, work)

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  for (const way of [[], stations.application]) await walk(zhigai, await file(zhigai), way)
  const { id } = await walk(zhigai, await file(zhigai), smallWay)
  await surround(zhigai, id)
  await databaseOf(zhigai).command({ profile: 2 })
})
afterAll(async () => {
  await databaseOf(zhigai).command({ profile: 0 })
  await zhigai.stop()
})

const [edition, phase, district] = ['chongqing-2021', 'application', '渝北区']
it.each([
  { phase },
  { district },
  { edition, district },
  { edition, phase },
  { district, phase },
  { edition, district, phase },
])('to find the cases of %j', async (filter) => {
  const profiled = await profile(async () => {
    const asked = { kind: 'hold', target: { filter }, reason: '核查', dryRun: true }
    const answer = await zhigai.as(administrator).post('/operations', asked)
    expect(answer.status).toBe(200)
    expect(answer.body['count']).toBeGreaterThan(0)
  })
  expect(slow(profiled)).toEqual([])
  expect(collections(profiled)).toContain('projects')
})

it('to list what an operation goes to, to carry it out and to tell of it in histories', async () => {
  const cases = await Promise.all(Array.from({ length: 12 }, () => file(zhigai)))
  const operation = {
    kind: 'retry',
    target: { projects: cases.map(({ id }) => id) },
    reason: '再试',
    perMinute: 6_000,
  }
  const decoys = Array.from({ length: 300 }, (_, position) => ({
    _id: `op-decoy:${position}`,
    operation: 'op-decoy',
    position,
    target: `p-decoy-${position}`,
    projects: [`p-decoy-${position}`],
    tries: 0,
    outcome: position % 2 ? ('done' as const) : null,
    reason: null,
    by: [],
    at: position % 2 ? new Date() : null,
  }))
  await zhigai.models.batchItems.insertMany(decoys)
  const profiled = await profile(async () => {
    const { body } = await zhigai.as(administrator).post<{ id: string }>('/operations', operation)
    await vi.waitFor(
      async () =>
        expect(await zhigai.models.operations.findById(body.id).lean()).toMatchObject({ status: 'done' }),
      { timeout: 20_000 },
    )
    for (const asked of ['limit=2', 'limit=2&outcome=refused']) {
      const first = await zhigai.as(auditor).get<Page>(`/operations/${body.id}/items?${asked}`)
      const path = `/operations/${body.id}/items?${asked}&cursor=${first.body.next}`
      expect((await zhigai.as(auditor).get<Page>(path)).body.items).toHaveLength(2)
    }
    const history = `/projects/${cases[0]?.id}/history?kind=operation`
    expect((await zhigai.as(auditor).get<Page>(history)).body.items).toHaveLength(1)
  })
  expect(slow(profiled)).toEqual([])
  expect(collections(profiled)).toContain('batchItems')
})
