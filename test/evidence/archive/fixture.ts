import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import { claimKeys } from '../../../api/projects/claims.ts'
import type { Sources } from '../../../evidence/archive/keep.ts'
import { reconcileCase, type Care, type Finding } from '../../../evidence/archive/reconcile.ts'
import type { RepairOrder } from '../../../evidence/archive/register.ts'
import { chongqing, people } from '../../fixtures.ts'
import type { Act } from '../../support/cases.ts'
import { connectTemporal } from '../../support/engines.ts'
import { actAll, startProject, type Project, type ProjectOptions } from '../../support/projects.ts'
import { openRecord } from '../../support/record.ts'
import { quietRuntime } from '../../support/runtime.ts'
import { startWorker } from '../../support/worker.ts'

/** A record of its own with the edition of the tests, and a worker that writes it. */
export async function openFixture(activity: ActivityInterceptorsFactory[] = []) {
  quietRuntime()
  const { models, drop } = await openRecord()
  const temporal = await connectTemporal()
  const worker = await startWorker(models, undefined, [], activity)
  const { id, year } = chongqing.edition
  const loadedAt = new Date()
  await models.editions.create({ _id: 'of-a-test', id, year, document: chongqing.edition, loadedAt })
  const stop = async () => {
    await worker.stop()
    await temporal.connection.close()
    await drop()
  }
  return { models, temporal, stop }
}

/** Projects whose runs do not hear that a step is on record, and those whose steps nobody writes. */
export const deaf = { heard: new Set<unknown>(), written: new Set<unknown>() }

/** Lets activities of such projects fail, after they have written or before. */
export const deafen = () => ({
  inbound: {
    async execute(
      input: { args: unknown[]; headers: object },
      next: (input: never) => Promise<unknown>,
    ): Promise<unknown> {
      const [given] = input.args as [{ project?: unknown } | undefined]
      if (deaf.written.has(given?.project)) throw new Error('nobody writes it')
      const answer = await next(input as never)
      if (deaf.heard.has(given?.project)) throw new Error('nobody hears of it')
      return answer
    },
  },
})

/** A project on its way, with the keys that filing through the door would have taken. */
export async function begin(
  { models, temporal }: Sources,
  way: readonly Act[],
  options: ProjectOptions = {},
): Promise<Project> {
  const project = await startProject(temporal, models, options)
  const record = await models.projects.findById(project.id).lean()
  if (!record) throw new Error('not on record')
  await claimKeys(models, project.id, record.state.case.application, people.clerk, Date.now())
  await actAll(project, way)
  return project
}

/** What two administrators have agreed to. */
export const agreed: RepairOrder = {
  operation: 'op-of-a-test',
  by: people.administrator.user,
  approvedBy: 'adm-2',
  reason: '核查',
}

/** How a test compares. */
export function careOf({ repair = false, keep = false }): Care {
  return { repair: repair ? agreed : null, keep, known: new Set(), by: 'a-test' }
}

/** Compares a project with its histories. */
export function reconcile(sources: Sources, { id }: Project, repair = false): Promise<Finding> {
  return reconcileCase(sources, id, careOf({ repair }))
}

/** What is found of a project that is as it must be. */
export function right({ id }: Project): Finding {
  return { project: id, differences: [], repaired: [], unreadable: null, moving: null }
}

/** What reconciliation rebuilds, as it lies there; without what no history tells. */
export async function dump({ models }: Pick<Sources, 'models'>) {
  const { projects, history, snapshots, tasks, certificates, claims, counters, editions } = models
  const found = {
    projects: await projects.find({}, { anchored: 0 }).sort({ _id: 1 }).lean(),
    history: await history.find().sort({ _id: 1 }).lean(),
    snapshots: await snapshots.find().sort({ _id: 1 }).lean(),
    tasks: await tasks.find().sort({ _id: 1 }).lean(),
    certificates: await certificates.find().sort({ _id: 1 }).lean(),
    claims: await claims.find({}, { at: 0 }).sort({ _id: 1 }).lean(),
    counters: await counters.find().sort({ _id: 1 }).lean(),
    editions: await editions.find({}, { loadedAt: 0 }).sort({ _id: 1 }).lean(),
  }
  return JSON.parse(JSON.stringify(found)) as Record<keyof typeof found, unknown[]>
}
