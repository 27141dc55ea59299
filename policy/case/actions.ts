import { taskOf } from './assignments.ts'
import { assigneeOf, phaseOf, type Actor, type ProjectState } from './case.ts'
import { urgeable, urgersIn } from '../notices/urging.ts'
import type { Application } from '../edition/application.ts'
import { becauseOf } from '../access/because.ts'
import { addDays, shanghaiDate } from '../time/dates.ts'
import type { Edition, Stage } from '../edition/edition.ts'
import { assessEligibility } from '../edition/eligibility.ts'
import type { Refusal } from '../errors.ts'
import {
  bringsForm,
  eventRows,
  eventTypes,
  isOfTask,
  probe,
  type EventType,
  type ProjectEvent,
} from './events.ts'
import { possibleIn, type Process } from './lifecycle.ts'
import type { Denial } from '../access/denial.ts'
import { findOfficerDenial, findPersonDenial, inHandsOf } from '../access/permissions.ts'
import { maySee, scopeOf } from '../access/scope.ts'
import { factsOf } from './remember.ts'
import { kindOf, stageAt } from '../stages/index.ts'
import { dutiesOf, type Duty } from '../time/duties.ts'

/** What a person may do to a project at an instant: exactly what `findRefusal` lets through, whatever the payload says. */
export function actionsFor(process: Process, state: ProjectState, actor: Actor, nowMs: number): EventType[] {
  const denialOf = denialsIn(process, state, actor, nowMs)
  return eventTypes.filter((type) => !denialOf(type))
}

/**
 * What stands against events of a person in a state at an instant, whatever they say: the one place that actions, refusals
 * and explanations (`why.ts`) come from. Nothing, if an event is theirs to send.
 */
export function denialsIn(
  process: Process,
  state: ProjectState,
  actor: Actor,
  nowMs: number,
): (type: EventType, part?: string) => Denial | undefined {
  if (!maySee(process.edition, state.case, actor))
    return () => ({ reason: 'unseen', refusal: { code: 'not-found' } })
  const { held } = state
  const phase = phaseOf(state.value)
  const stage = stageAt(process.edition, state.value)
  const isPossibleHere = possibleIn(process, state)
  const on = shanghaiDate(nowMs)
  return (type, part) => {
    if (eventRows[type].changesNothing) return findOfficerDenial(process.edition, actor)
    if (held) return { reason: 'held', refusal: { code: 'case-held', since: held.on } }
    if (!stage || state.done) return { reason: 'over', refusal: { code: 'event-not-allowed', phase } }
    const denials = tasksFor(process.edition, state, type, actor, part).map((task) => {
      const isPossible = isPossibleHere(probe(type, actor, state.case.application, task?.part ?? null))
      const ofPerson = findPersonDenial(process.edition, stage, state, { type, actor, task })
      if (isPossible) return ofPerson ?? timeDenial(process.edition, stage, state, type, { actor, on })
      return (
        claimedMeanwhile(type, actor, task, ofPerson) ??
        kindOf(stage).findUsedUp?.(stage, state.case, type) ?? {
          reason: 'elsewhere' as const,
          refusal: { code: 'event-not-allowed' as const, phase },
        }
      )
    })
    return denials.includes(undefined) ? undefined : denials[0]
  }
}

/** Whether a case has changed since the revision that a caller goes by; a note changes nothing. */
export function isStale({ revision, changedAt }: ProjectState, ifRevision: number | null): boolean {
  return ifRevision !== null && (ifRevision < changedAt || ifRevision > revision)
}

/** The part of the task that an event of a person is about: the one named, else the first that nothing stands against. */
export function partMeant(
  process: Process,
  state: ProjectState,
  event: Pick<ProjectEvent, 'type' | 'part'>,
  actor: Actor,
  nowMs: number,
): Pick<ProjectEvent, 'part'> {
  if (event.part !== undefined) return { part: event.part }
  const parts = tasksFor(process.edition, state, event.type, actor, undefined).flatMap(
    (task) => task?.part ?? [],
  )
  if (parts.length === 0) return {}
  const denialOf = denialsIn(process, state, actor, nowMs)
  const part = parts.find((each) => denialOf(event.type, each) === undefined)
  return part === undefined ? {} : { part }
}

/**
 * The tasks of a state that an event of a person may be about: what they have in hand first, then what is for their role. An
 * event that is about no officers' task is about the case.
 */
function tasksFor(
  edition: Edition,
  { value, case: kept }: ProjectState,
  type: EventType,
  { user, role }: Actor,
  part: string | undefined,
): (Duty | undefined)[] {
  if (!isOfTask(type)) return [undefined]
  const tasks = dutiesOf(edition, { value, case: kept }, []).filter(
    (duty) => !duty.waits && (part === undefined || duty.part === part),
  )
  const rank = ({ claimedBy, roles }: Duty) => (claimedBy === user ? 0 : roles.includes(role) ? 1 : 2)
  return tasks.length === 0 ? [undefined] : tasks.toSorted((a, b) => rank(a) - rank(b))
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
  const denial = denialsIn(process, state, actor, nowMs)(event.type, event.part)
  if (!denial) {
    const meant = { ...event, ...partMeant(process, state, event, actor, nowMs) }
    return payloadRefusal(process, state, meant, { actor, on: shanghaiDate(nowMs) })
  }
  // Of a case that is not theirs to see nothing is told, not even that it is there.
  if (denial.reason === 'unseen') return denial.refusal
  const isOwn = scopeOf(edition, actor) === 'own'
  const because = becauseOf({ edition, state, type: event.type, denial, about: actor, isOwn })
  const { zh, en, article } = because
  const isOfState = ofState.has(denial.reason)
  return {
    ...denial.refusal,
    words: { zh, en },
    article,
    ...(isOfState && { allowed: actionsFor(process, state, actor, nowMs) }),
  }
}

/** Whoever may claim, and comes second, is told who was first. */
function claimedMeanwhile(
  type: EventType,
  { user }: Actor,
  task: Duty | undefined,
  ofPerson: Denial | undefined,
): Denial | undefined {
  const takes = eventRows[type].assignment === 'assigns'
  const holder = task?.claimedBy ?? null
  return !takes || holder === null || holder === user || ofPerson ? undefined : inHandsOf(holder)
}

const ofState: ReadonlySet<Denial['reason']> = new Set(['over', 'usedUp', 'elsewhere'])

function timeDenial(
  edition: Edition,
  stage: Stage,
  state: ProjectState,
  type: EventType,
  { actor, on }: { actor: Actor; on: string },
): Denial | undefined {
  if (!eventRows[type].urges) return kindOf(stage).findDenial?.(stage, state, type, on)
  if (urgeable(edition, state, actor.role).length === 0) {
    const allowed = urgersIn(edition, state)
    return { reason: 'nobodyToUrge', refusal: { code: 'not-your-role', allowed } }
  }
  const refusal = { code: 'already-urged', possibleFrom: addDays(on, 1) } as const
  return state.urgedOn === on ? { reason: 'urgedToday', refusal } : undefined
}

function payloadRefusal(
  { edition }: Process,
  { case: kept, value }: ProjectState,
  event: ProjectEvent,
  { actor, on }: { actor: Actor; on: string },
): Refusal | undefined {
  const isWhySaid = 'reason' in event && event.reason
  if (eventRows[event.type].othersSayWhy && !isWhySaid) {
    const task = taskOf(edition, { value, case: kept }, event)
    const holder = task ? assigneeOf(kept, task) : null
    if (holder !== actor.user) return { code: 'reason-needed', field: 'reason', by: holder }
  }
  const stage = stageAt(edition, value)
  if (!bringsForm(event)) return stage && kindOf(stage).findRefusal?.(stage, kept, event, { edition, on })
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
