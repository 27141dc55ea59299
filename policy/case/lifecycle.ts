import { initialTransition, transition, type SnapshotFrom, type StateValue } from 'xstate'
import { announcementsOf } from '../notices/announcements.ts'
import type { Application, Enterprise } from '../edition/application.ts'
import { withLocalDays, type Calendar, type LocalDays } from '../time/calendar.ts'
import {
  type Actor,
  type Case,
  type CaseEvent,
  type Deadline,
  type HistoryEntry,
  type ProjectState,
} from './case.ts'
import { shanghaiDate } from '../time/dates.ts'
import { deadlinesAfter, dueEvent, markOverdue, recalculate } from '../time/deadlines.ts'
import type { Edition } from '../edition/edition.ts'
import { bringsForm, rowOf, type DatedEvent } from './events.ts'
import { buildMachine, type Machine } from './machine.ts'
import type { Notice } from '../notices/notice.ts'
import { stageAt } from '../stages/index.ts'
import { planOf } from '../edition/plan.ts'
import { inPlaceOf } from '../access/permissions.ts'
import { assignmentsAfter } from './assignments.ts'
import { corrected, withFormFindings } from './remember.ts'
import type { DeadlineContext } from '../time/deadline-context.ts'

/** An edition made ready to run: its document, its machine and the calendars it counts by. */
export type Process = DeadlineContext & { machine: Machine }

const effects = ['issueCertificate', 'completeCertificate', 'revokeCertificate'] as const

/** The day of an event that is only asked about: where it leads may depend on the day, whether it is possible does not. */
const noDay = '1900-01-01'

/** Something to be done outside because of a step. */
export type Effect = (typeof effects)[number]

/** One step: what the project is now, the line in its history, what is to be done outside, and who is told what. */
export type Step = { state: ProjectState; entry: HistoryEntry; effects: Effect[]; notices: Notice[] }

/** Makes an edition ready to run by a calendar and what one district adds to it. */
export function createProcess(
  edition: Edition,
  country: Calendar,
  local: LocalDays = { off: [], worked: [] },
): Process {
  const deadlineContext = { edition, country, district: withLocalDays(country, local) }
  return { ...deadlineContext, machine: buildMachine(deadlineContext) }
}

/** The first step of a project: an enterprise files an application that its edition finds eligible. */
export function file(
  process: Process,
  { application, enterprise, by }: { application: Application; enterprise: Enterprise; by: Actor },
  nowMs: number,
): Step {
  const on = shanghaiDate(nowMs)
  const empty: Case = {
    enterprise,
    application,
    judgements: [],
    assessment: null,
    filers: [by.user],
    askedOn: on,
    participants: [{ user: by.user, role: by.role }],
    assignments: [],
    decisions: [],
  }
  const [{ value, context }] = initialTransition(
    process.machine,
    withFormFindings(process.edition, corrected(process.edition, empty, application), 'file', on),
  )
  const opened = { revision: 1, value, case: context, on, event: null, keepsClock: false }
  const { changes, ...clocks } = deadlinesAfter(process, { tasks: [], deadlines: [], paused: [] }, opened)
  const state = { revision: 1, changedAt: 1, value, done: false, case: context, ...clocks }
  const payload = sizeOf(process.edition, application)
  const entry = entryOf(process, null, state, { type: 'file', by, on, payload, deadlines: changes })
  return {
    state,
    effects: [],
    entry,
    notices: announcementsOf(process, { before: null, state, entry, event: null }),
  }
}

/**
 * The step that an event makes from a state at an instant. The event must be allowed (`findRefusal`): one that the
 * machine does not know is a fault of ours and throws. Time comes first: `passTime` must have been asked.
 */
export function step(process: Process, state: ProjectState, event: CaseEvent, nowMs: number): Step {
  const on = shanghaiDate(nowMs)
  const moved = move(process, state, { ...event, on })
  const { type, by, payload } = split(process, state, event)
  const line = { type, by, on, payload, deadlines: moved.changes }
  const entry = entryOf(process, state.value, moved.state, line)
  const notices = announcementsOf(process, { before: state, state: moved.state, entry, event })
  return { state: moved.state, effects: moved.effects, entry, notices }
}

/**
 * The steps that the mere passing of time up to an instant has made necessary, in their order, each on its own day: it does
 * not matter how late the clock is read.
 */
export function passTime(process: Process, state: ProjectState, nowMs: number): Step[] {
  const steps: Step[] = []
  for (let now = state; ;) {
    const due = now.done ? undefined : dueEvent(now, nowMs)
    if (!due) return steps
    const made = step(process, now, due.event, due.atMs)
    steps.push(made)
    now = made.state
  }
}

/** What a case is at an instant: its last state, and what time alone has made of it since. */
export function stateAt(process: Process, state: ProjectState, nowMs: number): ProjectState {
  return passTime(process, state, nowMs).at(-1)?.state ?? state
}

/**
 * The step that another version of the calendars makes; none, if every date stays as it is and is as certain as it was.
 * `process` has the new calendars.
 */
export function adopt(
  process: Process,
  before: ProjectState,
  { by, source }: { by: Actor; source: string },
  nowMs: number,
): Step | undefined {
  const on = shanghaiDate(nowMs)
  const { deadlines, changes } = recalculate(process, before, on)
  if (deadlines.every((each, at) => isSameDate(each, before.deadlines[at]))) return undefined
  const revision = before.revision + 1
  const state = { ...before, deadlines, revision, changedAt: revision }
  const line = { type: 'recalculate', by, on, payload: { source }, deadlines: changes } as const
  const entry = entryOf(process, before.value, state, line)
  return {
    state,
    effects: [],
    entry,
    notices: announcementsOf(process, { before, state, entry, event: null }),
  }
}

function isSameDate({ dueOn, lapsesOn, provisional }: Deadline, other: Deadline | undefined): boolean {
  return dueOn === other?.dueOn && lapsesOn === other.lapsesOn && provisional === other.provisional
}

/** Tells whether a state has an arrow for an event, whoever sends it; guards are asked. What changes nothing needs none. */
export function possibleIn(process: Process, state: ProjectState): (event: CaseEvent) => boolean {
  const snapshot = revive(process, state)
  return (event) => snapshot.can({ ...event, on: noDay })
}

function move(process: Process, state: ProjectState, event: DatedEvent) {
  if (rowOf(event)?.changesNothing)
    return { state: { ...state, revision: state.revision + 1 }, changes: [], effects: [] }
  const snapshot = revive(process, state)
  const isTime = event.type === 'overdue'
  if (state.done || !(isTime || snapshot.can(event)))
    throw new Error(`no arrow for ${event.type} in ${JSON.stringify(state.value)}`)
  const [next, actions] = transition(process.machine, snapshot, event)
  const revision = state.revision + 1
  const { value, context } = next
  const assignments = assignmentsAfter(process.edition, state, event, { value, case: context })
  const kept = { ...context, assignments }
  const keepsClock = actions.some(({ type }) => type === 'keepClock')
  const after = { value, case: kept, revision, on: event.on, event, keepsClock }
  const { changes, ...clocks } = deadlinesAfter(process, missed(state, event), after)
  const urged = rowOf(event)?.urges && { urgedOn: event.on }
  return {
    state: {
      ...state,
      ...urged,
      ...clocks,
      revision,
      changedAt: revision,
      value,
      done: next.status !== 'active',
      case: kept,
    },
    changes,
    effects: effects.filter((effect) => actions.some(({ type }) => type === effect)),
  }
}

/** What stood before the event; a deadline that it finds missed is marked so. */
function missed(state: ProjectState, event: DatedEvent): ProjectState {
  return event.type === 'overdue' ? { ...state, deadlines: markOverdue(state.deadlines, event) } : state
}

function revive({ machine }: Process, state: ProjectState): SnapshotFrom<Machine> {
  return machine.resolveState({ value: state.value, context: state.case })
}

/** What a line keeps of an event: who, what came with it but for the application, and in whose place it was done. */
function split({ edition }: Process, state: ProjectState, event: CaseEvent) {
  const { type, ...rest } = event
  const { by = null, ...payload } = { by: undefined, ...rest }
  if (bringsForm(event)) return { type, by, payload: sizeOf(edition, event.application) }
  const place = 'by' in event ? inPlaceOf(edition, state, event) : undefined
  return { type, by, payload: place ? { ...payload, inPlaceOf: place } : payload }
}

/** How much money an application is about (yuan), if its form asks. */
function sizeOf(edition: Edition, application: Application): { totalInvestment?: string } {
  const { total } = planOf(edition, application)
  return total === null ? {} : { totalInvestment: total }
}

/** The line of a step: where the notice speaks of the stage in which it is made. */
export function entryOf(
  { edition }: Process,
  from: StateValue | null,
  { revision, value }: ProjectState,
  line: Pick<HistoryEntry, 'type' | 'by' | 'on' | 'payload' | 'deadlines'>,
): HistoryEntry {
  const article = stageAt(edition, from ?? value)?.article ?? ''
  return { revision, from, to: value, article, ...line }
}
