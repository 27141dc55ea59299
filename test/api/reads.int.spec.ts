import { afterAll, beforeAll, expect, it } from 'vitest'
import { logReads } from '../../api/reads.ts'
import { people } from '../fixtures.ts'
import { aFreshBody, file, register } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, elsewhere, reviewer, verifier } = people

let zhigai: Zhigai
let id: string
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  id = (await file(zhigai, aFreshBody())).id
})
afterAll(() => zhigai.stop())

type Read = { project: string | null; uscc: string | null; by: { user: string }; what: string; times: number }

const reads = async (query = '') =>
  (await zhigai.as(auditor).get<Page<Read>>(`/reads?limit=100${query}`)).body.items
const of = (user: string) => reads(`&person=${user}`)

it('keeps who has read a case, its history or a list, and how often within the hour', async () => {
  for (const path of [`/projects/${id}`, `/projects/${id}`, `/projects/${id}/history`, '/projects', '/tasks'])
    expect((await zhigai.as(verifier).get(path)).status).toBe(200)
  const kept = (await of(verifier.user)).map(({ project, what }) => [project, what])
  expect(new Set(kept.map(String))).toEqual(
    new Set(
      [
        [id, 'GET /projects/{id}'],
        [id, 'GET /projects/{id}/history'],
        [null, 'GET /projects'],
        [null, 'GET /tasks'],
      ].map(String),
    ),
  )
  const times = (await of(verifier.user)).filter(({ what }) => what === 'GET /projects/{id}')
  expect(times.reduce((sum, each) => sum + each.times, 0)).toBe(2)
})

it("keeps whose record was read, and nothing of what is one's own or is not shown", async () => {
  expect((await zhigai.as(administrator).get(`/enterprises/${clerk.uscc}`)).status).toBe(200)
  expect(await of(administrator.user)).toMatchObject([{ project: null, uscc: clerk.uscc }])
  expect((await zhigai.as(clerk).read(id)).status).toBe(200)
  expect((await zhigai.as(elsewhere).read(id)).status).toBe(404)
  expect(await of(clerk.user)).toEqual([])
  expect(await of(elsewhere.user)).toEqual([])
})

it('counts what is read at once in one line', async () => {
  const read = logReads({ ...zhigai.deps, now: () => Date.parse('2031-01-01T00:00:00Z') })
  const reading = { caller: reviewer, what: 'GET /x', params: { id }, request: 'r' }
  await Promise.all(Array.from({ length: 20 }, () => read(reading)))
  expect(await reads('&from=2031-01-01&to=2031-01-01')).toMatchObject([{ times: 20, by: { user: 'chen' } }])
  expect(await reads('&from=2031-01-02')).toEqual([])
})

it('answers nobody whose reading cannot be kept', async () => {
  const { models } = zhigai
  const { name } = models.reads.collection
  const refuse = (validator: object) => models.connection.db?.command({ collMod: name, validator })
  await refuse({ project: '' })
  const answer = await zhigai.as(reviewer).read(id)
  await refuse({})
  expect(answer.status).toBe(500)
  expect(JSON.stringify(answer.body)).not.toContain(clerk.uscc)
  expect((await zhigai.as(reviewer).read(id)).status).toBe(200)
})

it('is listed for auditors alone, page by page', async () => {
  for (const person of [administrator, reviewer, verifier, clerk])
    expect((await zhigai.as(person).get('/reads')).status).toBe(403)
  const all = await reads()
  const paged: Read[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: Page<Read> } = await zhigai
      .as(auditor)
      .get<Page<Read>>(`/reads?limit=2${cursor && `&cursor=${cursor}`}`)
    paged.push(...body.items)
    cursor = body.next
  }
  expect(paged).toEqual(all)
})

it('is kept for more than half a year', () => {
  const indexes = zhigai.models.reads.schema.indexes()
  const seconds = indexes.flatMap(([, options]) => options.expireAfterSeconds ?? [])
  expect(Math.min(...seconds)).toBeGreaterThan(183 * 86_400)
})
