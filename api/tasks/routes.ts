import { z } from 'zod'
import { readCursor } from '../../models/cursor.ts'
import type { TaskRecord } from '../../models/index.ts'
import { findTasks, TaskCursor } from '../../models/tasks.ts'
import { actionsFor } from '../../policy/case/actions.ts'
import type { Actor } from '../../policy/case/case.ts'
import { planOf } from '../../policy/edition/plan.ts'
import { eventLabels, nameOfTask } from '../../policy/case/labels.ts'
import type { Dependencies } from '../dependencies.ts'
import { FindingView, findingsFor } from '../projects/finding-view.ts'
import { HeldView, viewHold } from '../projects/held-cases.ts'
import { PageQuery, pageOf, pageSchema } from '../http/page.ts'
import { projectsOf, type Listed } from '../projects/projects-of.ts'
import { route, type Route } from '../http/route.ts'
import { taskFilter } from '../projects/scope-filter.ts'
import { Words } from '../http/words.ts'

const TaskView = z
  .object({
    project: z.string(),
    name: z.string(),
    enterprise: z.string(),
    district: z.string(),
    totalInvestment: z.string().nullable().meta({ description: 'In yuan, if the form asks for it.' }),
    stage: z.string().meta({ description: 'A stage, or a task of a certified project.' }),
    stageName: Words,
    part: z.string().nullable(),
    dueOn: z.string().nullable(),
    overdue: z.boolean(),
    claimedBy: z.string().nullable(),
    held: HeldView.nullable().meta({ description: 'Nobody can do anything until it goes on.' }),
    revision: z.int(),
    findings: z.array(FindingView).optional().meta({
      description: 'Shown to officers: what is unlikely in what the applicant has stated.',
    }),
    actions: z.array(z.object({ type: z.string(), zh: z.string(), en: z.string() })),
  })
  .meta({ id: 'Task' })

/** The inbox: what waits for somebody of the caller's role, soonest due first. */
export function taskRoutes(deps: Dependencies): Route[] {
  const { models, editions, now } = deps
  return [
    route({
      method: 'get',
      path: '/tasks',
      tag: 'tasks',
      summary: {
        zh: '待办，最先到期的在前，无期限或者中止计时的在后',
        en: 'The inbox, soonest due first; what has no date, or stands still, comes last',
      },
      logsReads: true,
      query: PageQuery,
      answer: { status: 200, schema: pageSchema(TaskView) },
      errors: ['not-your-role'],
      async handle({ query: { limit, cursor }, caller }) {
        const after = cursor ? readCursor(TaskCursor, cursor) : undefined
        const mine = { open: true, roles: caller.role, ...taskFilter(editions.organisation, caller) }
        const found = await findTasks(models, mine, { after, limit: limit + 1 })
        const cursorOf = {
          key: TaskCursor,
          of: ({ dueOn, _id }: TaskRecord): z.infer<typeof TaskCursor> => [dueOn, _id],
        }
        const { items, next } = pageOf(found, limit, cursorOf)
        const projectOf = await projectsOf(deps, items)
        const views = items.map((task) => viewTask(task, projectOf(task), caller, now()))
        return { body: { items: views, next }, shows: items.map(({ project }) => project) }
      },
    }),
  ]
}

function viewTask(
  { task, part, dueOn, overdue, claimedBy }: TaskRecord,
  { record, loaded, hold }: Listed,
  caller: Actor,
  nowMs: number,
) {
  const { application, enterprise } = record.state.case
  return {
    project: record._id,
    name: application.name,
    enterprise: enterprise.name,
    district: application.district,
    totalInvestment: planOf(loaded.edition, application).total,
    stage: task,
    stageName: nameOfTask(loaded.edition, task),
    part,
    dueOn,
    overdue,
    claimedBy,
    held: viewHold(loaded.edition, record, hold, caller),
    revision: record.revision,
    ...findingsFor(loaded.edition, record.state, caller),
    actions: actionsFor(loaded, record.state, caller, nowMs).map((type) => ({ type, ...eventLabels[type] })),
  }
}
