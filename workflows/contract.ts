import { defineSignal, defineUpdate, type Sinks } from '@temporalio/workflow'
import type { Application, Enterprise } from '../policy/edition/application.ts'
import type { Calendar, Calendars, LocalDays } from '../policy/time/calendar.ts'
import type { Actor, ProjectState } from '../policy/case/case.ts'
import type { Seal } from '../policy/integrity/chain.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import type { Edition } from '../policy/edition/edition.ts'
import type { ProjectEvent } from '../policy/case/events.ts'
import type { OnRecord, StepRecord } from '../models/step-record.ts'
import type { AdminCommand } from '../policy/case/admin-commands.ts'

/** The queue on which workers of zhigai wait. */
export const taskQueue = 'zhigai'

/** A task of a worker that was killed is given to the next after so long: the caller still waits for it. */
export const taskTimeout = '3 seconds'

/** How every workflow is started; what goes on as new keeps it. */
export const startOptions = { taskQueue, workflowTaskTimeout: taskTimeout } as const

/** The name under which the project workflow is started. */
export const projectWorkflowType = 'project'

/** The workflow of a project: one for its whole life. */
export function projectWorkflowId(project: string): string {
  return `project/${project}`
}

/** An event on its way to a project: what, by whom, on which revision, under which command and request. */
export type Command = {
  event: ProjectEvent
  by: Actor
  /** The same command is carried out once, however often it is sent. */
  command: string
  /** Of the body, so that a command that is sent again with another one can be told. */
  digest: string
  /** Refused if the project has moved on; null if the caller does not mind. */
  ifRevision: number | null
  /** Of the HTTP request: it correlates the logs with this history. */
  request: string
  /** How far the case is on record: of what lies before, the workflow need not tell any more. */
  onRecord: OnRecord
}

/** What a command did: the revision it made. */
export type Receipt = { revision: number; digest: string }

/**
 * What the workflow answers: what the command did, and every step of which it does not know that it is on record. Whoever asks
 * has to record them (`docs/decisions/0023-one-workflow-task-an-event.md`).
 */
export type Answer = { receipt: Receipt; steps: StepRecord[] }

/** The first input: the filing, with the edition and the calendar by value. */
export type ProjectInput = {
  project: string
  edition: Edition
  editionHash: string
  calendar: Calendar
  /** What the district adds; nothing, if it is left out. */
  local?: LocalDays
  /** Of the two calendars. */
  versions?: Calendars['versions']
  filing: { application: Application; enterprise: Enterprise; by: Actor; request: string; digest: string }
  /** The run that this one takes the place of, where it does not go on from it by itself. */
  predecessor?: string
  /** Why, where an operator has it take up the case; it is in the first run that does. */
  restart?: AdminCommandInput
  /** The number of the certificate that a run before this one issued, and never heard of. */
  certificate?: string
  /** All there is to carry over from the run before; null in the first run. */
  carried: CarriedOver | null
  /** Milliseconds by which the clock of the case is ahead of the server's (negative: behind), so that another year can be played. */
  clockOffset?: number
  /** Milliseconds over which projects wake whose deadlines fall on one instant; a quarter of an hour, if left out. */
  spread?: number
  /** Continue as new after this many events, for tests; else when the server suggests it. */
  eventsPerRun?: number
}

/** What a run hands to the next one. */
export type CarriedOver = {
  state: ProjectState
  filedAt: number
  /** The instant that the clock of the case has come to (milliseconds since 1970). */
  lastAt: number
  /** The link of the last line. */
  head: Digest | null
  /** The steps of which it is not known that they are on record. */
  unrecorded: StepRecord[]
  receipts: [command: string, receipt: Receipt][]
}

/** What a step leaves that a later reader can hold the same step against. */
export type StepDigest = Pick<Seal, 'link' | 'stateDigest'> & { revision: number }

/** Hears of the steps that a replay makes once more, so that they can be held against those on record. */
export interface ReplaySinks extends Sinks {
  replayChecker: { step: (made: StepDigest) => void }
}

/** Another version of the calendars, for a project that runs: who brought it in, and the paper that says so. */
export type Adoption = { calendars: Calendars; by: Actor; source: string; request: string }

/** Has a project count by another version of its calendars; answers how many due dates that moved. */
export const adoptCalendars = defineUpdate<{ moved: number }, [Adoption]>('adoptCalendars')

/** An admin command on its way to a project. */
export type AdminCommandInput = { command: AdminCommand; request: string }

/** Applies an admin command to a project; answers with the revision it made. */
export const applyAdminCommand = defineUpdate<{ revision: number }, [AdminCommandInput]>('applyAdminCommand')

/** Asks for the filing. */
export const filed = defineUpdate<Answer>('filed')

/** Sends an event to a project; refused without a trace in the history if it is not allowed. */
export const send = defineUpdate<Answer, [Command]>('send')

/** Tells a project how far it is on record, where its history has to know what it was given there: the number of its certificate. */
export const recorded = defineSignal<[OnRecord]>('recorded')
