import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { large, people } from '../fixtures.ts'
import { aFreshBody, bring, file, register, stations, walk } from '../support/cases.ts'
import { createHttp, type ProjectBody } from '../support/http.ts'
import { problemOf } from '../support/problems.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { auditor, clerk, reviewer } = people

type Past = ProjectBody & {
  asOf: { since: string }
  turns?: { user: string | null; actions: { type: string }[] }[]
}

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const inDays = (count: number) => Date.now() + count * 86_400_000
const review = ({ deadlines }: ProjectBody) => deadlines.find(({ task }) => task === 'municipalReview')
const turnOfReviewer = ({ turns }: Past) => turns?.find(({ user }) => user === reviewer.user)?.actions

describe('a case whose dates have passed', () => {
  it('is at an instant what time had made of it, in its state and in what could be done', async () => {
    const filed = await file(zhigai, aFreshBody(large))
    const { id } = await walk(zhigai, filed, stations['municipalReview claimed'])
    const later = await listen({ ...zhigai.deps, now: () => inDays(120) })
    const asAuditor = createHttp(later.origin, zhigai.issuer).as(auditor)
    const at = async (count: number) => {
      const instant = new Date(inDays(count)).toISOString()
      return (await asAuditor.get<Past>(`/projects/${id}?at=${instant}`)).body
    }
    const [before, after] = [await at(1), await at(90)]
    const present = (await asAuditor.read(id)).body
    await later.close()
    expect(review(before)).toMatchObject({ overdue: false })
    expect([after, present].map(review)).toMatchObject([{ overdue: true }, { overdue: true }])
    expect(after.revision).toBe(before.revision)
    expect(turnOfReviewer(before)).toContainEqual(expect.objectContaining({ type: 'extendTime' }))
    expect(turnOfReviewer(after)).not.toContainEqual(expect.objectContaining({ type: 'extendTime' }))
  })

  it('is drawn with what time has made of it, also where there are more changes than it is drawn from', async () => {
    const { id, revision } = await bring(zhigai, 'correction')
    const { history, projects } = zhigai.models
    const last = await history.findById(`${id}:${revision}`).lean()
    const states = ['unclaimed', 'claimed'].map((each) => ({ districtVerification: each }))
    const many = Array.from({ length: 5_001 }, (_, at) => ({
      ...last,
      _id: `${id}:${revision + 1 + at}`,
      revision: revision + 1 + at,
      from: states[at % 2],
      to: states[(at + 1) % 2],
    }))
    await history.insertMany(many)
    await projects.updateOne({ _id: id }, { $set: { revision: revision + many.length } })
    const later = await listen({ ...zhigai.deps, now: () => inDays(400) })
    const { body } = await createHttp(later.origin, zhigai.issuer)
      .as(clerk)
      .get<{ linesLeft: number; visits: { phase: string; isPresent: boolean; times: number }[] }>(
        `/projects/${id}/diagram`,
      )
    await later.close()
    expect(body.linesLeft).toBe(6)
    const now = body.visits.filter(({ isPresent }) => isPresent)
    expect(now).toMatchObject([{ phase: 'withdrawn', times: 1 }])
  })

  it('is in the phase that the lapse led to, with its words and without what was owed', async () => {
    const { id } = await bring(zhigai, 'correction')
    const later = await listen({ ...zhigai.deps, now: () => inDays(400) })
    const http = createHttp(later.origin, zhigai.issuer)
    const instant = new Date(inDays(300)).toISOString()
    const { body } = await http.as(clerk).get<Past>(`/projects/${id}?at=${instant}`)
    const now = (await http.as(clerk).read(id)).body
    const stored = (await http.as(clerk).get<Past>(`/projects/${id}?at=${body.revision}`)).body
    await later.close()
    for (const each of [body, now])
      expect(each).toMatchObject({ phase: 'withdrawn', state: 'withdrawn', actions: [], deadlines: [] })
    expect(stored).toMatchObject({ phase: 'correction', state: 'correction' })
    expect(stored.actions.map(({ type }) => type)).toContain('resubmit')
  })
})

describe('a case of which a snapshot is missing', () => {
  it('is not there yet, whichever way it is asked for, and is no older one', async () => {
    const { snapshots } = zhigai.models
    const filed = await file(zhigai, aFreshBody(large))
    const { id, revision } = await walk(zhigai, filed, stations['municipalReview claimed'])
    const since = async (at: number) =>
      (await zhigai.as(auditor).get<Past>(`/projects/${id}?at=${at}`)).body.asOf.since
    const [third, fourth] = [await since(3), await since(4)]
    await snapshots.deleteOne({ _id: `${id}:4` })
    for (const path of [
      `?at=4`,
      `?at=${fourth}`,
      `?at=${third}`,
      '/diff?from=1&to=4',
      '/actions/claim?at=4',
    ]) {
      const answer = await zhigai.as(auditor).get(`/projects/${id}${path}`)
      expect(problemOf(answer)).toMatchObject({ status: 503, code: 'unavailable' })
      expect(answer.headers.get('retry-after')).not.toBeNull()
    }
    for (const at of [1, 2, 5, revision])
      expect((await zhigai.as(auditor).get(`/projects/${id}?at=${at}`)).status).toBe(200)
    await snapshots.deleteOne({ _id: `${id}:1` })
    const first = await zhigai.as(auditor).get(`/projects/${id}?at=1`)
    expect(problemOf(first)).toMatchObject({ status: 503 })
  })
})
