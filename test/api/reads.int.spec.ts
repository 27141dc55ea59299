import { afterAll, beforeAll, expect, it } from 'vitest'
import { logReads } from '../../api/reads/reads.ts'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { aFreshBody, file, late, register, smallWay, stations, walk } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { aDeadLetter } from '../support/notices.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, elsewhere, reviewer, secondReviewer, verifier } = people

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

it('keeps who has read a case or its history, and how often within the hour', async () => {
  for (const path of [`/projects/${id}`, `/projects/${id}`, `/projects/${id}/history`])
    expect((await zhigai.as(verifier).get(path)).status).toBe(200)
  const kept = await of(verifier.user)
  expect(new Set(kept.map(({ project, what }) => `${what} ${project}`))).toEqual(
    new Set([`GET /projects/{id} ${id}`, `GET /projects/{id}/history ${id}`]),
  )
  const times = kept.filter(({ what }) => what === 'GET /projects/{id}')
  expect(times.reduce((sum, each) => sum + each.times, 0)).toBe(2)
})

it('keeps each case that is shown in a list, also in its own history', async () => {
  const [one, other] = [await file(zhigai, aFreshBody()), await file(zhigai, aFreshBody(late))]
  const waiting = await walk(
    zhigai,
    await file(zhigai, aFreshBody()),
    stations['districtVerification unclaimed'],
  )
  for (const each of [one, other]) await walk(zhigai, each, smallWay)
  const shown = async (person: Actor, path: string) => {
    const { body } = await zhigai.as(person).get<Page>(path)
    const ids = body.items.map(({ id: own, project }) => String(project ?? own))
    const what = `GET ${path.split('?')[0]}`
    const kept = (await of(person.user)).filter((read) => read.what === what)
    expect(new Set(kept.map(({ project }) => project))).toEqual(new Set(ids))
    return ids
  }
  expect(await shown(secondReviewer, '/projects?phase=certified')).toHaveLength(2)
  expect(await shown(secondReviewer, '/projects?limit=100')).toEqual(
    expect.arrayContaining([id, one.id, other.id, waiting.id]),
  )
  expect(await shown(secondReviewer, '/supervision?list=overdue')).toContain(other.id)
  expect(await shown(verifier, '/tasks')).toContain(waiting.id)
  const { body } = await zhigai.as(auditor).get<Page<Read>>(`/projects/${one.id}/history?kind=read`)
  const seen = body.items.map(({ by, what }) => `${by.user} ${what}`)
  expect(seen).toContain(`${secondReviewer.user} GET /projects`)
})

it('keeps who has looked at undelivered mail, at what is stuck, and at a calendar; of nobody if it is empty', async () => {
  const { models } = zhigai
  const looks = [
    ['GET /dead-letters', () => zhigai.as(administrator).get('/dead-letters')],
    [
      'GET /operations/stuck',
      () => zhigai.as(administrator).get('/operations/stuck?kind=noticeUndeliverable'),
    ],
  ] as const
  const kept = async (what: string) => (await of(administrator.user)).filter((read) => read.what === what)
  for (const [what, look] of looks) {
    expect((await look()).status).toBe(200)
    expect(await kept(what)).toEqual([])
  }
  const letter = aDeadLetter()
  await models.messages.create(letter)
  for (const [what, look] of looks) {
    expect((await look()).status).toBe(200)
    expect(await kept(what)).toMatchObject([{ project: null, times: 1 }])
  }
  const again = `/dead-letters/${encodeURIComponent(letter._id)}/resend`
  expect((await zhigai.as(administrator).post(again, { reason: '邮箱已更正' })).status).toBe(200)
  expect(await kept('POST /dead-letters/{id}/resend')).toMatchObject([{ project: null }])

  for (const person of [verifier, clerk]) {
    const { body } = await zhigai.as(person).post<{ url: string }>('/me/calendar-feed', {})
    expect((await zhigai.send(new URL(body.url).pathname)).status).toBe(200)
  }
  const calendars = (await reads()).filter(({ what }) => what === 'GET /feeds/{secret}.ics')
  expect(calendars).toMatchObject([{ project: null, by: { user: verifier.user } }])
})

it("keeps whose record was read, and nothing of what is one's own or is not shown", async () => {
  expect((await zhigai.as(administrator).get(`/enterprises/${clerk.uscc}`)).status).toBe(200)
  const kept = (await of(administrator.user)).filter(({ what }) => what === 'GET /enterprises/{uscc}')
  expect(kept).toMatchObject([{ project: null, uscc: clerk.uscc }])
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

it('is kept for more than half a year after the last time, by MongoDB itself', async () => {
  const indexes = await zhigai.models.reads.collection.indexes()
  const expiring = indexes.filter(({ expireAfterSeconds }) => expireAfterSeconds !== undefined)
  expect(expiring.map(({ key }) => key)).toEqual([{ at: 1 }])
  expect(expiring[0]?.expireAfterSeconds).toBeGreaterThan(183 * 86_400)
})
