import { z } from 'zod'
import type { Models, NoticeRecord, ProjectRecord } from '../models/index.ts'
import { nameOfTask } from '../policy/labels.ts'
import { noticeLabels } from '../policy/notice.ts'
import type { Editions } from './editions.ts'
import { Words } from './words.ts'

/** A notice as the person it went to sees it. */
export const NoticeView = z
  .object({
    id: z.string(),
    kind: z.enum(Object.keys(noticeLabels)),
    kindName: Words,
    project: z.object({ id: z.string(), name: z.string(), link: z.string() }),
    task: z.string(),
    taskName: Words,
    period: z.string().nullable().meta({ description: 'What a report is for, such as 2021Q3.' }),
    dueOn: z.string().nullable(),
    days: z
      .int()
      .nullable()
      .meta({ description: 'Until the due date on the day of the notice; below 0: since.' }),
    unit: z.enum(['workingDays', 'calendarDays']).nullable(),
    required: z.boolean().meta({ description: 'The law wants it told: it cannot be turned off.' }),
    article: z.string(),
    words: z.string().nullable().meta({ description: 'What somebody wrote: a note, a reason.' }),
    sentAt: z.string(),
    openedAt: z.string().nullable(),
  })
  .meta({ id: 'Notice' })

/** What a view needs to know besides. */
type Sources = { models: Models; editions: Editions }

/** Where a project is read. */
const linkOf = (project: string) => `/api/v1/projects/${project}`

/** Names of projects, and of their tasks in the words of the edition each was filed under; one query for all. */
export async function nameProjects({ models, editions }: Sources, ids: string[]) {
  const found = await models.projects
    .find({ _id: { $in: [...new Set(ids)] } }, { editionHash: 1, 'state.case.application.name': 1 })
    .lean<Pick<ProjectRecord, '_id' | 'editionHash' | 'state'>[]>()
  const loaded = await editions.ofAll(found)
  const byId = new Map(found.map((record) => [record._id, record]))
  return (project: string, task: string) => {
    const record = byId.get(project)
    const { edition } = record ? loaded(record) : editions.current
    return { name: record?.state.case.application.name ?? project, taskName: nameOfTask(edition, task) }
  }
}

/** Shows notices, with names in both languages. */
export async function viewNotices(sources: Sources, records: NoticeRecord[]) {
  const namesOf = await nameProjects(
    sources,
    records.map(({ project }) => project),
  )
  return records.map((record) => {
    const { kind, task, period, dueOn, days, unit, required, article, words, sentAt, openedAt } = record
    const { name, taskName } = namesOf(record.project, task)
    return {
      id: record._id,
      kind,
      kindName: noticeLabels[kind],
      project: { id: record.project, name, link: linkOf(record.project) },
      task,
      taskName,
      period,
      dueOn,
      days,
      unit,
      required,
      article,
      words,
      sentAt: (sentAt ?? record.sendAt).toISOString(),
      openedAt: openedAt?.toISOString() ?? null,
    }
  })
}
