import { z } from 'zod'
import { actionsFor } from '../../policy/actions.ts'
import type { Actor } from '../../policy/case.ts'
import type { ProjectRecord } from '../../models/index.ts'
import { eventLabels } from '../../policy/labels.ts'
import type { Dependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions.ts'
import { decodeCursor, PageQuery, pageOf, pageSchema } from '../page.ts'
import { route, type Route } from '../route.ts'
import { scopeFilter } from '../scope-filter.ts'

const TaskView = z
  .object({
    project: z.string(),
    name: z.string(),
    enterprise: z.string(),
    district: z.string(),
    totalInvestment: z.string(),
    stage: z.string(),
    dueOn: z.string().nullable(),
    overdue: z.boolean(),
    claimedBy: z.string().nullable(),
    revision: z.int(),
    actions: z.array(z.object({ type: z.string(), zh: z.string(), en: z.string() })),
  })
  .meta({ id: 'Task' })

/** A task without a deadline has no due date; it comes first, and MongoDB sorts null so. */
const CursorKey = z.tuple([z.string().nullable(), z.string()])

/** The inbox: what waits for somebody of the caller's role, soonest due first. */
export function taskRoutes({ models, editions }: Dependencies): Route[] {
  const { edition } = editions.current
  return [
    route({
      method: 'get',
      path: '/tasks',
      tag: 'tasks',
      summary: { zh: '待办，最先到期的在前', en: 'The inbox, soonest due first' },
      access: 'signedIn',
      query: PageQuery,
      answer: { status: 200, schema: pageSchema(TaskView) },
      errors: ['invalid-request', 'not-your-role'],
      async handle({ query: { limit, cursor }, caller }) {
        const after = decodeCursor(cursor, CursorKey)
        const found = await models.projects
          .find({ 'task.roles': caller.role, ...scopeFilter(edition, caller), ...(after && dueAfter(after)) })
          .sort({ 'task.dueOn': 1, _id: 1 })
          .limit(limit + 1)
          .lean()
        const loaded = await editions.ofAll(found)
        const view = (record: ProjectRecord) => viewTask(loaded(record), record, caller)
        return { body: pageOf(found, limit, ({ task, _id }) => [task?.dueOn ?? null, _id], view) }
      },
    }),
  ]
}

function dueAfter([dueOn, id]: z.infer<typeof CursorKey>) {
  const later = dueOn === null ? { $ne: null } : { $gt: dueOn }
  return { $or: [{ 'task.dueOn': later }, { 'task.dueOn': dueOn, _id: { $gt: id } }] }
}

function viewTask(loaded: LoadedEdition, { _id, state, task, revision }: ProjectRecord, caller: Actor) {
  const { application, enterprise } = state.case
  return {
    project: _id,
    name: application.name,
    enterprise: enterprise.name,
    district: application.district,
    totalInvestment: application.totalInvestment,
    stage: task?.stage ?? '',
    dueOn: task?.dueOn ?? null,
    overdue: state.deadlines.some(({ overdue }) => overdue),
    claimedBy: task?.claimedBy ?? null,
    revision,
    actions: actionsFor(loaded, state, caller).map((type) => ({ type, ...eventLabels[type] })),
  }
}
