import type { EditionRecord, Models, NoticeRecord } from '../models/index.ts'
import { noticeCaseFields, noticeCaseOf, type NoticeCaseRecord } from '../models/notice-case.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import type { Edition } from '../policy/edition/edition.ts'
import { nameOfTask } from '../policy/case/labels.ts'
import { textOf } from '../policy/notices/notice-text.ts'
import type { NoticeCase } from '../policy/notices/notice.ts'
import type { CalendarEntry } from './channels/calendar/calendar.ts'
import { endedOf, type Ended } from './channels/calendar/ended.ts'
import { outsideName, type Contents, type Item, type OutgoingMessage } from './outgoing-message.ts'
import { dueTitle } from './words.ts'

/** What a message and its notices say to the recipient on a day. */
export type MessageWriter = (contents: Contents) => OutgoingMessage

/** Looks up, in a few queries, what it takes to write some messages: addresses, projects, editions. */
export async function openMessageWriter(
  models: Models,
  contents: Contents[],
  nowMs: number,
): Promise<MessageWriter> {
  const [addresses, projects, endedFor] = await Promise.all([
    addressesOf(
      models,
      contents.map(({ message }) => message.recipient),
    ),
    projectsOf(
      models,
      contents.flatMap(({ notices }) => notices.map(({ project }) => project)),
    ),
    endedOf(models, contents, shanghaiDate(nowMs)),
  ])
  return ({ message, notices }) => ({
    id: outsideName(message._id),
    to: addresses.get(message.recipient) ?? nobody,
    code: null,
    brief: message.brief,
    items: notices.map((notice) => itemOf(notice, projects.get(notice.project), shanghaiDate(nowMs))),
    ended: endedFor({ message, notices }).map((each) => entryOf(each, projects.get(each.project))),
    at: message.at,
  })
}

const nobody: OutgoingMessage['to'] = { email: null, webhook: null, language: 'zh' }

/** What a notice needs of its project, and of the edition that it was filed under. */
type Project = { kase: NoticeCase; edition: Edition }

function itemOf(notice: NoticeRecord, project: Project | undefined, today: string): Item {
  if (!project) throw new Error(`the project ${notice.project} is not on record`)
  const { kase, edition } = project
  return {
    notice,
    projectName: kase.name,
    dated: nameOfTask(edition, (notice.dateOf ?? notice).task, notice.part),
    text: textOf(edition, notice, kase, today),
  }
}

function entryOf(ended: Ended, project: Project | undefined): CalendarEntry {
  if (!project) throw new Error(`the project ${ended.project} is not on record`)
  const { kase, edition } = project
  return { ...ended, title: dueTitle(nameOfTask(edition, ended.task, ended.part), kase.name).zh }
}

async function addressesOf({ people }: Models, recipients: string[]) {
  const found = await people.find({ _id: { $in: recipients } }, { email: 1, webhook: 1, language: 1 }).lean()
  return new Map(found.map(({ _id, email, webhook, language }) => [_id, { email, webhook, language }]))
}

async function projectsOf({ projects, editions }: Models, ids: string[]): Promise<Map<string, Project>> {
  const found = await projects
    .find({ _id: { $in: [...new Set(ids)] } }, noticeCaseFields)
    .lean<NoticeCaseRecord[]>()
  const hashes = [...new Set(found.map(({ editionHash }) => editionHash))]
  const documents = await editions
    .find({ _id: { $in: hashes } }, { document: 1 })
    .lean<Pick<EditionRecord, '_id' | 'document'>[]>()
  const byHash = new Map(documents.map(({ _id, document }) => [_id, document]))
  return new Map(
    found.flatMap((record) => {
      const edition = byHash.get(record.editionHash)
      return edition ? [[record._id, { kase: noticeCaseOf(record), edition }]] : []
    }),
  )
}
