import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { pagesOfCases } from '../../../evidence/archive/cases.ts'
import { LostRun, runsOf } from '../../../evidence/archive/histories.ts'
import { keepRun } from '../../../evidence/archive/keep.ts'
import { archiveHealth, latestReconciliation } from '../../../evidence/archive/reconcile-all.ts'
import { reconcileCase } from '../../../evidence/archive/reconcile.ts'
import { ArchiveFault } from '../../../evidence/archive/store.ts'
import type { Models } from '../../../models/index.ts'
import { startOptions } from '../../../workflows/contract.ts'
import { scheduledJobWorkflowType, type ScheduledJob } from '../../../workflows/contract-scheduled-job.ts'
import { largeWay, smallWay, stations } from '../../support/cases.ts'
import type { Project } from '../../support/projects.ts'
import { forget } from '../../support/runs.ts'
import { begin, careOf, dump, openFixture, reconcile, right } from './fixture.ts'

const patience = { timeout: 30_000, interval: 50 }
let models: Models
let temporal: Client
let stop: () => Promise<void>
let chained: Project
let small: Project
let withdrawn: Project

beforeAll(async () => {
  ;({ models, temporal, stop } = await openFixture())
  ;[chained, small, withdrawn] = await Promise.all([
    begin(sources(), largeWay, { eventsPerRun: 2, application: { totalInvestment: '30000000.00' } }),
    begin(sources(), smallWay),
    begin(sources(), stations.withdrawn),
  ])
})
afterAll(() => stop())

const sources = () => ({ models, temporal })
const all = () => [chained, small, withdrawn]

async function expectAllRight(): Promise<void> {
  for (const project of all()) expect(await reconcile(sources(), project)).toEqual(right(project))
}

async function perform(job: ScheduledJob): Promise<void> {
  const workflowId = `job-of-a-test/${job}/${Math.random()}`
  await temporal.workflow.execute(scheduledJobWorkflowType, { workflowId, ...startOptions, args: [{ job }] })
}

const closedRuns = async ({ id }: Project) => {
  const runs = await runsOf(sources(), id)
  return runs.filter(({ history }) => closes(history.events?.at(-1)?.eventType)).map(({ runId }) => runId)
}
const closes = (type: unknown) => [2, 3, 4, 21, 27, 28].includes(Number(type))

describe('a case that nobody has touched', () => {
  it('is as its histories say', expectAllRight)
})

describe('the record', () => {
  it.each([
    [
      'a field that somebody has changed',
      () =>
        models.projects.updateOne({ _id: chained.id }, { $set: { 'state.case.enterprise.name': '别家' } }),
      'projects state.case.enterprise.name',
    ],
    [
      'a revision that was set ahead',
      () => models.projects.updateOne({ _id: chained.id }, { $set: { revision: 99 } }),
      'projects revision',
    ],
    ['a line that is missing', () => models.history.deleteOne({ _id: `${chained.id}:3` }), 'history '],
    [
      'a snapshot that was changed',
      () => models.snapshots.updateOne({ _id: `${chained.id}:2` }, { $set: { 'state.done': true } }),
      'snapshots state.done',
    ],
    [
      'a task too many',
      async () => {
        const [task] = await models.tasks.find({ project: chained.id }).lean()
        if (!task) throw new Error('there is no task')
        await models.tasks.create({ ...task, _id: `${chained.id}:invented` })
      },
      'tasks ',
    ],
    [
      'a task that is as it was before',
      () => models.tasks.updateOne({ project: chained.id, open: true }, { $set: { claimedBy: 'nobody' } }),
      'tasks claimedBy',
    ],
    [
      'a certificate that is missing',
      () => models.certificates.deleteOne({ project: chained.id }),
      'certificates ',
    ],
    [
      'a counter that would give a number twice',
      () => models.counters.updateOne({}, { $set: { last: 0 } }),
      'counters last',
    ],
    [
      'a key that is not held',
      () => models.duplicateKeys.deleteOne({ project: chained.id }),
      'duplicateKeys ',
    ],
    [
      'an edition that was changed',
      () => models.editions.updateOne({ _id: 'of-a-test' }, { $set: { 'document.year': 2020 } }),
      'editions document.year',
    ],
  ])('that has %s is found out and repaired', async (_what, tamper, place) => {
    const before = await dump(sources())
    await models.projects.updateOne({ _id: chained.id }, { $set: { anchored: true } })
    await tamper()
    const found = await reconcile(sources(), chained)
    expect(found.differences.map(({ collection, path }) => `${collection} ${path}`)).toEqual([place])
    expect(await models.projects.findById(chained.id).lean()).toMatchObject({ anchored: true })
    expect(await reconcile(sources(), chained, true)).toMatchObject({
      repaired: found.differences,
      unreadable: null,
    })
    expect(await dump(sources())).toEqual(before)
    expect(await models.projects.findById(chained.id).lean()).toMatchObject({ anchored: false })
  })

  it('is kept where no history tells of a case any more', async () => {
    const record = await models.projects.findById(small.id).lean()
    await models.projects.create({ ...record, _id: 'p-of-nobody' })
    const options = careOf({ repair: true, keep: true })
    expect(await reconcileCase(sources(), 'p-of-nobody', options)).toMatchObject({
      differences: [],
      unreadable: expect.stringMatching(/p-of-nobody/) as string,
    })
    expect(await models.projects.exists({ _id: 'p-of-nobody' })).not.toBeNull()
    await models.projects.deleteOne({ _id: 'p-of-nobody' })
  })
})

describe('histories', () => {
  let expected: Awaited<ReturnType<typeof dump>>

  it('of closed runs are kept, each once', async () => {
    const closed = (await Promise.all(all().map(closedRuns))).flat()
    expect(closed.length).toBeGreaterThan(3)
    const look = async () => {
      await perform('archive')
      const kept = await models.runs.find({ project: { $in: all().map(({ id }) => id) } }).lean()
      expect(kept.map(({ _id }) => _id).toSorted()).toEqual(closed.toSorted())
    }
    await vi.waitFor(look, patience)
    expect(await archiveHealth(models, new Date())).toMatchObject({
      secondsBehind: expect.any(Number) as number,
    })
  })

  it('outlive their runs', async () => {
    expected = await dump(sources())
    const before = await runsOf(sources(), chained.id)
    const closed = await Promise.all(
      all().map(async (project) =>
        (await closedRuns(project)).map((runId) => forget(temporal, project.workflowId, runId)),
      ),
    )
    await Promise.all(closed.flat())
    const after = await runsOf(sources(), chained.id)
    expect(after.map(({ runId, history }) => [runId, history.events?.length])).toEqual(
      before.map(({ runId, history }) => [runId, history.events?.length]),
    )
    expect(after.filter(({ kept }) => kept)).toHaveLength(before.length - 1)
    await expectAllRight()
  })

  it('rebuild a record that was thrown away', async () => {
    for (const name of Object.keys(expected)) await models.connection.collection(name).deleteMany({})
    const ids = new Set(all().map(({ id }) => id))
    const found: string[] = []
    for await (const { ids: page } of pagesOfCases(sources())) found.push(...page.filter((id) => ids.has(id)))
    expect(found.toSorted()).toEqual([...ids].toSorted())
    for (const id of found) await reconcileCase(sources(), id, careOf({ repair: true, keep: true }))
    expect(await dump(sources())).toEqual(expected)
  })

  it('are compared with the whole record by the nightly job, which repairs nothing', async () => {
    await models.history.deleteOne({ _id: `${small.id}:2` })
    await models.editions.updateMany({}, { $set: { year: 1999 } })
    await perform('reconcile')
    const latest = await latestReconciliation(models)
    expect(latest).toMatchObject({ repaired: 0 })
    expect(latest?.differences).toBeGreaterThanOrEqual(2)
    expect(await models.history.exists({ _id: `${small.id}:2` })).toBeNull()
    await reconcile(sources(), small, true)
    expect(await dump(sources())).toEqual(expected)
  })

  it('of which a byte was changed are found out', async () => {
    const { archive } = await firstRun(withdrawn)
    const kept = await models.archives.findById(archive)
    if (!kept) throw new Error('there is no archive')
    const bytes = Buffer.from(kept.data)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    await models.archives.updateOne({ _id: archive }, { $set: { data: bytes } })
    await expect(runsOf(sources(), withdrawn.id)).rejects.toThrow(ArchiveFault)
    expect(await reconcile(sources(), withdrawn, true)).toMatchObject({
      unreadable: expect.stringMatching(/changed/) as string,
    })
    await models.archives.updateOne({ _id: archive }, { $set: { data: kept.data } })
    expect(await reconcile(sources(), withdrawn)).toEqual(right(withdrawn))
  })

  it('that were lost before they were kept are told of', async () => {
    const only = await firstRun(withdrawn)
    await models.runs.deleteOne({ _id: only._id })
    expect(await reconcile(sources(), withdrawn)).toMatchObject({
      unreadable: expect.stringContaining(`run ${only._id}`) as string,
    })
    await models.runs.create(only)
    const first = await firstRun(chained)
    await models.runs.deleteOne({ _id: first._id })
    await expect(runsOf(sources(), chained.id)).rejects.toThrow(LostRun)
    expect(await reconcile(sources(), chained)).toMatchObject({
      unreadable: expect.stringMatching(/neither/) as string,
    })
    expect(await models.lostRuns.find().sort({ noticedAt: 1 }).lean()).toMatchObject([
      { _id: only._id, project: withdrawn.id },
      { _id: first._id, project: chained.id },
    ])
    expect(await archiveHealth(models, new Date())).toMatchObject({ lostRuns: 2 })
    await models.runs.create(first)
  })

  it('with a gap are not kept', async () => {
    const [run] = await runsOf(sources(), withdrawn.id)
    if (!run) throw new Error('there is no run')
    const history = { events: run.history.events?.filter((_event, index) => index !== 4) ?? [] }
    await expect(keepRun(sources(), { project: withdrawn.id, runId: 'x', history })).rejects.toThrow(
      /no event 5/,
    )
    expect(await models.runs.exists({ _id: 'x' })).toBeNull()
  })
})

async function firstRun({ id }: Project) {
  const run = await models.runs.findOne({ project: id, previous: null }).lean()
  if (!run) throw new Error(`the first run of ${id} is not kept`)
  return run
}
