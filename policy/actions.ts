import { factsOf, phaseOf, type Actor, type ProjectState } from './case.ts'
import { urgeable } from './announcements.ts'
import type { Application } from './application.ts'
import { shanghaiDate } from './dates.ts'
import type { Edition } from './edition.ts'
import { assessEligibility } from './eligibility.ts'
import type { Refusal } from './errors.ts'
import type { EventType, ProjectEvent } from './events.ts'
import { findDateRefusal } from './extension.ts'
import { isPossible, possibleIn, type Process } from './lifecycle.ts'
import { findPersonRefusal, maySee } from './permissions.ts'
import { probe } from './probe.ts'
import { supervisionOf } from './supervision.ts'

/** Every verb, in the order in which buttons stand. */
export const eventTypes = Object.keys({
  completeAssessment: true,
  submit: true,
  resubmit: true,
  report: true,
  complete: true,
  explainOverdue: true,
  requestExtension: true,
  respond: true,
  claim: true,
  approve: true,
  return: true,
  reject: true,
  grantExtension: true,
  refuseExtension: true,
  revoke: true,
  refuseRevocation: true,
  extendTime: true,
  suspend: true,
  resume: true,
  release: true,
  urge: true,
  requestRevocation: true,
  withdraw: true,
} satisfies Record<EventType, true>) as EventType[]

/** What a person may do to a project at an instant: exactly what `findRefusal` lets through, whatever the payload says. */
export function actionsFor(process: Process, state: ProjectState, actor: Actor, nowMs: number): EventType[] {
  if (!maySee(process.edition, state.case, actor)) return []
  const on = shanghaiDate(nowMs)
  const isPossibleHere = possibleIn(process, state)
  return eventTypes.filter(
    (type) => isPossibleHere(probe(state, type)) && !standingRefusal(process, state, type, { actor, on }),
  )
}

/**
 * Why an event is not accepted at an instant, in the order in which it matters to the caller: not theirs to see, not in
 * this state, not for this person, not now, not with this payload. Nothing, if it is accepted.
 */
export function findRefusal(
  process: Process,
  state: ProjectState,
  event: ProjectEvent,
  actor: Actor,
  nowMs: number,
): Refusal | undefined {
  if (!maySee(process.edition, state.case, actor)) return { code: 'not-found' }
  if (state.held) return { code: 'case-held', since: state.held.on }
  const allowed = () => actionsFor(process, state, actor, nowMs)
  if (!isPossible(process, state, probe(state, event.type)))
    return { code: 'event-not-allowed', allowed: allowed(), phase: phaseOf(state.value) }
  const on = shanghaiDate(nowMs)
  return (
    standingRefusal(process, state, event.type, { actor, on }) ??
    payloadRefusal(process, state, event) ??
    findDateRefusal(process.edition, state, event, on)
  )
}

/** What stands against an event whatever it says. */
function standingRefusal(
  { edition }: Process,
  state: ProjectState,
  type: EventType,
  { actor, on }: { actor: Actor; on: string },
): Refusal | undefined {
  const stage = edition.stages.find(({ id }) => id === phaseOf(state.value))
  if (!stage) return { code: 'not-your-role' }
  return (
    findPersonRefusal(edition, stage, state.case, type, actor) ??
    timeRefusal(edition, state, type, { actor, on })
  )
}

function timeRefusal(
  edition: Edition,
  state: ProjectState,
  type: EventType,
  { actor, on }: { actor: Actor; on: string },
): Refusal | undefined {
  if (type === 'urge') {
    if (urgeable(edition, state, actor.role).length === 0) return { code: 'not-your-role' }
    return state.urgedOn === on ? { code: 'already-urged' } : undefined
  }
  if (type === 'extendTime') {
    const phase = phaseOf(state.value)
    const isLate = state.deadlines.some(({ task, overdue }) => task === phase && overdue)
    const detail = 'The due date has passed: it is too late to take longer.'
    return isLate ? { code: 'event-not-allowed', phase, detail } : undefined
  }
  const extensions = state.case.supervision?.extensions.length ?? 0
  const isUsedUp =
    type === 'requestExtension' && extensions >= (supervisionOf(edition)?.extension.atMost ?? 0)
  return isUsedUp ? { code: 'extension-limit' } : undefined
}

function payloadRefusal(
  { edition }: Process,
  { case: kept }: ProjectState,
  event: ProjectEvent,
): Refusal | undefined {
  if (event.type === 'approve' && kept.judgements.length > 0 && !event.opinion) {
    return { code: 'judgement-needed', field: 'opinion', judgements: kept.judgements }
  }
  if (event.type !== 'resubmit') return undefined
  const fixed = (['uscc', 'district'] as const).find(
    (field) => event.application[field] !== kept.application[field],
  )
  if (fixed) return { code: 'fixed-field', field: `application.${fixed}`, allowed: [kept.application[fixed]] }
  return findIneligibility(edition, event.application, kept.enterprise)
}

/** Why an application cannot be filed: the rules that say no, each with its article. Nothing, if none does. */
export function findIneligibility(
  edition: Process['edition'],
  application: Application,
  enterprise: ProjectState['case']['enterprise'],
): Refusal | undefined {
  const { findings } = assessEligibility(edition, factsOf({ application, enterprise }))
  const failed = findings.filter(({ ok }) => ok === false)
  return failed.length > 0 ? { code: 'not-eligible', field: 'application', findings: failed } : undefined
}
