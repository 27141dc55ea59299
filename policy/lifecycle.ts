import { initialTransition, transition, type SnapshotFrom, type StateValue } from 'xstate'
import type { Application, Enterprise } from './application.ts'
import type { Calendar } from './calendar.ts'
import {
  corrected,
  phaseOf,
  type Actor,
  type Case,
  type CaseEvent,
  type HistoryEntry,
  type ProjectState,
} from './case.ts'
import { shanghaiDate } from './dates.ts'
import { deadlinesAfter, markOverdue } from './deadlines.ts'
import type { Edition } from './edition.ts'
import { buildMachine, type Machine } from './machine.ts'

/** An edition made ready to run: its document, its machine and the calendar it counts by. */
export type Process = { edition: Edition; machine: Machine; calendar: Calendar }

/** Something to be done outside because of a step. */
export type Effect = 'issueCertificate'

/** One step: what the project is now, the line in its history, and what is to be done outside. */
export type Step = { state: ProjectState; entry: HistoryEntry; effects: Effect[] }

/** Makes an edition ready to run. */
export function createProcess(edition: Edition, calendar: Calendar): Process {
  return { edition, calendar, machine: buildMachine(edition) }
}

/** The first step of a project: an enterprise files an application that its edition finds eligible. */
export function file(
  process: Process,
  { application, enterprise, by }: { application: Application; enterprise: Enterprise; by: Actor },
  nowMs: number,
): Step {
  const empty: Case = {
    enterprise,
    application,
    judgements: [],
    assessment: null,
    filers: [by.user],
    claimedBy: null,
    approvals: [],
    decisions: [],
  }
  const [snapshot] = initialTransition(process.machine, corrected(process.edition, empty, application))
  const on = shanghaiDate(nowMs)
  const to = { phase: phaseOf(snapshot.value), on, returned: false }
  const clocks = deadlinesAfter(process, { phase: null, deadlines: [], paused: {} }, to)
  const state = { revision: 1, value: snapshot.value, done: false, case: snapshot.context, ...clocks }
  const payload = { totalInvestment: application.totalInvestment }
  return { state, effects: [], entry: entryOf(process, null, state, { type: 'file', by, on, payload }) }
}

/**
 * The step that an event makes from a state at an instant. The event must be allowed (`findRefusal`): one that the
 * machine does not know is a fault of ours and throws.
 */
export function step(process: Process, state: ProjectState, event: CaseEvent, nowMs: number): Step {
  const on = shanghaiDate(nowMs)
  const next =
    event.type === 'overdue' ? { state: markOverdue(state), effects: [] } : move(process, state, event, on)
  const stepped = { ...next.state, revision: state.revision + 1 }
  const { type, payload, by } = split(event)
  return {
    state: stepped,
    effects: next.effects,
    entry: entryOf(process, state.value, stepped, { type, by, on, payload }),
  }
}

/** Whether the state has an arrow for the event, whoever sends it; guards are asked. */
export function isPossible(process: Process, state: ProjectState, event: CaseEvent): boolean {
  return !state.done && revive(process, state).can(event)
}

function move(process: Process, state: ProjectState, event: CaseEvent, on: string) {
  const snapshot = revive(process, state)
  if (state.done || !snapshot.can(event))
    throw new Error(`no arrow for ${event.type} in ${JSON.stringify(state.value)}`)
  const [next, actions] = transition(process.machine, snapshot, event)
  const phase = phaseOf(next.value)
  const before = { ...state, phase: phaseOf(state.value) }
  const clocks = deadlinesAfter(process, before, { phase, on, returned: event.type === 'return' })
  const effects = actions.flatMap(({ type }): Effect[] => (type === 'issueCertificate' ? [type] : []))
  return {
    state: { ...state, ...clocks, value: next.value, done: next.status !== 'active', case: next.context },
    effects,
  }
}

function revive({ machine }: Process, state: ProjectState): SnapshotFrom<Machine> {
  return machine.resolveState({ value: state.value, context: state.case })
}

function split(event: CaseEvent) {
  const { type, ...rest } = event
  const { by = null, ...payload } = { by: undefined, ...rest }
  if (type !== 'resubmit') return { type, by, payload }
  return { type, by, payload: { totalInvestment: event.application.totalInvestment } }
}

function entryOf(
  { edition }: Process,
  from: StateValue | null,
  { revision, value }: ProjectState,
  line: Pick<HistoryEntry, 'type' | 'by' | 'on' | 'payload'>,
): HistoryEntry {
  const phase = phaseOf(from ?? value)
  const article = edition.stages.find(({ id }) => id === phase)?.article ?? ''
  return { revision, from, to: value, article, ...line }
}
