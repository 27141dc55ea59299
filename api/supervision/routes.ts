import { z } from 'zod'
import type { Models, TaskRecord } from '../../models/index.ts'
import { districtSchema } from '../../policy/edition/districts.ts'
import type { Actor } from '../../policy/case/case.ts'
import { addDays, daysFrom, shanghaiDate, weekday } from '../../policy/time/dates.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { reminderKinds, taskIdOf } from '../../policy/notices/notice.ts'
import { refuseBeyond } from '../../policy/access/role-refusals.ts'
import { maySee } from '../../policy/access/scope.ts'
import type { Dependencies } from '../dependencies.ts'
import { HeldView, viewHold } from '../projects/held-cases.ts'
import { byDay, findPage, PageQuery, pageSchema } from '../http/page.ts'
import { projectsOf, type Listed } from '../projects/projects-of.ts'
import { route, type Route } from '../http/route.ts'
import { scopeFilter } from '../projects/scope-filter.ts'
import { Words } from '../http/words.ts'

const lists = ['dueThisWeek', 'overdue', 'unanswered'] as const

const Reminded = z.object({
  recipient: z.string(),
  channel: z.string(),
  times: z.int(),
  lastAt: z.string(),
  openedAt: z.string().nullable(),
})

const SupervisionView = z
  .object({
    project: z.string(),
    name: z.string(),
    enterprise: z.string(),
    district: z.string(),
    certificate: z.string().nullable(),
    task: z.string(),
    taskName: Words,
    part: z.string().nullable(),
    waitsFor: z.array(z.string()).meta({ description: 'The roles whose turn it is.' }),
    dueOn: z.string().nullable(),
    overdueDays: z.int().meta({ description: 'Calendar days since the due date; 0 if it has not passed.' }),
    held: HeldView.nullable().meta({ description: 'Nobody can do anything until it goes on.' }),
    reminded: z.array(Reminded),
  })
  .meta({ id: 'Supervised' })

/** What the districts and the city look after (三（四）): what is due, what is late, and who does not answer. */
export function supervisionRoutes(deps: Dependencies): Route[] {
  const { models, editions, now } = deps
  const { organisation } = editions
  return [
    route({
      method: 'get',
      path: '/supervision',
      tag: 'supervision',
      summary: { zh: '督办清单：本周到期、已超期、催而未办', en: 'Due this week, overdue, unanswered' },
      logsReads: true,
      admit: (caller) => refuseBeyond(organisation, caller, ['district', 'all']),
      query: PageQuery.extend({
        list: z.enum(lists).default('overdue'),
        district: districtSchema(organisation.bodies).optional(),
      }),
      answer: { status: 200, schema: pageSchema(SupervisionView) },
      async handle({ query: { list, district, ...query }, caller }) {
        const scope = scopeFilter(organisation, caller)
        if (district && scope.district !== undefined && scope.district !== district)
          return { body: { items: [], next: null }, shows: [] }
        const today = shanghaiDate(now())
        const { filter, field } = queryOf(list, today)
        const asked = { open: true, ...(district && { district }), ...scope, ...filter }
        const { items, next } = await findPage(models.tasks, asked, query, byDay(field, '$gt'))
        const [projectOf, reminded] = await Promise.all([projectsOf(deps, items), remindedOf(models, items)])
        // A role may have no place under the edition of a case.
        const visible = items.filter((task) => {
          const { loaded, record } = projectOf(task)
          return maySee(loaded.edition, record.state.case, caller)
        })
        const views = visible.map((task) =>
          viewTask(task, projectOf(task), reminded.get(task._id) ?? [], { today, caller }),
        )
        return { body: { items: views, next }, shows: visible.map(({ project }) => project) }
      },
    }),
  ]
}

/** What a list asks for, and what it is sorted by: the soonest or longest due first, or the longest unanswered. */
function queryOf(
  list: (typeof lists)[number],
  today: string,
): { field: 'dueOn' | 'remindedOn'; filter: object } {
  switch (list) {
    case 'dueThisWeek':
      return {
        field: 'dueOn',
        filter: { dueOn: { $gte: today, $lte: addDays(today, (7 - weekday(today)) % 7) } },
      }
    case 'overdue':
      return { field: 'dueOn', filter: { dueOn: { $gte: '', $lt: today } } }
    case 'unanswered':
      return { field: 'remindedOn', filter: { remindedOn: { $gte: '' } } }
  }
}

type RemindedGroup = {
  _id: {
    project: string
    task: string
    part: string | null
    entry: number
    recipient: string
    channel: string
  }
  times: number
  lastAt: Date
  openedAt: Date | null
}

/** Who was reminded of some tasks, how often and when last: one query for a page. */
async function remindedOf({ notices }: Models, tasks: TaskRecord[]) {
  const projects = [...new Set(tasks.map(({ project }) => project))]
  if (projects.length === 0) return new Map<string, z.infer<typeof Reminded>[]>()
  const groups = await notices.aggregate<RemindedGroup>([
    {
      $match: {
        project: { $in: projects },
        status: 'sent',
        kind: { $in: reminderKinds },
      },
    },
    {
      $group: {
        _id: Object.fromEntries(
          ['project', 'task', 'part', 'entry', 'recipient', 'channel'].map((field) => [field, `$${field}`]),
        ),
        times: { $sum: 1 },
        lastAt: { $max: '$sentAt' },
        openedAt: { $max: '$openedAt' },
      },
    },
  ])
  const byTask = new Map<string, z.infer<typeof Reminded>[]>()
  for (const { _id, times, lastAt, openedAt } of groups.toSorted(
    (a, b) => b.lastAt.getTime() - a.lastAt.getTime(),
  )) {
    const task = taskIdOf(_id, _id.project)
    const { recipient, channel } = _id
    const line = {
      recipient,
      channel,
      times,
      lastAt: lastAt.toISOString(),
      openedAt: openedAt?.toISOString() ?? null,
    }
    byTask.set(task, [...(byTask.get(task) ?? []), line])
  }
  return byTask
}

function viewTask(
  { task, part, roles, dueOn }: TaskRecord,
  { record, loaded, hold }: Listed,
  reminded: z.infer<typeof Reminded>[],
  { today, caller }: { today: string; caller: Actor },
): z.infer<typeof SupervisionView> {
  const { application, enterprise } = record.state.case
  return {
    project: record._id,
    name: application.name,
    enterprise: enterprise.name,
    district: application.district,
    certificate: record.certificate,
    task,
    taskName: nameOfTask(loaded.edition, task),
    part,
    waitsFor: roles,
    dueOn,
    overdueDays: dueOn !== null && dueOn < today ? daysFrom(dueOn, today) : 0,
    held: viewHold(loaded.edition, record, hold, caller),
    reminded,
  }
}
