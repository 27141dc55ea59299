import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { saveEdition } from '../../../api/editions/editions.ts'
import { keepClosedRuns } from '../../../evidence/archive/keep.ts'
import { reconcileCase } from '../../../evidence/archive/reconcile.ts'
import { putArchive } from '../../../evidence/archive/store.ts'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { readTrustedKeys } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import type { HistoryRecord, Models, RunRecord } from '../../../models/index.ts'
import { restartCase } from '../../../operations/restart.ts'
import type { AdminCommand } from '../../../policy/case/admin-commands.ts'
import { applyAdminCommand } from '../../../workflows/contract.ts'
import { chongqing, people } from '../../fixtures.ts'
import { daysFromToday, stations } from '../../support/cases.ts'
import { connectTemporal } from '../../support/engines.ts'
import { actAll, startProject, type Project } from '../../support/projects.ts'
import { openRecord } from '../../support/record.ts'
import { quietRuntime } from '../../support/runtime.ts'
import { startWorker } from '../../support/worker.ts'
import { tell } from './audited.ts'
import { after, cutOff, rewrite } from './rewriting.ts'

const { administrator, clerk } = people
/** Its date can still be extended. */
const large = { application: { totalInvestment: '30000000.00', completeOn: daysFromToday(180) } }

let models: Models
let temporal: Client
let stop: () => Promise<void>
let folder: string
let editionHash: string
let chained: Project
let held: Project
let restarted: Project
let ended: Project

beforeAll(async () => {
  quietRuntime()
  folder = await mkdtemp(join(tmpdir(), 'zhigai-audit-'))
  const record = await openRecord()
  ;({ models } = record)
  temporal = await connectTemporal()
  const worker = await startWorker(models)
  stop = async () => {
    await worker.stop()
    await temporal.connection.close()
    await record.drop()
    await rm(folder, { recursive: true, force: true })
  }
  editionHash = await saveEdition(models, chongqing.edition)
  ;[chained, held, restarted, ended] = await Promise.all([
    liveInManyRuns(),
    liveOnHold(),
    liveAgain(),
    startProject(temporal, models, { editionHash }),
  ])
  await temporal.workflow.getHandle(ended.workflowId).terminate('by hand')
  await vi.waitFor(
    async () => {
      await keep()
      const found = await Promise.all(all().map(async (project) => (await runsOf(project)).length))
      if (String(found) !== '3,1,2,1') throw new Error(`runs are kept: ${String(found)}`)
    },
    { timeout: 30_000, interval: 100 },
  )
})
afterAll(() => stop())

async function liveInManyRuns(): Promise<Project> {
  const project = await startProject(temporal, models, { ...large, eventsPerRun: 2, editionHash })
  await actAll(project, stations['extensionDecision unclaimed'])
  return project
}

async function liveOnHold(): Promise<Project> {
  const project = await startProject(temporal, models, { editionHash })
  for (const act of ['hold', 'endHold'] as const)
    await temporal.workflow
      .getHandle(project.workflowId)
      .executeUpdate(applyAdminCommand, { args: [given(act)], updateId: act })
  await actAll(project, stations.withdrawn)
  return project
}

async function liveAgain(): Promise<Project> {
  const project = await startProject(temporal, models, { editionHash })
  await actAll(project, stations.application)
  expect(await restartCase({ models, temporal }, project.id, given('restart'))).toBeNull()
  await actAll(project, [[clerk, 'withdraw']])
  return project
}

function given(act: AdminCommand['act']) {
  const command: AdminCommand = { act, reason: '核查', by: administrator, approvedBy: 'adm-2' }
  return { command, request: `op-${act}` }
}

const keep = () =>
  keepClosedRuns({ models, temporal }, { save: () => undefined, signal: new AbortController().signal })
const runsOf = ({ id }: Project) =>
  models.runs.find({ project: id }).sort({ startedAt: 1, _id: 1 }).lean<RunRecord[]>()
const linesOf = ({ id }: Project) =>
  models.history.find({ project: id }).sort({ revision: 1 }).lean<HistoryRecord[]>()
const place = () => ({ dataDir: folder, suite: 'ed25519' as const })
const anchor = async () => anchorDay({ models, location: place(), now: Date.now })

/** What `audit verify` says of a case. */
async function verified({ id }: Project): Promise<string[]> {
  const trusted = await readTrustedKeys(place())
  return tell((await verify({ models, trusted, project: id, pauses: [10] })).findings)
}

/** What `reconcile` says of it. */
async function reconciled({ id }: Project): Promise<string[]> {
  const options = { repair: null, keep: false, known: new Set<string>(), by: 'a-test' }
  const { differences } = await reconcileCase({ models, temporal }, id, options)
  return [...new Set(differences.map((each) => `${each.collection} ${each.id}`))]
}

const all = () => [chained, held, restarted, ended]

describe('cases of several runs, held, taken up again or ended by hand', () => {
  it('are right', async () => {
    for (const project of all()) expect(await verified(project)).toEqual([])
  })
  it('are chains of runs', async () => {
    for (const project of all()) {
      const runs = await runsOf(project)
      expect(runs.map(({ previous }) => previous)).toEqual([null, ...runs.slice(0, -1).map(({ _id }) => _id)])
    }
    expect((await linesOf(held)).map(({ type }) => type)).toEqual(['file', 'hold', 'endHold', 'withdraw'])
    expect((await linesOf(restarted)).map(({ type }) => type)).toEqual([
      'file',
      'completeAssessment',
      'restart',
      'withdraw',
    ])
    expect((await runsOf(ended))[0]?.end).toBe('WORKFLOW_EXECUTION_TERMINATED')
  })
  it('tell which run in the middle is missing', async () => {
    const [, second] = await runsOf(chained)
    if (!second) throw new Error('there is no second run')
    await models.runs.deleteOne({ _id: second._id })
    expect(await verified(chained)).toEqual([`run-missing ${second._id}`])
    await models.runs.create(second)
    expect(await verified(chained)).toEqual([])
  })
  it.each([
    ['hold', () => held, 2],
    ['restart', () => restarted, 3],
  ])('tell who has changed the line of a %s', async (_act, caseOf, revision) => {
    const project = caseOf()
    const id = `${project.id}:${revision}`
    const change = () => models.history.updateOne({ _id: id }, { $set: { 'payload.approvedBy': 'nobody' } })
    expect(await after(models, project, change, () => verified(project))).toEqual([`line-changed ${id}`])
  })
  it('tell a line that names another run of the same case', async () => {
    const [first] = await runsOf(restarted)
    const id = `${restarted.id}:4`
    const change = () => models.history.updateOne({ _id: id }, { $set: { run: first?._id } })
    expect(await after(models, restarted, change, () => verified(restarted))).toEqual([`line-run ${id}`])
  })
  it('tell a run whose archive is no history', async () => {
    const [run] = await runsOf(held)
    if (!run) throw new Error('there is no run')
    const digest = await putArchive(models, Buffer.from('no history'))
    await models.runs.updateOne({ _id: run._id }, { $set: { archive: digest } })
    expect(await verified(held)).toEqual([`run-changed ${run._id}`])
    await models.runs.updateOne({ _id: run._id }, { $set: { archive: run.archive } })
    await models.archives.deleteOne({ _id: digest })
  })
})

it('a run is not kept before the one that it goes on from', async () => {
  const ids = (await runsOf(chained)).map(({ _id }) => _id)
  await models.runs.deleteMany({ _id: { $in: ids } })
  await keep()
  const again = await runsOf(chained)
  expect(again.map(({ _id }) => _id)).toEqual(ids)
  const times = again.map(({ keptAt }) => keptAt.getTime())
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

/** The lines that a kept run tells of, from a revision on, as findings. */
async function replaced(project: Project, from: number): Promise<string[]> {
  const kept = new Set((await runsOf(project)).map(({ _id }) => _id))
  const lines = (await linesOf(project)).filter(({ revision, run }) => revision >= from && kept.has(run))
  return lines.map(({ _id }) => `line-replaced ${_id}`).toSorted()
}

describe('a chain that was rewritten as a whole, before any anchor', () => {
  it.each([
    ['of several runs', () => chained],
    ['that was held', () => held],
    ['that was taken up again', () => restarted],
    ['that was ended by hand', () => ended],
  ])('%s shows where its runs are kept', async (_what, caseOf) => {
    const project = caseOf()
    const expected = await replaced(project, 1)
    expect(expected.length).toBeGreaterThan(0)
    const found = await after(
      models,
      project,
      () => rewrite(models, project, 1),
      () => verified(project),
    )
    expect(found).toEqual(expected)
  })
  it('does not show to verify in the run that is open, but to reconcile', async () => {
    const [last] = (await linesOf(chained)).slice(-1)
    if (!last) throw new Error('the case has no line')
    const { revision, _id } = last
    const look = async () => [await verified(chained), await reconciled(chained)]
    const [first, second] = await after(models, chained, () => rewrite(models, chained, revision), look)
    expect(first).toEqual([])
    expect(second).toEqual(expect.arrayContaining([`history ${_id}`, `snapshots ${_id}`]))
  })
})

/** Which lines are missing, and to whom. */
const lookAt = (project: Project) => async () => ({
  verify: await verified(project),
  reconcile: (await reconciled(project)).filter((each) => each.startsWith('history ')),
})

const cut = (project: Project, revision: number) =>
  after(models, project, () => cutOff(models, project, revision), lookAt(project))

describe('the end of a case that was cut off', () => {
  it('after the last anchor is seen by reconcile alone while its run is open, by verify once it is kept or anchored', async () => {
    const open = await startProject(temporal, models, { editionHash })
    await anchor()
    await actAll(open, stations.application)
    const gone = `${open.id}:2`
    expect(await cut(open, 1)).toEqual({ verify: [], reconcile: [`history ${gone}`] })
    await anchor()
    expect(await cut(open, 1)).toEqual({
      verify: [`line-missing ${gone}`],
      reconcile: [`history ${gone}`],
    })
    const last = `${held.id}:4`
    expect((await cut(held, 3)).verify).toContain(`line-missing ${last}`)
    expect(await verified(open)).toEqual([])
  })
})
