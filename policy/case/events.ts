import { z } from 'zod'
import type { Application } from '../edition/application.ts'
import { commonEvents, otherEntries, timeEvents } from '../stages/common/events.ts'
import { correctionEvents } from '../stages/correction/events.ts'
import { buttonGroups, type EntryRow, type EventRow } from '../stages/event-row.ts'
import { filingEvents } from '../stages/filing/events.ts'
import { publicNoticeEvents } from '../stages/public-notice/events.ts'
import { reportEvents } from '../stages/report/events.ts'
import { reviewEvents } from '../stages/review/events.ts'
import { selfAssessmentEvents } from '../stages/self-assessment/events.ts'
import { supervisionEvents } from '../stages/supervision/events.ts'

const rows = {
  ...selfAssessmentEvents,
  ...commonEvents,
  ...filingEvents,
  ...correctionEvents,
  ...reviewEvents,
  ...reportEvents,
  ...publicNoticeEvents,
  ...supervisionEvents,
}
type Rows = typeof rows

/** The verbs that people send to a project. */
export type EventType = keyof Rows

type ShapeOf<T extends EventType> = ReturnType<Rows[T]['payload']>
type PayloadOf<T extends EventType> = keyof ShapeOf<T> extends never
  ? unknown
  : z.output<z.ZodObject<ShapeOf<T>>>

/** What a person does to a project: its type, the part of the task that it is about, where that has several, and what comes with it. */
export type ProjectEvent = { [T in EventType]: { type: T; part?: string } & PayloadOf<T> }[EventType]

/** How far a project is: percent done, money spent so far by kind, what stands in the way, and the papers. */
export type ProgressReport = PayloadOf<'report'>

/**
 * What the mere passing of time does: it marks a task as overdue, ends what nobody corrects, closes a hearing, and lets a
 * published decision take effect. It approves nothing.
 */
export type TimeEvent = { type: keyof typeof timeEvents; task: string; part: string | null }

/** A person as the case knows them: who, in which role, of which body or enterprise. */
export type Actor = { user: string; role: string; district?: string | undefined; uscc?: string | undefined }

/** An event as the machine sees it: with the person, if there is one. */
export type CaseEvent = (ProjectEvent & { by: Actor }) | TimeEvent

/** An event on its way into the machine, with the day in Shanghai. */
export type DatedEvent = CaseEvent & { on: string }

/** All that is said of each event that people send. */
export const eventRows: Readonly<Record<EventType, EventRow>> = rows

/** All that is said of each line that a history can have. */
export const entryRows = { ...otherEntries, ...rows, ...timeEvents } as const satisfies Record<
  string,
  EntryRow
>
/** What stands in a history. */
export type EntryType = keyof typeof entryRows

/** Every verb, in the order in which buttons stand. */
export const eventTypes = (Object.keys(rows) as EventType[]).toSorted(
  (a, b) => buttonGroups.indexOf(rows[a].buttonGroup) - buttonGroups.indexOf(rows[b].buttonGroup),
)

/** An event of a person that only asks the machine whether there is an arrow for it, about a part of the task if it has several. */
export function probe(type: EventType, by: Actor, application: Application, part: string | null): CaseEvent {
  const about = part === null ? {} : { part }
  return { type, by, ...about, ...eventRows[type].probe(application) } as CaseEvent
}

/** All that is said of an event; nothing of what is no event of people. */
export function rowOf({ type }: { type: string }): EventRow | undefined {
  return Object.hasOwn(rows, type) ? eventRows[type as EventType] : undefined
}

/** What an applicant is not even told has happened. */
export const unseenTypes: readonly EntryType[] = Object.entries<EntryRow>(entryRows).flatMap(
  ([type, { unseen }]) => (unseen ? [type as EntryType] : []),
)

/** Whether an event is about a task of officers, or of whoever has one in hand. */
export function isOfTask(type: EventType): boolean {
  const { who, claimant } = eventRows[type].permission
  return who === 'officers' || claimant === true
}

/** Whether an entry of a history is an officer's answer to what they had to decide. */
export function isAnswer(type: EntryType): boolean {
  return rowOf({ type })?.buttonGroup === 'answer'
}

/** Whether an event brings a new form of the application. */
export function bringsForm<E extends { type: string }>(
  event: E,
): event is E & { type: 'amend' | 'resubmit' } {
  return rowOf(event)?.bringsForm === true
}

/** Whether an event asks for something that others decide. */
export function asksForDecision(event: { type: string }): boolean {
  return rowOf(event)?.asks === true
}

/** The task whose date an event moves, as was asked for. */
export function taskMovedBy(event: { type: string }): string | undefined {
  return rowOf(event)?.moves
}
