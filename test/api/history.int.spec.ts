import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { saveEdition } from '../../api/editions/editions.ts'
import { ledgerKinds, visibleLedgers, visibilities, type LedgerKind } from '../../policy/access/visibility.ts'
import { instantOf } from '../../evidence/archive/events.ts'
import { encodeHistory, runsOf } from '../../evidence/archive/histories.ts'
import { putArchive } from '../../evidence/archive/store.ts'
import { readModelEdition } from '../../server/editions.ts'
import type { Actor } from '../../policy/case/case.ts'
import { addDays, shanghaiDate } from '../../policy/time/dates.ts'
import { people } from '../fixtures.ts'
import { register, smallWay } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { aDeadLetter, aNoticeTo } from '../support/notices.ts'
import { applyAdminCommand } from '../../workflows/contract.ts'
import { actAll, startProject, type Project } from '../support/projects.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, colleague, competitor, elsewhere, reviewer, verifier } = people

type Line = Record<string, unknown> & { kind: LedgerKind; at: string }

let zhigai: Zhigai
/** A certified case of several runs, one of whose officers a mail could not reach. */
let long: Project

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  long = await startLong()
  const letter = aDeadLetter({ _id: `m-${long.id}`, recipient: verifier.user })
  const carried = { channel: 'email', status: 'failed', sentAt: null, message: letter._id } as const
  await zhigai.models.messages.create(letter)
  await zhigai.models.notices.create(aNoticeTo(verifier.user, { project: long.id, ...carried }))
  await operateOn(long.id)
  for (const reader of [auditor, administrator, reviewer]) await page(reader, long.id)
  await settled(long.id)
}, 60_000)
afterAll(() => zhigai.stop())

/** A case whose runs are short, under rules that the API finds. */
async function startLong(): Promise<Project> {
  const editionHash = await saveEdition(zhigai.models, readModelEdition())
  const project = await startProject(zhigai.temporal, zhigai.models, { eventsPerRun: 2, editionHash })
  await actAll(project, smallWay)
  return project
}

/** Has an administrator try activities again of which none waits. */
async function operateOn(project: string): Promise<void> {
  const asked = { kind: 'retry', target: { project }, reason: '再试' }
  const { status } = await zhigai.as(administrator).post('/operations', asked)
  expect(status).toBe(201)
  const refused = { target: project, outcome: 'refused' } as const
  await vi.waitFor(async () => expect(await zhigai.models.batchItems.exists(refused)).not.toBeNull(), {
    timeout: 20_000,
  })
}

async function page(actor: Actor, id: string, query = 'limit=100') {
  const answer = await zhigai.as(actor).get<Page<Line>>(`/projects/${id}/history?${query}`)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body
}

const linesOf = async (actor: Actor, id: string, query = 'limit=100') => (await page(actor, id, query)).items

/** All lines, page by page, without what changes because one looks. */
async function walkPages(actor: Actor, id: string, query: string): Promise<Line[]> {
  const lines: Line[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, next }: Page<Line> = await page(actor, id, `${query}${cursor && `&cursor=${cursor}`}`)
    lines.push(...items)
    cursor = next
  }
  return lines.map((line) => ({ ...line, times: 0, last: '' }))
}

const ofKind = (lines: Line[], kind: LedgerKind) => lines.filter((line) => line.kind === kind)
const way = ['file', 'completeAssessment', 'submit', 'claim', 'approve']

/** The engine's lines of a case. */
const engine = (id: string) => walkPages(auditor, id, 'limit=100&kind=engine')
/** The same, when the run has nothing left to do. */
const settled = (id: string) =>
  vi.waitFor(
    async () => {
      const lines = await engine(id)
      expect(lines.at(-1)?.['type']).toBe('TIMER_STARTED')
      return lines
    },
    { timeout: 20_000 },
  )

/** The record of a case under another name, under which Temporal keeps nothing. */
async function copyWithoutWorkflow(id: string): Promise<string> {
  const { projects, history } = zhigai.models
  const [project, filing] = await Promise.all([
    projects.findById(id).lean(),
    history.findOne({ project: id, revision: 1 }).lean(),
  ])
  if (!project || !filing) throw new Error(`${id} is not on record`)
  const copy = `${id}-kept`
  await projects.create({ ...project, _id: copy })
  await history.create({ ...filing, _id: `${copy}:1`, project: copy })
  return copy
}

const failed = (actor: Actor) => linesOf(actor, long.id, 'limit=100&kind=notice&person=wang')

describe('one history', () => {
  it('has every ledger, in the order of time', async () => {
    const lines = await linesOf(auditor, long.id)
    expect([...new Set(lines.map(({ kind }) => kind))].toSorted()).toEqual([...ledgerKinds])
    const instants = lines.map(({ at }) => at)
    expect(instants).toEqual(instants.toSorted())
    expect(ofKind(lines, 'event').map(({ type }) => type)).toEqual(way)
  })

  it.each([1, 2, 3, 7, 20])('is the same in pages of %i', async (limit) => {
    const whole = await walkPages(auditor, long.id, 'limit=100')
    expect(whole.length).toBeGreaterThan(20)
    expect(await walkPages(auditor, long.id, `limit=${limit}`)).toEqual(whole)
  })

  it('tells of a notice that was not delivered why, and how often it was tried', async () => {
    const delivery = { status: 'dead', attempts: 12, nextAttemptAt: null }
    expect(await failed(auditor)).toContainEqual(
      expect.objectContaining({ status: 'failed', delivery: { ...delivery, error: '550 no such mailbox' } }),
    )
    expect(await failed(reviewer)).toContainEqual(
      expect.objectContaining({ status: 'failed', delivery: { ...delivery, error: null } }),
    )
  })
})

describe('the engine under it', () => {
  it('is told run after run, without what was handed over', async () => {
    const lines = await settled(long.id)
    const runs = await runsOf(zhigai, long.id)
    expect(runs.length).toBeGreaterThan(2)
    expect([...new Set(lines.map(({ run }) => run))]).toEqual(runs.map(({ runId }) => runId))
    const types = lines.map(({ type }) => type)
    expect(types.filter((type) => type === 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW')).toHaveLength(
      runs.length - 1,
    )
    expect(types).not.toContain('WORKFLOW_TASK_COMPLETED')
    expect(lines).toContainEqual(
      expect.objectContaining({
        type: 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
        details: expect.objectContaining({ update: 'send' }) as unknown,
      }),
    )
    expect(JSON.stringify(lines)).not.toContain(clerk.uscc)
  })

  it('is the same when its runs are in the archive alone, and one is nowhere', async () => {
    const before = await settled(long.id)
    const { models } = zhigai
    const runs = await runsOf(zhigai, long.id)
    const id = await copyWithoutWorkflow(long.id)
    for (const { runId, previous, history } of runs) {
      const events = history.events ?? []
      const timeOf = (index: number) => instantOf(events.at(index) ?? {})
      const times = { startedAt: timeOf(0), closedAt: timeOf(-1), keptAt: new Date() }
      const archive = await putArchive(models, encodeHistory(history))
      const kept = {
        ...times,
        anchored: false,
        end: 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
        events: events.length,
      }
      await models.runs.create({ _id: runId, project: id, previous, archive, ...kept })
    }
    expect(await engine(id)).toEqual(before)
    expect(await walkPages(auditor, id, 'limit=2&kind=engine')).toEqual(before)
    const lost = runs[0]?.runId ?? ''
    await models.runs.deleteOne({ _id: lost })
    const rest = await engine(id)
    expect(rest[0]).toMatchObject({ type: 'RUN_LOST', run: lost })
    expect(rest.slice(1)).toEqual(before.filter(({ run }) => run !== lost))
  })

  it('is refused where a cursor comes from another case', async () => {
    const other = await startLong()
    const firstPage = `/projects/${long.id}/history?kind=engine&limit=2`
    const { body } = await zhigai.as(auditor).get<Page<Line>>(firstPage)
    const elsewherePath = `/projects/${other.id}/history?kind=engine&limit=2&cursor=${body.next}`
    const answer = await zhigai.as(auditor).get(elsewherePath)
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-request', field: 'cursor' } })
  })

  it('says of what an open run waits for how often it was tried, and why it failed', async () => {
    const project = await startLong()
    const { models } = zhigai
    // The record refuses what it is given, so that the activity fails until it is let.
    const { name } = models.history.collection
    const refuse = (validator: object) => models.connection.db?.command({ collMod: name, validator })
    await refuse({ project: { $ne: project.id } })
    const command = { act: 'hold', reason: '核查', by: administrator, approvedBy: 'adm-2' } as const
    const handle = zhigai.temporal.workflow.getHandle(project.workflowId)
    const holding = handle.executeUpdate(applyAdminCommand, { args: [{ command, request: 'hold' }] })
    await vi.waitFor(
      async () =>
        expect((await engine(project.id)).at(-1)).toMatchObject({
          type: 'PENDING_ACTIVITY',
          details: { activity: 'recordSteps', failure: expect.stringContaining('validation') as unknown },
        }),
      { timeout: 20_000 },
    )
    await refuse({})
    await holding
    const told = await engine(project.id)
    expect(told.map(({ type }) => type)).not.toContain('PENDING_ACTIVITY')
    expect(told).toContainEqual(
      expect.objectContaining({ type: 'ACTIVITY_TASK_SCHEDULED', details: { activity: 'recordSteps' } }),
    )
  })
})

const callers = { own: clerk, district: verifier, all: reviewer, auditor, administrator }

describe('who sees how much', () => {
  const combinations = Object.entries(callers).flatMap(([role, actor]) =>
    ledgerKinds.map((kind) => ({
      role: role as keyof typeof visibilities,
      actor,
      kind,
      detail: visibilities[role as keyof typeof visibilities][kind],
    })),
  )

  it.each(combinations)('$role sees of $kind: $detail', async ({ role, actor, kind, detail }) => {
    const answer = await zhigai
      .as(actor)
      .get<Page<Line>>(`/projects/${long.id}/history?limit=100&kind=${kind}`)
    const whole = ofKind(await linesOf(actor, long.id), kind)
    if (detail === 'none') {
      expect(answer).toMatchObject({ status: 403, body: { allowed: visibleLedgers(visibilities[role]) } })
      return expect(whole).toEqual([])
    }
    const everything = await walkPages(auditor, long.id, `limit=100&kind=${kind}`)
    expect(answer.body.items.length).toBeGreaterThan(0)
    expect(answer.body.items.length === everything.length).toBe(kind !== 'notice' || detail !== 'own')
    const named = JSON.stringify(answer.body.items).includes(`"${verifier.user}"`)
    expect(named).toBe(kind === 'read' || (detail !== 'own' && ['event', 'notice'].includes(kind)))
    expect('link' in (answer.body.items[0] ?? {})).toBe(kind === 'event' && detail === 'full')
  })

  it('an applicant does not find out by asking who the officer was', async () => {
    expect(await linesOf(clerk, long.id, 'kind=event&person=wang')).toEqual([])
    expect((await linesOf(clerk, long.id, 'kind=event&person=lin')).map(({ type }) => type)).toEqual(
      way.slice(0, 3),
    )
    expect((await linesOf(colleague, long.id, 'kind=event')).length).toBe(way.length)
  })

  it.each([elsewhere, competitor])('$user is told that there is no such case', async (actor) => {
    for (const path of ['history', 'history?kind=engine', 'history/stream'])
      expect(await zhigai.as(actor).get(`/projects/${long.id}/${path}`)).toMatchObject({ status: 404 })
  })
})

describe('a part of it', () => {
  it('is of one person', async () => {
    const lines = await linesOf(auditor, long.id, 'limit=100&person=wang')
    expect(ofKind(lines, 'event').map(({ type }) => type)).toEqual(['claim', 'approve'])
    expect(ofKind(lines, 'notice').every(({ recipient }) => recipient === 'wang')).toBe(true)
    expect(ofKind(lines, 'engine')).toEqual([])
  })

  it('is of several kinds, and of days', async () => {
    const today = shanghaiDate(Date.now())
    const [before, after] = [addDays(today, -1), addDays(today, 1)]
    const all = await walkPages(auditor, long.id, 'limit=100&kind=event,engine')
    expect(all.every(({ kind }) => kind === 'event' || kind === 'engine')).toBe(true)
    expect(await walkPages(auditor, long.id, `limit=9&kind=event,engine&from=${before}&to=${after}`)).toEqual(
      all,
    )
    expect(await linesOf(auditor, long.id, `from=${addDays(today, 2)}`)).toEqual([])
    expect(await linesOf(auditor, long.id, `to=${addDays(today, -2)}`)).toEqual([])
  })

  it.each([
    ['kind=event,gossip', 'kind.1', [...ledgerKinds]],
    ['from=yesterday', 'from', undefined],
    ['from=2021-03-02&to=2021-03-01', 'from', ['2021-03-01']],
    ['cursor=abc', 'cursor', undefined],
    ['cursor=', 'cursor', undefined],
    ['sort=up', 'sort', undefined],
  ])('is refused, if asked for by %s, with what is allowed', async (query, field, allowed) => {
    const answer = await zhigai.as(auditor).get(`/projects/${long.id}/history?${query}`)
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-request', field } })
    expect(answer.body['allowed']).toEqual(allowed)
  })
})
