import { randomUUID } from 'node:crypto'
import { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { keepClosedRuns } from '../../../evidence/archive/keep.ts'
import { acknowledgeLost, noteLost } from '../../../evidence/archive/lost.ts'
import { replayCases, replayOthers, type Replayed, type Replayer } from '../../../evidence/archive/replay.ts'
import type { Models } from '../../../models/index.ts'
import { startOptions } from '../../../workflows/contract.ts'
import { scheduledJobWorkflowType, type ScheduledJob } from '../../../workflows/contract-scheduled-job.ts'
import { smallWay, stations } from '../../support/cases.ts'
import { bundleOf, connectTemporal, engines } from '../../support/engines.ts'
import { recordHistory } from '../../support/histories.ts'
import { actAll, startProject, type Project } from '../../support/projects.ts'
import { openRecord } from '../../support/record.ts'
import { quietRuntime } from '../../support/runtime.ts'
import { startWorker } from '../../support/worker.ts'

let models: Models
let temporal: Client
let stop: () => Promise<void>
let open: Project
let closed: Project

beforeAll(async () => {
  quietRuntime()
  const record = await openRecord()
  ;({ models } = record)
  temporal = await connectTemporal()
  const worker = await startWorker(models)
  stop = async () => {
    await worker.stop()
    await temporal.connection.close()
    await record.drop()
  }
  ;[open, closed] = await Promise.all([
    startProject(temporal, models, { eventsPerRun: 3 }),
    startProject(temporal, models),
  ])
  await Promise.all([actAll(open, smallWay), actAll(closed, stations.withdrawn)])
  await vi.waitFor(
    async () => {
      const signal = new AbortController().signal
      await keepClosedRuns({ models, temporal }, { signal, save: () => undefined })
      const kept = await models.runs.countDocuments({ project: { $in: [open.id, closed.id] } })
      if (kept < 2) throw new Error(`${kept} of 2 runs are kept`)
    },
    { timeout: 30_000, interval: 100 },
  )
})
afterAll(() => stop())

async function* ids() {
  yield* [open.id, 'p-unknown', closed.id]
}

const replayerOf =
  (codePath: string): Replayer =>
  (sinks, histories) =>
    Worker.runReplayHistories({ workflowBundle: { codePath }, sinks }, histories)

async function replayWith(codePath: string, from = temporal): Promise<Replayed[]> {
  const found: Replayed[] = []
  for await (const each of replayCases({ models, temporal: from }, ids(), replayerOf(codePath)))
    found.push(each)
  expect(found).toContainEqual({ of: 'p-unknown', runId: null, reason: 'nothing tells of p-unknown' })
  return found.filter(({ of }) => of !== 'p-unknown')
}

it('every run lives on under the code of today', async () => {
  const found = await replayWith(engines().workflowBundle)
  expect(found.map(({ of, reason }) => [of, reason])).toEqual([
    [open.id, null],
    [open.id, null],
    [closed.id, null],
  ])
})

it('code that was changed without care is told, with each run that it breaks and why', async () => {
  const codePath = await bundleOf(new URL('../../workflows/changed-workflows.ts', import.meta.url))
  const found = await replayWith(codePath)
  expect(found.map(({ of }) => of)).toEqual([open.id, open.id, closed.id])
  expect(found.every(({ runId, reason }) => runId && reason?.includes('TMPRL1100'))).toBe(true)
})

it('a workflow under way that is no case is replayed too, and code that breaks it is told', async () => {
  const workflowId = `job-of-a-test/${randomUUID()}`
  // This worker has no key, so that the job is tried again and again.
  const args: [{ job: ScheduledJob }] = [{ job: 'anchor' }]
  const handle = await temporal.workflow.start(scheduledJobWorkflowType, {
    workflowId,
    ...startOptions,
    args,
  })
  const codePath = await bundleOf(new URL('../../workflows/changed-workflows.ts', import.meta.url))
  const replayOwn = async (bundle: string) => {
    const found: Replayed[] = []
    for await (const each of replayOthers(temporal, replayerOf(bundle)))
      if (each.of === workflowId) found.push(each)
    return found
  }
  const runId = handle.firstExecutionRunId
  await vi.waitFor(
    async () =>
      expect(await replayOwn(engines().workflowBundle)).toEqual([{ of: workflowId, runId, reason: null }]),
    { timeout: 30_000, interval: 100 },
  )
  expect(await replayOwn(codePath)).toEqual([
    { of: workflowId, runId, reason: expect.stringContaining('TMPRL1100') as string },
  ])
  await recordHistory(temporal, 'scheduled-job', workflowId)
  await handle.terminate()
})

it('code that gives the same commands and makes other steps is told, with the first step that is another', async () => {
  const codePath = await bundleOf(new URL('../../workflows/patient-workflows.ts', import.meta.url))
  const found = await replayWith(codePath)
  // How long a verification may take is counted at the submission, which is in the earlier run.
  expect(found.map(({ of, reason }) => [of, reason])).toEqual([
    [open.id, null],
    [open.id, 'revision 3 is on record with another state than this code makes'],
    [closed.id, null],
  ])
})

it('a run that is lost stands in the way until somebody has taken note of it', async () => {
  const elsewhere = new Client({ connection: temporal.connection, namespace: 'temporal-system' })
  const look = async () => {
    const found = await replayWith(engines().workflowBundle, elsewhere)
    return found.filter(({ of }) => of === open.id)
  }
  const { runId } = await temporal.workflow.getHandle(open.workflowId).describe()
  const told = { of: open.id, runId: null, reason: expect.stringContaining(runId) as string }
  expect(await look()).toEqual([told])
  await noteLost(models, { project: open.id, runId }, 'Temporal has it no more')
  await acknowledgeLost(models, runId, { by: 'anna', reason: '停机三天' })
  expect(await look()).toEqual([{ ...told, isKnown: true }])
})

it('an archive that is not what was put in stands in the way too', async () => {
  await models.archives.updateMany({}, { $set: { data: Buffer.from('nothing') } })
  const found = await replayWith(engines().workflowBundle)
  expect(found).toContainEqual({
    of: closed.id,
    runId: null,
    reason: expect.stringMatching(/has been changed/) as string,
  })
})
