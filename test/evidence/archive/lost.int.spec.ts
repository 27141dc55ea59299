import { randomUUID } from 'node:crypto'
import { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runIdOf } from '../../../evidence/archive/events.ts'
import { encodeHistory, runsOf, type History, type Run } from '../../../evidence/archive/histories.ts'
import { keepClosedRuns, keepRun } from '../../../evidence/archive/keep.ts'
import { acknowledgeLost, findLost, noteLost } from '../../../evidence/archive/lost.ts'
import { archiveHealth } from '../../../evidence/archive/reconcile-all.ts'
import { reconcileCase } from '../../../evidence/archive/reconcile.ts'
import { checkRuns } from '../../../evidence/audit/check-runs.ts'
import type { Models } from '../../../models/index.ts'
import { recorded } from '../../../workflows/contract.ts'
import { restartCase } from '../../../operations/restart.ts'
import { digestOfBytes } from '../../../policy/integrity/digest.ts'
import { people } from '../../fixtures.ts'
import { stations } from '../../support/cases.ts'
import { actAll, findOnRecord, type Project } from '../../support/projects.ts'
import { begin, careOf, dump, openFixture, reconcile, right } from './fixture.ts'

const patience = { timeout: 30_000, interval: 50 }
let models: Models
let temporal: Client
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ models, temporal, stop } = await openFixture())
})
afterAll(() => stop())

const sources = () => ({ models, temporal })
const before = stations['districtVerification unclaimed']
const ended = ({ workflowId }: Project) => temporal.workflow.getHandle(workflowId).result()

/** A case that is over, with its only run. */
async function over(): Promise<{ project: Project; run: Run }> {
  const project = await begin(sources(), stations.withdrawn)
  await ended(project)
  const [run] = await runsOf(sources(), project.id)
  if (!run) throw new Error('there is no run')
  return { project, run }
}

/** A new run takes the case up. */
async function restart(project: Project): Promise<void> {
  const command = {
    act: 'restart',
    reason: '核查数据',
    by: people.administrator,
    approvedBy: 'adm-2',
  } as const
  expect(await restartCase(sources(), project.id, { command, request: randomUUID() })).toBeNull()
  await vi.waitFor(
    async () => expect((await project.lines()).at(-1)).toMatchObject({ type: 'restart' }),
    patience,
  )
}

async function keepAll(runs: { project: string; runId: string; history: History }[]): Promise<void> {
  for (const run of runs) expect(await keepRun(sources(), run)).toBe(true)
}

/** The comparison says why it cannot compare, and a repair leaves everything as it is. */
async function expectLeftAlone(project: Project, reason: string | RegExp, from = temporal): Promise<void> {
  const lies = await dump(sources())
  const { differences, unreadable } = await reconcile({ models, temporal: from }, project, true)
  expect({ differences, unreadable }).toEqual({
    differences: [],
    unreadable: expect.stringMatching(reason) as string,
  })
  expect(await dump(sources())).toEqual(lies)
}

describe('a case whose latest run is lost', () => {
  it('is not taken for what its earlier runs tell', async () => {
    const project = await begin(sources(), before)
    await restart(project)
    await actAll(project, [[people.clerk, 'withdraw']])
    await ended(project)
    const [first, second] = await runsOf(sources(), project.id)
    if (!first || !second) throw new Error('there are not two runs')
    await keepAll([{ project: project.id, ...first }])
    // As after retention, or at another Temporal: one that knows none of them.
    const elsewhere = new Client({ connection: temporal.connection, namespace: 'temporal-system' })
    await expectLeftAlone(project, second.runId, elsewhere)
    expect(await models.lostRuns.findById(second.runId).lean()).toMatchObject({ project: project.id })
    // Of the first alone nothing is lost: a repair would have gone by it.
    await models.history.deleteMany({ project: project.id, run: second.runId })
    await expectLeftAlone(project, /its record goes on/, elsewhere)
  })

  it('is not cut where histories end that are older than the record', async () => {
    const { project, run } = await over()
    const { runId, history } = run
    await keepAll([{ project: project.id, runId, history: cutBeforeLastStep(history) }])
    await expectLeftAlone(project, /its record goes on/)
    // A line that nobody made is no reason to believe that there is more.
    await models.runs.deleteOne({ _id: runId })
    await keepAll([{ project: project.id, runId, history }])
    const line = await models.history.findOne({ project: project.id, revision: 2 }).lean()
    if (!line) throw new Error('there is no line')
    const invented = `${project.id}:99`
    await models.history.create({ ...line, _id: invented, revision: 99 })
    expect(await reconcile(sources(), project, true)).toMatchObject({ differences: [{ id: invented }] })
    expect(await reconcile(sources(), project)).toEqual(right(project))
  })

  it('is not told by the history of another', async () => {
    const [one, other] = await Promise.all([over(), over()])
    await keepAll([one, other].map(({ project, run }) => ({ project: project.id, ...run })))
    const { runId: _id } = one.run
    const own = await models.runs.findById(_id).lean()
    const others = await models.runs.findById(other.run.runId).lean()
    await models.runs.updateOne({ _id }, { $set: { archive: others?.archive } })
    await expectLeftAlone(one.project, `is the history of run ${others?._id}`)
    await models.runs.updateOne({ _id }, { $set: { archive: own?.archive } })
    expect(await reconcile(sources(), one.project)).toEqual(right(one.project))
  })
})

/** A history without its last step, and closed all the same. */
function cutBeforeLastStep({ events }: History): History {
  const all = events ?? []
  const at = all.findLastIndex((event) => event.workflowExecutionUpdateAcceptedEventAttributes)
  return { events: [...all.slice(0, at), { ...all.at(-1), eventId: all[at]?.eventId ?? null }] }
}

/** Goes back to where a workflow task ended: the last one, or one that was so many before. */
async function reset(project: Project, back: number): Promise<void> {
  const handle = temporal.workflow.getHandle(project.workflowId)
  const { events } = await handle.fetchHistory()
  const { runId } = await handle.describe()
  const ends = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes)
  await temporal.workflowService.resetWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId: project.workflowId, runId },
    reason: 'a test',
    workflowTaskFinishEventId: ends.at(-1 - back)?.eventId ?? null,
    requestId: randomUUID(),
  })
}

describe('a case that was reset', () => {
  it('and lost nothing is as its histories say, each run with its own', async () => {
    const project = await begin(sources(), before)
    // A workflow task in which nothing was done: that one can be missed.
    const onRecord = await findOnRecord(models, project.id)
    const { workflowId } = project
    await temporal.workflow.getHandle(workflowId).signal(recorded, onRecord)
    await vi.waitFor(async () => {
      const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory()
      const last = events?.at(-1)
      expect(last?.workflowTaskCompletedEventAttributes).toBeTruthy()
    }, patience)
    await reset(project, 0)
    await actAll(project, [[people.clerk, 'withdraw']])
    await ended(project)
    expect(await reconcile(sources(), project)).toEqual(right(project))
    const [run] = await runsOf(sources(), project.id)
    if (!run) throw new Error('there is no run')
    expect(run.runId).not.toBe(project.firstRunId)
    expect(runIdOf(run.history)).toBe(run.runId)
    await keepAll([{ project: project.id, ...run }])
    const kept = await models.runs.find({ project: project.id }).lean()
    expect((await checkRuns({ models }, { project: project.id, runs: kept }, new Set())).findings).toEqual([])
  })

  it('and lost steps is left alone, and the reason is told', async () => {
    const project = await begin(sources(), before)
    await reset(project, 3)
    await expectLeftAlone(project, /was reset, .* restart a case instead/)
    expect(await project.lines()).toHaveLength(3)
  })
})

const lookAgain = () =>
  keepClosedRuns(sources(), { signal: new AbortController().signal, save: () => undefined })

describe('the archive', () => {
  it('replaces what is not right, and goes on where one run cannot be kept', async () => {
    const [one, other] = await Promise.all([over(), over()])
    const { run } = one
    await keepAll([{ project: one.project.id, ...run }])
    const archive = digestOfBytes(encodeHistory(run.history))
    const spoil = () =>
      models.archives.updateOne({ _id: archive }, { $set: { data: Buffer.from('nothing') } })
    await spoil()
    await models.runs.deleteOne({ _id: run.runId })
    await vi.waitFor(async () => {
      await lookAgain()
      expect(await models.runs.countDocuments({ project: { $in: [one.project.id, other.project.id] } })).toBe(
        2,
      )
    }, patience)
    expect(await reconcile(sources(), one.project)).toEqual(right(one.project))
    // One that is found out later is put right while Temporal has it.
    await spoil()
    await expectLeftAlone(one.project, /has been changed/)
    const options = careOf({ keep: true })
    expect(await reconcileCase(sources(), one.project.id, options)).toEqual(right(one.project))
    expect(await reconcile(sources(), one.project)).toEqual(right(one.project))
  })

  it('tries every lost run again, however many, but for those of which somebody has taken note', async () => {
    await models.lostRuns.deleteMany({})
    const { project, run } = await over()
    const gone = Array.from({ length: 130 }, () => randomUUID())
    for (const runId of gone) await noteLost(models, { project: project.id, runId }, 'gone')
    await noteLost(models, { project: project.id, runId: run.runId }, 'not whole yet')
    expect(await archiveHealth(models, new Date())).toMatchObject({ lostRuns: 131 })
    await models.watermarks.updateOne({ _id: 'archive' }, { $set: { at: new Date(Date.now() + 86_400_000) } })
    expect(await lookAgain()).toMatchObject({ lost: 130 })
    expect(await models.runs.exists({ _id: run.runId })).not.toBeNull()
    const [known = ''] = gone
    const note = { by: 'anna', reason: '停机三天' }
    expect(await acknowledgeLost(models, known, note)).toBe(true)
    expect(await acknowledgeLost(models, 'no-such-run', note)).toBe(false)
    expect(await archiveHealth(models, new Date())).toMatchObject({ lostRuns: 129 })
    await noteLost(models, { project: project.id, runId: known }, 'gone')
    expect(await models.lostRuns.findById(known).lean()).toMatchObject({ acknowledged: note })
    const later = new Date(Date.now() + 1000)
    expect(await findLost(models, later, 200)).toHaveLength(129)
  })
})
