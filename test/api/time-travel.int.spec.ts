import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { large, people } from '../fixtures.ts'
import { aFreshBody, daysFromToday, file, register, walk, type Act } from '../support/cases.ts'
import type { ProjectBody } from '../support/http.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, colleague, competitor, elsewhere, reviewer, verifier } = people
const watchers = [clerk, verifier, reviewer, auditor] as const

type AsOf = { instant: string; since: string; until: string | null }
type Past = ProjectBody & {
  asOf: AsOf
  turns?: { user: string | null; role: string; actions: { type: string }[] }[]
}

const way: Act[] = [
  [clerk, 'completeAssessment'],
  [colleague, 'submit'],
  [verifier, 'claim'],
  [verifier, 'return'],
  [clerk, 'resubmit'],
  [verifier, 'claim'],
  [verifier, 'approve'],
  [reviewer, 'claim'],
  [reviewer, 'approve'],
  [clerk, 'report'],
  [colleague, 'requestExtension'],
  [verifier, 'claim'],
]

let zhigai: Zhigai
let project: ProjectBody
/** What each of the watchers was answered at each revision, when it was the last. */
const live = new Map<string, ProjectBody>()

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  project = await file(zhigai, aFreshBody(large))
  await watch()
  for (const act of way) {
    project = await walk(zhigai, project, [act])
    await watch()
  }
}, 60_000)
afterAll(() => zhigai.stop())

async function watch(): Promise<void> {
  await Promise.all(
    watchers.map(async (person) => {
      const { body } = await zhigai.as(person).read(project.id)
      live.set(`${person.user}@${body.revision}`, body)
    }),
  )
}

const ask = <T = Past>(person: Actor, path: string, headers: Record<string, string> = {}) =>
  zhigai.as(person).get<T>(`/projects/${project.id}${path}`, { headers })

const justBefore = (instant: string | null) => new Date(Date.parse(instant ?? '') - 1).toISOString()

describe('a case as it was', () => {
  it.each(watchers)('is at every revision what $user was answered then', async (person) => {
    expect(project.revision).toBe(way.length + 1)
    for (let revision = 1; revision <= project.revision; revision += 1) {
      const { status, headers, body } = await ask(person, `?at=${revision}`)
      const { asOf, turns: _turns, ...shown } = body
      expect(status).toBe(200)
      expect(shown).toEqual(live.get(`${person.user}@${revision}`))
      expect(headers.get('etag')).toBeNull()
      expect(asOf.until === null).toBe(revision === project.revision)
    }
  })

  it('is found by an instant, up to the next line', async () => {
    const { body: third } = await ask(clerk, '?at=3')
    const { since, until } = third.asOf
    const at = async (instant: string) =>
      (await ask(clerk, `?at=${encodeURIComponent(instant)}`)).body.revision
    expect([await at(justBefore(since)), await at(since), await at(justBefore(until))]).toEqual([2, 3, 3])
    expect(await at(until ?? '')).toBe(4)
  })

  it('is found by a day, and is as it is now after its last line', async () => {
    const present = live.get(`${clerk.user}@${project.revision}`)
    for (const at of [daysFromToday(0), daysFromToday(40), '2199-12-31T00:00:00Z']) {
      const { body, headers } = await ask(clerk, `?at=${at}`)
      const { asOf, ...shown } = body
      expect(shown).toEqual(present)
      expect(headers.get('etag')).toBe(`W/"${project.revision}"`)
      expect(shanghaiDate(Date.parse(asOf.instant))).toBe(daysFromToday(0))
    }
  })

  it('is nothing before its filing, and says when that was', async () => {
    for (const at of [daysFromToday(-1), '2021-03-01T09:00:00%2B08:00'])
      for (const part of ['', '/diagram', '/actions/claim']) {
        const problem = problemOf((await ask(auditor, `${part}?at=${at}`)) as never)
        const today = daysFromToday(0)
        expect(problem).toMatchObject({ status: 422, code: 'invalid-request', field: 'at', allowed: [today] })
        expect(problem['zh']).toContain(`此件于 ${today} 申报`)
        expect(problem['en']).toContain(`filed on ${today}`)
      }
    // Who may not see the case is not told when it was filed.
    const { status } = await zhigai
      .as(people.elsewhere)
      .get(`/projects/${project.id}?at=${daysFromToday(-1)}`)
    expect(status).toBe(404)
  })

  it.each(['0', '14', '20210301', '999999999'])('is no revision of its own, such as %s', async (at) => {
    for (const path of [`?at=${at}`, `/actions/claim?at=${at}`, `/diagram?at=${at}`]) {
      const answer = await ask<Record<string, unknown>>(auditor, path)
      const last = `${way.length + 1}`
      expect(problemOf(answer)).toMatchObject({ status: 422, field: 'at', allowed: ['1', last] })
    }
  })

  it.each(['garbage', '', '-1', '1.5', '2021-02-30', '2021-03-01T09:00:00', '1234567890'])(
    'is not found by %j',
    async (at) => {
      const answer = await ask<Record<string, unknown>>(auditor, `?at=${at}`)
      expect(problemOf(answer)).toMatchObject({ status: 422, field: 'at' })
    },
  )

  it('is there for nobody who may not see it now', async () => {
    for (const person of [competitor, elsewhere])
      for (const path of ['?at=1', '/diff?from=1&to=2', '/diagram', '/actions/claim'])
        expect((await ask(person, path)).status).toBe(404)
  })

  it('shows whose turn it was, with two pairs of eyes, to those who see all cases', async () => {
    const { body } = await ask(auditor, '?at=8')
    const turn = (user: string | null, role: string) =>
      body.turns?.find((each) => each.user === user && each.role === role)?.actions.map(({ type }) => type)
    expect(body.phase).toBe('municipalReview')
    expect(turn(null, 'municipal')).toEqual(['claim', 'annotate'])
    expect(turn(null, 'district')).toEqual(['annotate'])
    expect(turn(colleague.user, colleague.role)).toEqual(['withdraw'])
    expect(turn(verifier.user, verifier.role)).toEqual(['annotate'])
    expect(turn(reviewer.user, reviewer.role)).toBeUndefined()
    const claimed = (await ask(administrator, '?at=9')).body.turns?.find(({ user }) => user === reviewer.user)
    expect(claimed?.actions.map(({ type }) => type)).toContain('approve')
    for (const person of [clerk, verifier])
      expect((await ask(person, '?at=8')).body).not.toHaveProperty('turns')
  })
})

describe('what changed', () => {
  type Diff = {
    changes: { path: string; from: unknown; to: unknown }[]
    lines: { revision: number; type: string; by: { user: string | null } | null }[]
    linesLeft: number
  }

  it('between two revisions is told with the lines between them', async () => {
    const { body } = await ask<Diff>(auditor, '/diff?from=4&to=10')
    const change = (path: string) => body.changes.find((each) => each.path === path)
    expect(change('phase')).toMatchObject({ from: 'districtVerification', to: 'certified' })
    expect(change('certificate')).toMatchObject({ from: null, to: project.certificate })
    expect(change('assignments.districtVerification')).toMatchObject({ from: verifier.user, to: null })
    expect(body.lines.map(({ revision, type }) => [revision, type])).toEqual([
      [5, 'return'],
      [6, 'resubmit'],
      [7, 'claim'],
      [8, 'approve'],
      [9, 'claim'],
      [10, 'approve'],
    ])
    expect(body.linesLeft).toBe(0)
  })

  it('is told to an enterprise without the names of officers', async () => {
    const { body } = await ask<Diff>(clerk, '/diff?from=1&to=13')
    expect(body.changes.map(({ path }) => path)).not.toContain('assignments.districtVerification')
    expect(new Set(body.lines.map(({ by }) => by?.user))).toEqual(new Set([clerk.user, colleague.user, null]))
  })

  it.each([
    ['from=1', 'to'],
    ['from=0&to=2', 'from'],
    ['from=3&to=2', 'to'],
    ['from=1&to=99', 'to'],
    ['from=99&to=99', 'from'],
    ['from=one&to=2', 'from'],
    ['from=0x1&to=2', 'from'],
    ['from=1&to=1e1', 'to'],
    ['from=&to=2', 'from'],
  ])('is not told for %s', async (query, field) => {
    const answer = await ask<Record<string, unknown>>(clerk, `/diff?${query}`)
    expect(problemOf(answer)).toMatchObject({ status: 422, field })
  })
})

type Drawn = {
  mermaid: string
  visits: { phase: string; isPresent: boolean; states: { state: string; times: number }[] }[]
}

const timesIn = ({ visits }: Drawn, id: string) =>
  Object.fromEntries(
    visits.find(({ phase }) => phase === id)?.states.map((each) => [each.state, each.times]) ?? [],
  )

describe('the diagram', () => {
  it('has the way taken, as JSON', async () => {
    const { body } = await ask<{
      mermaid: string
      visits: { phase: string; times: number; isPresent: boolean }[]
      arrows: { from: string | null; type: string; on: string[] }[]
    }>(clerk, '/diagram?level=phase')
    const times = Object.fromEntries(body.visits.map((visit) => [visit.phase, visit.times]))
    expect(times).toMatchObject({ districtVerification: 2, correction: 1, municipalReview: 1, rejected: 0 })
    expect(body.visits.filter(({ isPresent }) => isPresent)).toMatchObject([{ phase: 'certified' }])
    expect(body.arrows.find(({ type }) => type === 'return')?.on).toEqual([daysFromToday(0)])
    expect(body.mermaid).toContain('class certified current')
  })

  it('has the states within the phases, and is drawn as the case was', async () => {
    const { body } = await ask<Drawn>(clerk, '/diagram')
    expect(timesIn(body, 'districtVerification')).toEqual({ unclaimed: 2, claimed: 2 })
    expect(timesIn(body, 'certified')).toMatchObject({ 'construction.extensionDecision.claimed': 1 })
    expect(body).toMatchObject({ linesLeft: 0 })
    expect(body.mermaid).toContain('state "认定入库" as certified {')
    const { body: then } = await ask<Drawn>(clerk, '/diagram?at=5')
    expect(timesIn(then, 'districtVerification')).toEqual({ unclaimed: 1, claimed: 1 })
    expect(then.visits.filter(({ isPresent }) => isPresent)).toMatchObject([{ phase: 'correction' }])
    const { body: phases } = await ask<string>(clerk, '/diagram?format=svg&level=phase')
    expect(phases).not.toContain('已签收')
    expect((await ask<string>(clerk, '/diagram?format=svg')).body).toContain('已签收')
  })

  it('is a picture where one is wanted', async () => {
    for (const [path, accept] of [
      ['/diagram?format=svg', '*/*'],
      ['/diagram', 'image/svg+xml'],
    ] as const) {
      const { headers, body } = await ask<string>(clerk, path, { accept })
      expect(headers.get('content-type')).toMatch(/^image\/svg\+xml/)
      expect(headers.get('vary')).toContain('Accept')
      expect(body).toMatch(/^<svg /)
    }
    const answer = await ask<Record<string, unknown>>(clerk, '/diagram?format=png')
    expect(problemOf(answer)).toMatchObject({ status: 422, allowed: ['json', 'svg'] })
  })
})

describe('why something is not offered', () => {
  type Why = {
    offered: boolean
    because: { kind: string; code: string; zh: string; allowed: string[] } | null
  }

  it('is said of the caller, now and then', async () => {
    expect((await ask<Why>(clerk, '/actions/report')).body).toMatchObject({ offered: true, because: null })
    const now = await ask<Why>(clerk, '/actions/resubmit')
    expect(now.body).toMatchObject({ offered: false, because: { kind: 'state', allowed: ['correction'] } })
    expect((await ask<Why>(clerk, '/actions/resubmit?at=5')).body).toMatchObject({ offered: true })
    expect((await ask<Why>(clerk, '/actions/claim?at=3')).body.because).toMatchObject({
      kind: 'role',
      allowed: ['district'],
    })
  })

  it('is said of anybody to an administrator, and to nobody else', async () => {
    const other = `role=municipal&user=${verifier.user}`
    const { body } = await ask<Why>(administrator, `/actions/claim?at=8&${other}`)
    expect(body.because).toMatchObject({ kind: 'person', code: 'four-eyes' })
    expect((await ask<Why>(administrator, '/actions/claim?at=8&role=municipal')).body.offered).toBe(true)
    const refused = await ask<Record<string, unknown>>(auditor, `/actions/claim?${other}`)
    const zh = '您的角色不能办理此事项，由平台管理员办理。'
    expect(problemOf(refused)).toMatchObject({ status: 403, code: 'not-your-role', zh })
    const named = `role=municipal&user=${'n'.repeat(200)}`
    expect((await ask<Why>(administrator, `/actions/claim?at=8&${named}`)).body.offered).toBe(true)
    const unknown = await ask<Record<string, unknown>>(administrator, '/actions/claim?role=nonsense')
    expect(problemOf(unknown)).toMatchObject({
      status: 422,
      field: 'role',
      allowed: ['enterprise', 'enterpriseAdmin', 'district', 'municipal', 'auditor', 'administrator'],
    })
    const nameless = await ask<Record<string, unknown>>(administrator, '/actions/claim?user=x')
    expect(problemOf(nameless)).toMatchObject({ status: 422, field: 'user' })
  })

  it('is asked of a verb that there is', async () => {
    const answer = await ask<Record<string, unknown>>(clerk, '/actions/dance')
    expect(problemOf(answer)).toMatchObject({
      status: 422,
      field: 'type',
      allowed: expect.arrayContaining(['claim']),
    })
  })
})
