import { z } from 'zod'
import type { Models, NoticeRecord } from '../../models/index.ts'
import {
  noticeCaseFields,
  noticeCaseOf,
  unknownCase,
  type NoticeCaseRecord,
} from '../../models/notice-case.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { outcomes } from '../../policy/case/decisions.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { textOf } from '../../policy/notices/notice-text.ts'
import { noticeLabels, type NoticeCase } from '../../policy/notices/notice.ts'
import type { Editions } from '../editions/editions.ts'
import { shown } from '../http/shown.ts'
import { Words } from '../http/words.ts'

/** A notice as the person it went to sees it. */
export const NoticeView = z
  .object({
    id: z.string(),
    title: Words.meta({ description: 'The same wherever the notice is shown.' }),
    kind: z.enum(Object.keys(noticeLabels)),
    kindName: Words,
    event: z.string().nullable().meta({ description: 'The step that it tells of; null for a reminder.' }),
    outcome: z.enum(outcomes).nullable().meta({ description: 'How a decision went.' }),
    project: z.object({
      id: z.string(),
      name: z.string(),
      link: z.string(),
      enterprise: z.string(),
      uscc: z.string(),
      certificate: z.string().nullable(),
    }),
    task: z.string(),
    taskName: Words,
    part: z.string().nullable().meta({ description: 'What a report is for, such as 2021Q3.' }),
    dueOn: z.string().nullable(),
    from: z.string().nullable().meta({ description: 'The date that stood before.' }),
    days: z
      .int()
      .nullable()
      .meta({ description: 'Until the due date on the day of the notice; below 0: since.' }),
    unit: z.enum(['workingDays', 'calendarDays']).nullable(),
    required: z.boolean().meta({ description: 'The law wants it told: it cannot be turned off.' }),
    article: z.string(),
    words: z.string().nullable().meta({ description: 'What somebody wrote: a note, a reason.' }),
    asked: z.string().nullable().meta({ description: 'Why it was asked for what the task answers.' }),
    addressee: Words,
    happened: Words.meta({ description: 'What has happened, and by whom.' }),
    until: Words.meta({ description: 'What is to be done until when.' }),
    otherwise: Words.meta({ description: 'What happens otherwise.' }),
    basis: Words.meta({ description: 'The rule, with the title of its document.' }),
    remedies: Words.nullable().meta({ description: 'How a decision can be appealed against.' }),
    contact: Words.meta({ description: 'Whom to ask.' }),
    signedBy: Words,
    sentAt: z.string(),
    openedAt: z.string().nullable(),
  })
  .meta({ id: 'Notice' })

/** What a view needs to know besides. */
type Sources = { models: Models; editions: Editions }

/** Where a project is read. */
const linkOf = (project: string) => `/api/v1/projects/${project}`

/** Projects as notices speak of them, and the edition that each was filed under; one query for all. */
async function findCases({ models, editions }: Sources, ids: string[]) {
  const found = await models.projects
    .find({ _id: { $in: [...new Set(ids)] } }, noticeCaseFields)
    .lean<NoticeCaseRecord[]>()
  const loaded = await editions.ofAll(found)
  const byId = new Map(found.map((record) => [record._id, record]))
  return (project: string) => {
    const record = byId.get(project)
    return record
      ? { edition: loaded(record).edition, kase: noticeCaseOf(record) }
      : { edition: editions.current.edition, kase: unknownCase(project) }
  }
}

/** Names of projects, and of their tasks in the words of the edition each was filed under; one query for all. */
export async function nameProjects(sources: Sources, ids: string[]) {
  const caseOf = await findCases(sources, ids)
  return (project: string, task: string, part: string | null) => {
    const { edition, kase } = caseOf(project)
    return { name: kase.name, taskName: nameOfTask(edition, task, part) }
  }
}

/** Shows notices, put into words in both languages. */
export async function viewNotices(sources: Sources, records: NoticeRecord[]) {
  const caseOf = await findCases(
    sources,
    records.map(({ project }) => project),
  )
  return records.map((record) => {
    const { edition, kase } = caseOf(record.project)
    return viewNotice(record, kase, edition)
  })
}

/** Shows a notice of a case, put into words. */
export function viewNotice(record: NoticeRecord, kase: NoticeCase, edition: Edition) {
  const sentAt = record.sentAt ?? record.sendAt
  const { project: id, name, enterprise, uscc, certificate } = kase
  return shown(NoticeView, {
    ...record,
    ...textOf(edition, record, kase, shanghaiDate(sentAt.getTime())),
    id: record._id,
    kindName: noticeLabels[record.kind],
    project: { id, name, link: linkOf(id), enterprise, uscc, certificate },
    taskName: nameOfTask(edition, record.task),
    sentAt,
  })
}
