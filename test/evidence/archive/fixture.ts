import { reserveKeys } from '../../../api/projects/duplicate-keys.ts'
import type { ArchiveSources } from '../../../evidence/archive/keep.ts'
import {
  reconcileCase,
  type ComparisonOptions,
  type ReconcileResult,
} from '../../../evidence/archive/reconcile.ts'
import type { Models } from '../../../models/index.ts'
import { createRecorder } from '../../../models/recorder.ts'
import type { Recording } from '../../../models/step-record.ts'
import type { RepairApproval } from '../../../evidence/archive/register.ts'
import { expect } from 'vitest'
import { createSweeper } from '../../../operations/sweeper.ts'
import { createLogger } from '../../../telemetry/log.ts'
import { chongqing, people } from '../../fixtures.ts'
import { saveTestEdition } from '../../support/test-edition.ts'
import type { Act } from '../../support/cases.ts'
import { connectTemporal } from '../../support/engines.ts'
import { actAll, startProject, type Project, type ProjectOptions } from '../../support/projects.ts'
import { openRecord } from '../../support/record.ts'
import { quietRuntime } from '../../support/runtime.ts'
import { startWorker } from '../../support/worker.ts'

/** A record of its own with the edition of the tests, and a worker that writes it. */
export async function openFixture() {
  quietRuntime()
  const { models, drop } = await openRecord()
  const temporal = await connectTemporal()
  const worker = await startWorker(models)
  await saveTestEdition(models)
  const stop = async () => {
    await worker.stop()
    await temporal.connection.close()
    await drop()
  }
  return { models, temporal, stop }
}

/** Projects of which nothing is put on record, so that their runs do not hear of it either. */
export const unwritten = new Set<string>()

/** A recorder that cannot write what is of such projects. */
export function failing(models: Models) {
  const recorder = createRecorder(models)
  return {
    ...recorder,
    async record(recording: Recording) {
      if (recording.steps.some(({ project }) => unwritten.has(project))) throw new Error('nobody writes it')
      return recorder.record(recording)
    },
  }
}

/** A project on its way, with the keys that filing through the door would have taken. */
export async function begin(
  { models, temporal }: ArchiveSources,
  way: readonly Act[],
  options: ProjectOptions = {},
): Promise<Project> {
  const project = await startProject(temporal, models, { recorder: failing(models), ...options })
  const record = await models.projects.findById(project.id).lean()
  if (!record) throw new Error('not on record')
  await reserveKeys(
    models,
    project.id,
    { edition: chongqing.edition, application: record.state.case.application },
    people.clerk,
    Date.now(),
  )
  await actAll(project, way)
  return project
}

/** What two administrators have agreed to. */
export const agreed: RepairApproval = {
  operation: 'op-of-a-test',
  by: people.administrator.user,
  approvedBy: 'adm-2',
  reason: '核查',
}

/** How a test compares. */
export function careOf({ repair = false, keep = false }): ComparisonOptions {
  return { repair: repair ? agreed : null, keep, known: new Set(), by: 'a-test' }
}

/** Compares a project with its histories. */
export function reconcile(
  sources: ArchiveSources,
  { id }: Project,
  repair = false,
): Promise<ReconcileResult> {
  return reconcileCase(sources, id, careOf({ repair }))
}

/** What is found of a project that is as it must be. */
export function right({ id }: Project): ReconcileResult {
  return { project: id, differences: [], repaired: [], unreadable: null, moving: null }
}

/** What reconciliation rebuilds, as it lies there; without what no history tells. */
export async function dump({ models }: Pick<ArchiveSources, 'models'>) {
  const { projects, history, snapshots, tasks, certificates, duplicateKeys, counters, editions } = models
  const found = {
    projects: await projects.find({}, { anchored: 0 }).sort({ _id: 1 }).lean(),
    history: await history.find().sort({ _id: 1 }).lean(),
    snapshots: await snapshots.find().sort({ _id: 1 }).lean(),
    tasks: await tasks.find().sort({ _id: 1 }).lean(),
    certificates: await certificates.find().sort({ _id: 1 }).lean(),
    duplicateKeys: await duplicateKeys.find({}, { at: 0 }).sort({ _id: 1 }).lean(),
    counters: await counters.find().sort({ _id: 1 }).lean(),
    editions: await editions.find({}, { loadedAt: 0 }).sort({ _id: 1 }).lean(),
  }
  return JSON.parse(JSON.stringify(found)) as Record<keyof typeof found, unknown[]>
}

/** A sweeper that says nothing, with a recorder of its own or another. */
export function sweeperOf({ models, temporal }: ArchiveSources, recorder = createRecorder(models)) {
  const logger = createLogger('silent', { write: () => undefined })
  return createSweeper({ models, temporal, recorder, logger })
}

/** Brings up what is behind, long after anybody waits for it. */
export async function sweepAll(sources: ArchiveSources): Promise<void> {
  await sweeperOf(sources).sweep(Date.now() + 60_000)
  expect(await sources.models.intents.countDocuments()).toBe(0)
}
