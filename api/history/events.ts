import { z } from 'zod'
import type { HistoryRecord, Models } from '../../models/index.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { bodyOf } from '../../policy/edition/bodies.ts'
import { deadlineChangeLabels, eventLabels, nameOfTask } from '../../policy/case/labels.ts'
import { titleOfLine } from '../../policy/notices/notice-title.ts'
import { ownRolesOf, type Detail } from '../../policy/access/visibility.ts'
import { shownPerson } from '../../policy/access/shown-case.ts'
import { unseenTypes } from '../../policy/case/events.ts'
import { shownPayload } from '../../policy/access/shown-payload.ts'
import { Words } from '../http/words.ts'
import { afterCursor, type Ledger, type Part } from './ledger.ts'
import { shown } from '../http/shown.ts'

const DeadlineChangeView = z.object({
  task: z.string(),
  name: Words,
  part: z.string().nullable(),
  why: z.string(),
  words: Words,
  from: z.string().nullable(),
  to: z.string().nullable(),
  days: z.int().nullable().meta({ description: 'Days added, in `unit`.' }),
  unit: z.enum(['workingDays', 'calendarDays']),
  article: z.string(),
})

/** Something that happened to a case: who did what, with what reason and papers, and what it changed. */
export const EventLine = z
  .object({
    kind: z.literal('event'),
    revision: z.int(),
    type: z.string(),
    name: Words,
    title: Words.meta({ description: 'As its notice and the case file have it.' }),
    by: z
      .object({
        role: z.string(),
        user: z.string().nullable().meta({ description: 'An applicant is not told which officer.' }),
        district: z.string().nullable(),
        uscc: z.string().nullable().meta({ description: "Of the enterprise, on the applicant's side." }),
        body: Words.nullable().meta({ description: "The officer's authority; none for others." }),
      })
      .nullable(),
    on: z.string(),
    at: z.string(),
    from: z.unknown().meta({ description: 'The state before; null at the filing.' }),
    to: z.unknown().meta({ description: 'The state after.' }),
    payload: z.unknown().meta({
      description: 'What came with it: reason, measures, papers and their hashes, as far as it is for you.',
    }),
    application: z.unknown().meta({
      description: 'What a filing or a correction brought, with its papers and their hashes; else null.',
    }),
    article: z.string(),
    deadlines: z.array(DeadlineChangeView).meta({ description: 'Due dates that it set, moved or ended.' }),
    link: z.string().optional().meta({ description: 'Of the chain; shown to auditors and administrators.' }),
  })
  .meta({ id: 'HistoryLine' })
type EventLine = z.infer<typeof EventLine>

/** What happened to a case. An applicant who asks for a person's lines finds their own side's alone. */
export function eventLedger(
  { history }: Models,
  project: string,
  { edition, part, detail }: { edition: Edition; part: Part; detail: Detail },
): Ledger<EventLine> {
  const { person } = part
  const own = detail === 'own' && { 'by.role': { $in: ownRolesOf(edition) } }
  return {
    kind: 'event',
    async after(cursor, limit) {
      const found = await history
        .find({
          project,
          ...(detail === 'own' && { type: { $nin: unseenTypes } }),
          ...(person !== undefined && { 'by.user': person, ...own }),
          ...afterCursor('event', cursor, part, ['revision', (id) => Number(id) || 0]),
        })
        .sort({ at: 1, revision: 1 })
        .limit(limit)
        .lean()
      return found.map((line) => ({
        at: line.at,
        id: String(line.revision),
        view: viewEvent(edition, line, detail),
      }))
    },
  }
}

/** Shows a line: an applicant sees what an officer did, in which role and why, not which officer it was. */
export function viewEvent(edition: Edition, line: HistoryRecord, detail: Detail): EventLine {
  const { type, by, link, ...rest } = line
  const person = shownPerson(edition, by, detail)
  return shown(EventLine, {
    ...rest,
    kind: 'event',
    type,
    name: eventLabels[type],
    title: titleOfLine(edition, line),
    by: by && person && { ...person, uscc: by.uscc ?? null, body: bodyOf(edition, by) },
    payload: shownPayload(edition, line, detail),
    deadlines: line.deadlines.map((change) => ({
      ...change,
      name: nameOfTask(edition, change.task),
      words: deadlineChangeLabels[change.why],
    })),
    ...(detail === 'full' && { link }),
  })
}
