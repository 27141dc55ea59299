import type { StateValue } from 'xstate'
import type { Application, Enterprise } from '../../policy/edition/application.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { actionsFor, findRefusal, partMeant } from '../../policy/case/actions.ts'
import { phaseOf, type Actor, type Case, type Deadline, type ProjectState } from '../../policy/case/case.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import type { Refusal } from '../../policy/errors.ts'
import type { EventType, ProjectEvent } from '../../policy/case/events.ts'
import { adopt, file, passTime, step, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { findCommandRefusal, applyCommand, type AdminCommand } from '../../policy/case/admin-commands.ts'
import { addMonths } from '../../policy/time/periods.ts'
import {
  anApplication,
  anEnterprise,
  chongqing,
  people,
  type AProject,
  type SomeFields,
} from '../fixtures.ts'

/** A verb that needs nothing else, or a whole event. */
type Deed = ProjectEvent | ProjectEvent['type']

/** A project on its way; every step gives a new one. */
export type Journey = {
  state: ProjectState
  steps: Step[]
  phase: string
  deadline: Deadline | undefined
  /** The deadline of a task; of the oldest period that is owed, where there are several. */
  due: (task: string) => Deadline | undefined
  /** Where the construction of a certified project stands (`overdue`, `extensionDecision.claimed`), and its reporting. */
  place: [construction: string, reporting: string]
  /** Its history: the day and what happened. */
  history: [on: string, type: string][]
  /** The days that follow happen on this one, at noon in Shanghai. */
  on: (date: string) => Journey
  /** What follows happens at this instant (milliseconds since 1970). */
  at: (instant: number) => Journey
  /** A person does something that is accepted; it throws if it is refused. */
  when: (actor: Actor, ...deeds: Deed[]) => Journey
  /** Time passes to the end of a day, and what is due takes place. */
  until: (date: string) => Journey
  /** Why a person may not do something, without the sentence that says it (`why.unit.spec.ts`). */
  refusal: (actor: Actor, deed: Deed) => Refusal | undefined
  /** What a person may do. */
  actions: (actor: Actor) => EventType[]
  /** Time passes, and from here on it counts by other calendars. */
  adopting: (process: Process) => Journey
  /** Time passes, and an admin command is applied; it throws if it is refused. */
  commanded: (act: AdminCommand['act']) => Journey
}

/** Fills in the plain payload of a verb: an event that says no more than it must. */
export function deedOf(deed: Deed, filed: Application): ProjectEvent {
  const application = filed as AProject
  if (typeof deed !== 'string') return deed
  switch (deed) {
    case 'completeAssessment':
      return { type: deed, score: 2.15, level: 2 }
    case 'release':
    case 'return':
    case 'reject':
    case 'withdraw':
    case 'extendTime':
    case 'refuseExtension':
    case 'requestRevocation':
    case 'revoke':
    case 'refuseRevocation':
      return { type: deed, reason: '材料不全' }
    case 'recordObjection':
      return { type: deed, objector: '张三', reason: '挡住了阳光' }
    case 'suspend':
      return { type: deed, ground: 'expertReview', reason: '组织专家评审' }
    case 'report':
      return { type: deed, percent: 40, invested: spentOn(application) }
    case 'complete':
      return { type: deed, completedOn: application.startOn, effects: application.effects }
    case 'explainOverdue':
      return { type: deed, reason: '设备到货延迟', measures: '增加班次' }
    case 'requestExtension':
      return {
        type: deed,
        reason: '设备到货延迟',
        measures: '增加班次',
        completeOn: addMonths(application.completeOn, 1),
      }
    case 'respond':
      return { type: deed, statement: '项目仍在推进' }
    case 'amend':
    case 'resubmit':
      return { type: deed, application }
    case 'approve':
      return { type: deed, opinion: '属实' }
    case 'annotate':
      return { type: deed, note: '已电话核实' }
    case 'commission':
      return { type: deed, assignee: 'liu' }
    case 'deliverReport':
      return { type: deed, grade: 'pass', findings: '情况属实' }
    case 'submit':
    case 'claim':
    case 'resume':
    case 'urge':
    case 'grantExtension':
    case 'withdrawRequest':
      return { type: deed }
  }
}

function spentOn({ investment }: AProject): Record<string, string> {
  return Object.hasOwn(investment, 'equipment') ? { equipment: '600000.00' } : investment
}

/** The application of a case, with its planned completion as it stands now. */
export function formOf({ application, supervision }: Case): AProject {
  const form = application as AProject
  return { ...form, completeOn: supervision?.completeOn ?? form.completeOn }
}

/** A small project of Chongqing that its district has certified on a day. */
export function certified(overrides: SomeFields = {}, date = '2021-03-01'): Journey {
  return given(chongqing, date)
    .filed(people.clerk, anEnterprise(), anApplication(overrides))
    .when(people.clerk, 'completeAssessment', 'submit')
    .when(people.verifier, 'claim', 'approve')
}

/** Starts a journey under an edition: `given(chongqing).filed(clerk, enterprise, application).when(…)`. */
export function given(process: Process, date = '2021-03-01') {
  return {
    filed: (by: Actor, enterprise: Enterprise, application: unknown): Journey => {
      const parsed = applicationSchema(process.edition).parse(application)
      return journey(process, noon(date), [
        file(process, { application: parsed, enterprise, by }, noon(date)),
      ])
    },
  }
}

function journey(process: Process, now: number, steps: Step[]): Journey {
  const last = steps.at(-1)
  if (!last) throw new Error('a journey begins with a filing')
  const { state } = last
  const event = (deed: Deed) => deedOf(deed, formOf(state.case))
  return {
    state,
    steps,
    phase: phaseOf(state.value),
    deadline: state.deadlines[0],
    due: (task) => state.deadlines.find((each) => each.task === task),
    place: placeOf(state),
    history: steps.map(({ entry: { on, type } }) => [on, type]),
    on: (date) => journey(process, noon(date), steps),
    at: (instant) => journey(process, instant, steps),
    when: (actor, ...deeds) =>
      deeds.reduce((before, deed) => act(process, now, before, actor, deed), journey(process, now, steps)),
    until: (date) => pass(process, endOfDay(date), steps),
    refusal(actor, deed) {
      const found = findRefusal(process, state, event(deed), actor, now)
      if (!found) return undefined
      const { words: _words, article: _article, ...refusal } = found
      return refusal
    },
    actions: (actor) => actionsFor(process, state, actor, now),
    adopting: (newer) => {
      const { steps: passed, state: before } = pass(process, now, steps)
      const made = adopt(newer, before, { by: people.administrator, source: '国办发明电' }, now)
      return journey(newer, now, made ? [...passed, made] : passed)
    },
    commanded: (what) => {
      const { steps: passed, state: before } = pass(process, now, steps)
      const command = { act: what, reason: '核查数据', by: people.administrator, approvedBy: 'adm-2' }
      const refusal = findCommandRefusal(before, command)
      if (refusal) throw new Error(`no ${what}: ${JSON.stringify(refusal)}`)
      return journey(process, now, [...passed, applyCommand(process, before, command, now)])
    },
  }
}

function act(process: Process, now: number, before: Journey, actor: Actor, deed: Deed): Journey {
  const { state, steps } = pass(process, now, before.steps)
  const event = deedOf(deed, formOf(state.case))
  const refusal = findRefusal(process, state, event, actor, now)
  if (refusal) throw new Error(`${actor.user} may not ${event.type}: ${JSON.stringify(refusal)}`)
  const meant = { ...event, ...partMeant(process, state, event, actor, now), by: actor }
  return journey(process, now, [...steps, step(process, state, meant, now)])
}

function pass(process: Process, now: number, steps: Step[]): Journey {
  const last = steps.at(-1)
  return journey(process, now, last ? [...steps, ...passTime(process, last.state, now)] : steps)
}

function noon(date: string): number {
  return endOfDay(date) - 12 * 3_600_000
}

function placeOf({ value }: ProjectState): [string, string] {
  const regions = typeof value === 'string' ? undefined : Object.values(value)[0]
  return typeof regions === 'object'
    ? [dotted(regions['construction']), dotted(regions['reporting'])]
    : ['', '']
}

function dotted(value: StateValue | undefined): string {
  if (typeof value !== 'object') return value ?? ''
  return Object.entries(value)
    .map(([name, inner]) => `${name}.${dotted(inner)}`)
    .join()
}
