import type { EditionRecord, MessageRecord, Models, NoticeRecord, ProjectRecord } from '../models/index.ts'
import { shanghaiDate } from '../policy/dates.ts'
import { nameOfTask } from '../policy/labels.ts'
import { outsideName, type Letter } from './letter.ts'

/** A message with the notices in it that still say something. */
export type Contents = { message: MessageRecord; notices: NoticeRecord[] }

/** What a message and its notices say to the recipient on a day. */
export type LetterWriter = (contents: Contents, nowMs: number) => Letter

/** Looks up, in a few queries, what it takes to write some letters: addresses, names of projects, labels of tasks. */
export async function openLetters(
  models: Models,
  contents: Contents[],
  publicUrl: string,
): Promise<LetterWriter> {
  const [addresses, projects] = await Promise.all([
    addressesOf(
      models,
      contents.map(({ message }) => message.recipient),
    ),
    projectsOf(
      models,
      contents.flatMap(({ notices }) => notices.map(({ project }) => project)),
    ),
  ])
  return ({ message, notices }, nowMs) => ({
    id: outsideName(message._id),
    to: addresses.get(message.recipient) ?? { email: null, webhook: null },
    items: notices.map((notice) => {
      const project = projects.get(notice.project)
      return {
        notice,
        projectName: project?.name ?? notice.project,
        label: nameOfTask(project?.named ?? { stages: [], ends: [] }, notice.task),
        url: `${publicUrl}/projects/${encodeURIComponent(notice.project)}`,
      }
    }),
    at: message.at,
    today: shanghaiDate(nowMs),
  })
}

async function addressesOf({ people }: Models, recipients: string[]) {
  const found = await people.find({ _id: { $in: recipients } }, { email: 1, webhook: 1 }).lean()
  return new Map(found.map(({ _id, email, webhook }) => [_id, { email, webhook }]))
}

async function projectsOf({ projects, editions }: Models, ids: string[]) {
  const found = await projects
    .find({ _id: { $in: [...new Set(ids)] } }, { 'state.case.application.name': 1, editionHash: 1 })
    .lean<Pick<ProjectRecord, '_id' | 'editionHash' | 'state'>[]>()
  const hashes = [...new Set(found.map(({ editionHash }) => editionHash))]
  const documents = await editions
    .find({ _id: { $in: hashes } }, { 'document.stages': 1, 'document.ends': 1 })
    .lean<Pick<EditionRecord, '_id' | 'document'>[]>()
  const named = new Map(documents.map(({ _id, document }) => [_id, document]))
  return new Map(
    found.map(({ _id, editionHash, state }) => [
      _id,
      { name: state.case.application.name, named: named.get(editionHash) },
    ]),
  )
}
