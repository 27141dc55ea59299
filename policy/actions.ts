import { factsOf, phaseOf, type Actor, type ProjectState } from './case.ts'
import { urgeable, urgersIn } from './announcements.ts'
import type { Application } from './application.ts'
import { becauseOf } from './because.ts'
import { addDays, shanghaiDate } from './dates.ts'
import type { Edition } from './edition.ts'
import { assessEligibility } from './eligibility.ts'
import type { Refusal } from './errors.ts'
import { bringsForm, eventTypes, probe, type EventType, type ProjectEvent } from './events.ts'
import { findDateRefusal, lastExtension } from './extension.ts'
import { possibleIn, type Process } from './lifecycle.ts'
import type { Ground, Objection } from './objection.ts'
import { findPersonObjection, inHandsOf, maySee, scopeOf } from './permissions.ts'
import { findFactRefusal } from './stated-facts.ts'
import { supervisionOf } from './supervision.ts'

/** What a person may do to a project at an instant: exactly what `findRefusal` lets through, whatever the payload says. */
export function actionsFor(process: Process, state: ProjectState, actor: Actor, nowMs: number): EventType[] {
  const objectionTo = objectionsIn(process, state, actor, nowMs)
  return eventTypes.filter((type) => !objectionTo(type))
}

/**
 * What stands against events of a person in a state at an instant, whatever they say: the one place that actions, refusals
 * and explanations (`why.ts`) come from. Nothing, if an event is theirs to send.
 */
export function objectionsIn(
  process: Process,
  state: ProjectState,
  actor: Actor,
  nowMs: number,
): (type: EventType) => Objection | undefined {
  if (!maySee(process.edition, state.case, actor))
    return () => ({ ground: 'unseen', refusal: { code: 'not-found' } })
  const { held } = state
  if (held) return () => ({ ground: 'held', refusal: { code: 'case-held', since: held.on } })
  const phase = phaseOf(state.value)
  const stage = process.edition.stages.find(({ id }) => id === phase)
  const isPossibleHere = possibleIn(process, state)
  const on = shanghaiDate(nowMs)
  return (type) => {
    const isPossible = stage !== undefined && isPossibleHere(probe(type, state.case.application))
    const ofPerson = stage && findPersonObjection(process.edition, stage, state, type, actor)
    if (!isPossible)
      return (
        claimedMeanwhile(state, type, actor, ofPerson) ?? {
          ground: groundOfState(state, type),
          refusal: { code: 'event-not-allowed', phase },
        }
      )
    return ofPerson ?? timeObjection(process.edition, state, type, { actor, on })
  }
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
  const { edition } = process
  const objection = objectionsIn(process, state, actor, nowMs)(event.type)
  if (!objection)
    return (
      payloadRefusal(process, state, event, actor) ??
      findFactRefusal(state.case, event) ??
      findDateRefusal(edition, state, event, shanghaiDate(nowMs))
    )
  // Of a case that is not theirs to see nothing is told, not even that it is there.
  if (objection.ground === 'unseen') return objection.refusal
  const isOwn = scopeOf(edition, actor) === 'own'
  const because = becauseOf({ edition, state, type: event.type, objection, about: actor, isOwn })
  const { zh, en, article } = because
  const isOfState = ofState.has(objection.ground)
  return {
    ...objection.refusal,
    words: { zh, en },
    article,
    ...(isOfState && { allowed: actionsFor(process, state, actor, nowMs) }),
  }
}

/** Whoever may claim, and comes second, is told who was first. */
function claimedMeanwhile(
  { done, case: { claimedBy } }: ProjectState,
  type: EventType,
  { user }: Actor,
  ofPerson: Objection | undefined,
): Objection | undefined {
  if (type !== 'claim' || done || claimedBy === null || claimedBy === user || ofPerson) return undefined
  return inHandsOf(claimedBy)
}

const ofState: ReadonlySet<Ground> = new Set(['over', 'usedUp', 'elsewhere'])

/** Why the machine has no arrow. */
function groundOfState({ done, value, case: { extended } }: ProjectState, type: EventType): Ground {
  if (done) return 'over'
  return type === 'extendTime' && extended?.includes(phaseOf(value)) ? 'usedUp' : 'elsewhere'
}

function timeObjection(
  edition: Edition,
  state: ProjectState,
  type: EventType,
  { actor, on }: { actor: Actor; on: string },
): Objection | undefined {
  if (type === 'urge') {
    if (urgeable(edition, state, actor.role).length === 0) {
      const allowed = urgersIn(edition, state)
      return { ground: 'nobodyToUrge', refusal: { code: 'not-your-role', allowed } }
    }
    const refusal = { code: 'already-urged', possibleFrom: addDays(on, 1) } as const
    return state.urgedOn === on ? { ground: 'urgedToday', refusal } : undefined
  }
  if (type === 'extendTime') {
    const phase = phaseOf(state.value)
    const isLate = state.deadlines.some(({ task, overdue }) => task === phase && overdue)
    return isLate ? { ground: 'tooLate', refusal: { code: 'event-not-allowed', phase } } : undefined
  }
  return type === 'requestExtension' ? extensionObjection(edition, state, on) : undefined
}

function extensionObjection(
  edition: Edition,
  { case: { supervision } }: ProjectState,
  on: string,
): Objection | undefined {
  const extensions = supervision?.extensions.length ?? 0
  if (extensions >= (supervisionOf(edition)?.extension.atMost ?? 0))
    return { ground: 'noMoreExtensions', refusal: { code: 'extension-limit' } }
  const limit = lastExtension(edition, supervision)
  return limit !== undefined && limit <= on
    ? { ground: 'tooLateToExtend', refusal: { code: 'too-late-to-extend', allowed: [limit] } }
    : undefined
}

function payloadRefusal(
  { edition }: Process,
  { case: kept }: ProjectState,
  event: ProjectEvent,
  by: Actor,
): Refusal | undefined {
  if (event.type === 'approve' && kept.judgements.length > 0 && !event.opinion) {
    return { code: 'judgement-needed', field: 'opinion', judgements: kept.judgements }
  }
  if (event.type === 'release' && kept.claimedBy !== by.user && !event.reason)
    return { code: 'reason-needed', field: 'reason', by: kept.claimedBy }
  if (!bringsForm(event)) return undefined
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
