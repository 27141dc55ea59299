import { phaseOf, type Actor, type ProjectState } from './case.ts'
import { urgeable, urgersIn } from '../notices/announcements.ts'
import type { Application } from '../edition/application.ts'
import { becauseOf } from '../access/because.ts'
import { addDays, shanghaiDate } from '../time/dates.ts'
import type { Edition, Stage } from '../edition/edition.ts'
import { assessEligibility } from '../edition/eligibility.ts'
import type { Refusal } from '../errors.ts'
import { bringsForm, eventRows, eventTypes, probe, type EventType, type ProjectEvent } from './events.ts'
import { possibleIn, type Process } from './lifecycle.ts'
import type { Objection } from '../access/objection.ts'
import { findPersonObjection, inHandsOf, maySee, scopeOf } from '../access/permissions.ts'
import { factsOf } from './remember.ts'
import { kindOf } from '../stages/index.ts'

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
    if (!stage || state.done) return { ground: 'over', refusal: { code: 'event-not-allowed', phase } }
    const isPossible = isPossibleHere(probe(type, state.case.application))
    const ofPerson = findPersonObjection(process.edition, stage, state, type, actor)
    if (isPossible) return ofPerson ?? timeObjection(process.edition, stage, state, type, { actor, on })
    return (
      claimedMeanwhile(state, type, actor, ofPerson) ??
      kindOf(stage).findUsedUp?.(stage, state.case, type) ?? {
        ground: 'elsewhere',
        refusal: { code: 'event-not-allowed', phase },
      }
    )
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
  if (!objection) return payloadRefusal(process, state, event, { actor, on: shanghaiDate(nowMs) })
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
  { case: { claimedBy } }: ProjectState,
  type: EventType,
  { user }: Actor,
  ofPerson: Objection | undefined,
): Objection | undefined {
  const takes = eventRows[type].holder === 'takes'
  if (!takes || claimedBy === null || claimedBy === user || ofPerson) return undefined
  return inHandsOf(claimedBy)
}

const ofState: ReadonlySet<Objection['ground']> = new Set(['over', 'usedUp', 'elsewhere'])

function timeObjection(
  edition: Edition,
  stage: Stage,
  state: ProjectState,
  type: EventType,
  { actor, on }: { actor: Actor; on: string },
): Objection | undefined {
  if (!eventRows[type].urges) return kindOf(stage).findObjection?.(stage, state, type, on)
  if (urgeable(edition, state, actor.role).length === 0) {
    const allowed = urgersIn(edition, state)
    return { ground: 'nobodyToUrge', refusal: { code: 'not-your-role', allowed } }
  }
  const refusal = { code: 'already-urged', possibleFrom: addDays(on, 1) } as const
  return state.urgedOn === on ? { ground: 'urgedToday', refusal } : undefined
}

function payloadRefusal(
  { edition }: Process,
  { case: kept, value }: ProjectState,
  event: ProjectEvent,
  { actor, on }: { actor: Actor; on: string },
): Refusal | undefined {
  const isWhySaid = 'reason' in event && event.reason
  if (eventRows[event.type].othersSayWhy && kept.claimedBy !== actor.user && !isWhySaid)
    return { code: 'reason-needed', field: 'reason', by: kept.claimedBy }
  const stage = edition.stages.find(({ id }) => id === phaseOf(value))
  if (!bringsForm(event)) return stage && kindOf(stage).findRefusal?.(stage, kept, event, on)
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
