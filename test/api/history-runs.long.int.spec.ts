import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { saveEdition } from '../../api/editions/editions.ts'
import { engineLedger } from '../../api/history/engine.ts'
import type { Run } from '../../evidence/archive/histories.ts'
import { readModelEdition } from '../../server/editions.ts'
import { projectWorkflowId, projectWorkflowType, startOptions } from '../../workflows/contract.ts'
import { large, people } from '../fixtures.ts'
import { largeWay, stations, type Act } from '../support/cases.ts'
import { createHttp, type Page } from '../support/http.ts'
import { actAll, inputOf, startProject } from '../support/projects.ts'
import { keepAndForget } from '../support/runs.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const encode = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')
const { administrator, clerk } = people

type Line = { kind: string; type: string; run: string; event: number | null; at: string } & {
  details: Record<string, unknown>
}

let zhigai: Zhigai
/** A door behind which Temporal does not answer. */
let alone: { as: Zhigai['as']; close: () => Promise<unknown> }
beforeAll(async () => {
  zhigai = await startZhigai()
  const connection = Connection.lazy({ address: '127.0.0.1:1' })
  const temporal = new Client({ connection })
  const { origin, close } = await listen({ ...zhigai.deps, temporal })
  const { as } = createHttp(origin, zhigai.issuer)
  alone = { as, close: () => Promise.all([close(), connection.close()]) }
})
afterAll(async () => {
  await alone.close()
  await zhigai.stop()
})

/** A case of several runs, which the API finds. */
async function startCase(way: readonly Act[]): Promise<string> {
  const editionHash = await saveEdition(zhigai.models, readModelEdition())
  const options = { eventsPerRun: 2, editionHash, application: large }
  const project = await startProject(zhigai.temporal, zhigai.models, options)
  await actAll(project, way)
  return project.id
}

async function page(id: string, query: string, listener: Pick<Zhigai, 'as'> = zhigai): Promise<Page<Line>> {
  const answer = await listener.as(administrator).get<Page<Line>>(`/projects/${id}/history?${query}`)
  expect(answer.status).toBe(200)
  return answer.body
}

/** All lines, page by page; without reads, which change because one looks. */
async function walk(
  id: string,
  query: string,
  listener: Pick<Zhigai, 'as'> = zhigai,
  after: string | null = '',
): Promise<Line[]> {
  const lines: Line[] = []
  for (let cursor = after; cursor !== null;) {
    const { items, next }: Page<Line> = await page(id, `${query}${cursor && `&cursor=${cursor}`}`, listener)
    lines.push(...items)
    cursor = next
  }
  return lines
}

const whole = 'limit=100&kind=event,engine'

/** The same, when the last run has nothing left to do. */
const settled = (id: string) =>
  vi.waitFor(
    async () => {
      const lines = await walk(id, whole)
      expect(lines.findLast(({ kind }) => kind === 'engine')?.type).toBe('TIMER_STARTED')
      return lines
    },
    { timeout: 20_000 },
  )

/** The engine's lines from an instant, past the door, whose days are too long for a test. */
async function engineFrom(id: string, from: Date): Promise<Line[]> {
  const part = { person: undefined, from, before: null }
  const lines = await engineLedger(zhigai, id, part).after(null, 1_000)
  return lines.map(({ view }) => view as Line)
}

const name = ({ type, run, event }: Line) => `${type} ${run} ${event}`
const ofEngine = (lines: Line[]) => lines.filter(({ kind }) => kind === 'engine')
const expectOrdered = (lines: Line[]) => {
  const instants = lines.map(({ at }) => at)
  expect(instants).toEqual(instants.toSorted())
}

describe('a chain of runs of which Temporal has the last alone', () => {
  let id: string
  let before: Line[]
  let forgotten: Run[]
  beforeAll(async () => {
    id = await startCase(largeWay)
    before = await settled(id)
    forgotten = await keepAndForget(zhigai, id)
  }, 120_000)

  it.each([1, 3, 100])('is told as it was before, in pages of %i', async (limit) => {
    expect(forgotten.length).toBeGreaterThan(2)
    expect(new Set(ofEngine(before).map(({ run }) => run)).size).toBe(forgotten.length + 1)
    expect(await walk(id, `limit=${limit}&kind=event,engine`)).toEqual(before)
  })

  it('is told from an instant within a run that is gone', async () => {
    const within = ofEngine(before).filter(({ run }) => run === forgotten[1]?.runId)
    const from = new Date(within[Math.floor(within.length / 2)]?.at ?? '')
    const rest = ofEngine(before).filter(({ at }) => at >= from.toISOString())
    expect(await engineFrom(id, from)).toEqual(rest)
  })

  it('goes on where a cursor has a token that Temporal does not know', async () => {
    const last = ofEngine(before).findLast(({ event }) => event !== null)
    const [at, run] = [last?.at ?? '', last?.run ?? '']
    const first = ofEngine(before).find((line) => line.run === run)
    const mark = [run, 'bm8gdG9rZW4', first?.event, Date.parse(first?.at ?? ''), '']
    const cursor = encode([first?.at, 'engine', `${run}/${first?.event}`, mark])
    const { items } = await page(id, `limit=100&kind=engine&cursor=${cursor}`)
    expect(items).toEqual(ofEngine(before).filter((line) => line.run === run && line !== first))
    expect(items.at(-1)).toMatchObject({ at, type: 'TIMER_STARTED' })
  })

  it('is told as far as it is kept while Temporal is away', async () => {
    const { items } = await page(id, whole, alone)
    expectOrdered(items)
    const kept = ofEngine(before).filter(({ run }) => forgotten.some(({ runId }) => runId === run))
    const told = ofEngine(items)
    expect(told.slice(0, -1)).toEqual(kept)
    expect(told.at(-1)).toMatchObject({ type: 'ENGINE_UNAVAILABLE', at: kept.at(-1)?.at })
  })
})

describe('a case of which nothing is kept', () => {
  it('says so where Temporal is away, as of the filing, and goes on in order when it is back', async () => {
    const id = await startCase(stations['districtVerification unclaimed'])
    const before = await settled(id)
    const record = await zhigai.models.projects.findById(id).lean()
    const first = await page(id, 'limit=1&kind=event,engine', alone)
    expect(first.items).toMatchObject([{ type: 'ENGINE_UNAVAILABLE', at: record?.filedAt.toISOString() }])
    const second = await page(id, `limit=1&kind=event,engine&cursor=${first.next}`, alone)
    expect(second.items).toMatchObject([{ kind: 'event', type: 'file' }])
    const rest = await walk(id, `limit=2&kind=event,engine`, zhigai, second.next)
    expectOrdered([...first.items, ...second.items, ...rest])
    expect(ofEngine(rest).map(name)).toEqual(ofEngine(before).map(name))
    const [late] = ofEngine(rest)
    expect(late?.details).toMatchObject({ happened: ofEngine(before)[0]?.at })
    expect(rest.filter(({ kind }) => kind === 'event')).toEqual(
      before.filter(({ kind }) => kind === 'event').slice(1),
    )
  })
})

describe('a case that is over, and kept', () => {
  it('is told whole without Temporal', async () => {
    const id = await startCase([...stations.application, [clerk, 'withdraw']])
    await zhigai.temporal.workflow.getHandle(projectWorkflowId(id)).result()
    const before = await walk(id, whole)
    await keepAndForget(zhigai, id)
    expect(ofEngine(before).at(-1)?.type).toBe('WORKFLOW_EXECUTION_COMPLETED')
    expect(await walk(id, 'limit=3&kind=event,engine', alone)).toEqual(before)
  })
})

const archiveOf = async (runId: string | undefined) => {
  const { archives, runs: kept } = zhigai.models
  const digest = (await kept.findById(runId).lean())?.archive
  const archive = await archives.findById(digest)
  if (!archive) throw new Error('it is not kept')
  return archive
}

describe('a chain of which something is damaged', () => {
  let id: string
  let before: Line[]
  let runs: string[]
  beforeAll(async () => {
    id = await startCase(largeWay)
    before = ofEngine(await settled(id))
    runs = (await keepAndForget(zhigai, id)).map(({ runId }) => runId)
  }, 120_000)

  const without = (...gone: (string | undefined)[]) => before.filter(({ run }) => !gone.includes(run))
  const kindOf = ({ type, run, details }: Line) => ({ type, run, details })

  it('says which run and which archive, and goes on with the next', async () => {
    const changed = await archiveOf(runs[1])
    const missing = await archiveOf(runs[2])
    const data = Buffer.from(changed.data)
    data[40] = (data[40] ?? 0) ^ 1
    await zhigai.models.archives.updateOne({ _id: changed._id }, { $set: { data } })
    await zhigai.models.archives.deleteOne({ _id: missing._id })
    for (const limit of [1, 100]) {
      const lines = await walk(id, `limit=${limit}&kind=engine`)
      expect(lines.filter(({ type }) => type === 'RUN_DAMAGED').map(kindOf)).toEqual([
        { type: 'RUN_DAMAGED', run: runs[1], details: { archive: changed._id } },
        { type: 'RUN_DAMAGED', run: runs[2], details: { archive: missing._id } },
      ])
      expect(lines.filter(({ type }) => type !== 'RUN_DAMAGED')).toEqual(without(runs[1], runs[2]))
      expectOrdered(lines)
    }
  })

  it('tells a run that is lost as of the filing, or of the first day asked for', async () => {
    const { history, projects, runs: kept } = zhigai.models
    const record = await projects.findById(id).lean()
    const [lost = ''] = runs
    await kept.deleteOne({ _id: lost })
    const lines = await walk(id, 'limit=2&kind=engine')
    expect(lines[0]).toMatchObject({ type: 'RUN_LOST', run: lost, at: record?.filedAt.toISOString() })
    const at = before.filter(({ run }) => run === lost).at(-3)?.at ?? ''
    expect((await engineFrom(id, new Date(at)))[0]).toMatchObject({ type: 'RUN_LOST', run: lost, at })
    await history.deleteOne({ project: id, revision: 1 })
    expect((await walk(id, 'limit=100&kind=engine'))[0]).toMatchObject({ type: 'RUN_DAMAGED', run: runs[1] })
  })
})

it('a workflow task that fails again and again is told while it does', async () => {
  const id = `p-${randomUUID()}`
  const { filing, ...input } = inputOf(id)
  const workflowId = projectWorkflowId(id)
  const args = [{ ...input, filing: { ...filing, application: null } }]
  const handle = await zhigai.temporal.workflow.start(projectWorkflowType, {
    workflowId,
    ...startOptions,
    args,
  })
  await vi.waitFor(
    async () =>
      expect((await engineFrom(id, new Date(0))).at(-1)).toMatchObject({
        type: 'PENDING_WORKFLOW_TASK',
        event: null,
        details: { attempt: expect.any(Number) as number },
      }),
    { timeout: 30_000 },
  )
  await handle.terminate('the test is over')
})
