import type { Models, ProjectRecord } from '../models/index.ts'
import { openProjects } from '../models/projects.ts'
import { RefusalError, type Refusal } from '../policy/errors.ts'
import {
  actOf,
  type CaseFilter,
  type OperationKind,
  type OperationTarget,
  type StuckCase,
} from '../policy/access/operations.ts'
import { inputRefusal } from '../policy/words/issues.ts'
import { findCommandRefusal } from '../policy/case/admin-commands.ts'
import { projectWorkflowId } from '../workflows/contract.ts'
import { describeRun } from './described.ts'
import { findStuckOf, type StuckSources } from './stuck.ts'
import { projectOf, type StuckPage } from './stuck-kinds.ts'

/** What an operation would go to: a case, a message or a workflow, and why it would refuse as it is now. */
export type Target = { id: string; projects: string[]; refusal: Refusal | null }

type Asked = { kind: OperationKind; target: OperationTarget }

/** No operation goes to more cases than this. */
const mostTargets = 20_000
/** How much of what is stuck, and of messages, is looked at in one go. */
const pageSize = 100
/** How long Temporal may take to tell of a page of what is stuck. */
const pageWithinMs = 15_000

/** All that an operation would go to, each once, in the order in which it would; refused if that is too much. */
export async function listTargets(sources: StuckSources, { kind, target }: Asked): Promise<Target[]> {
  const { models } = sources
  if ('workflow' in target) return [await workflowTarget(sources, target.workflow)]
  if ('message' in target) return messageTargets(models, { _id: target.message })
  if ('deadLetters' in target) return messageTargets(models, { status: 'dead', ...target.deadLetters })
  if ('project' in target) return [await soleCase(sources, kind, target.project)]
  if ('projects' in target) return namedCases(models, kind, [...new Set(target.projects)])
  const { stuck, ...where } = target.filter
  return stuck ? stuckCases(sources, kind, stuck, where) : openCases(models, kind, where)
}

type Where = Omit<CaseFilter, 'stuck'>

async function openCases(models: Models, kind: OperationKind, where: Where): Promise<Target[]> {
  return within(await findCases(models, kind, { ...openProjects, ...where }))
}

async function stuckCases(sources: StuckSources, kind: OperationKind, stuck: StuckCase, where: Where) {
  const found = new Map<string, Target>()
  let after: string | null = null
  do {
    const { items, next }: StuckPage = await stuckPage(sources, stuck, after)
    const ids = items.flatMap(({ project }) => project ?? [])
    for (const each of await findCases(sources.models, kind, { ...where, _id: { $in: ids } }))
      found.set(each.id, each)
    within([...found.keys()])
    after = next
  } while (after !== null)
  return [...found.values()]
}

function stuckPage(sources: StuckSources, stuck: StuckCase, after: string | null): Promise<StuckPage> {
  return sources.temporal.withDeadline(Date.now() + pageWithinMs, () =>
    findStuckOf(sources, stuck, { limit: pageSize, after }),
  )
}

async function namedCases(models: Models, kind: OperationKind, ids: string[]): Promise<Target[]> {
  const known = new Map((await findCases(models, kind, { _id: { $in: ids } })).map((each) => [each.id, each]))
  // What the record has lost can be repaired all the same.
  const refusal: Refusal | null = kind === 'repair' ? null : { code: 'not-found' }
  return ids.map((id) => known.get(id) ?? { id, projects: [id], refusal })
}

/** A case must be there: on record, or as a workflow whose filing could not be written yet. */
async function soleCase(sources: StuckSources, kind: OperationKind, id: string): Promise<Target> {
  const [found] = await findCases(sources.models, kind, { _id: id })
  if (!found && kind !== 'repair') await needWorkflow(sources, projectWorkflowId(id), 'target.project')
  return found ?? { id, projects: [id], refusal: null }
}

async function workflowTarget(sources: StuckSources, id: string): Promise<Target> {
  await needWorkflow(sources, id, 'target.workflow')
  return { id, projects: [projectOf(id) ?? []].flat(), refusal: null }
}

async function needWorkflow({ temporal }: StuckSources, workflowId: string, field: string): Promise<void> {
  const run = await temporal.withDeadline(Date.now() + pageWithinMs, () => describeRun(temporal, workflowId))
  if (!run) throw new RefusalError({ code: 'not-found', field })
}

async function findCases({ projects }: Models, kind: OperationKind, filter: object): Promise<Target[]> {
  const found = await projects
    .find(filter, { 'state.value': 1, 'state.done': 1, 'state.held.on': 1 })
    .limit(mostTargets + 1)
    .lean<Pick<ProjectRecord, '_id' | 'state'>[]>()
  const act = actOf(kind)
  // In order here, because one too many is refused: so no index has to have them in it.
  const ordered = found.toSorted((a, b) => (a._id < b._id ? -1 : 1))
  return ordered.map(({ _id, state }) => ({
    id: _id,
    projects: [_id],
    refusal: (act && findCommandRefusal(state, { act })) ?? null,
  }))
}

/** Messages, the oldest first, with the cases that they speak of. */
async function messageTargets({ messages, notices }: Models, filter: object): Promise<Target[]> {
  const found = within(
    await messages
      .find(filter, { notices: 1 })
      .sort({ at: 1, _id: 1 })
      .limit(mostTargets + 1)
      .lean(),
  )
  const targets: Target[] = []
  for (let at = 0; at < found.length; at += pageSize) {
    const page = found.slice(at, at + pageSize)
    const spoken = await notices
      .find({ _id: { $in: page.flatMap((message) => message.notices) } }, { project: 1 })
      .lean()
    const projectsBy = new Map(spoken.map(({ _id, project }) => [_id, project]))
    for (const message of page) {
      const projects = new Set(message.notices.flatMap((id) => projectsBy.get(id) ?? []))
      targets.push({ id: message._id, projects: [...projects], refusal: null })
    }
  }
  return targets
}

function within<T>(found: T[]): T[] {
  if (found.length <= mostTargets) return found
  throw new RefusalError(
    inputRefusal('target', {
      zh: `超过 ${mostTargets} 个，一次运维操作至多作用于这么多`,
      en: `comes to more than ${mostTargets}, which is the most that one operation may go to`,
    }),
  )
}
