import { factsOf, phaseOf, type Actor, type ProjectState } from './case.ts'
import type { Application } from './application.ts'
import { assessEligibility } from './eligibility.ts'
import type { Refusal } from './errors.ts'
import type { EventType, ProjectEvent } from './events.ts'
import { isPossible, type Process } from './lifecycle.ts'
import { findPersonRefusal, maySee } from './permissions.ts'

/** Every verb, in the order in which buttons stand. */
export const eventTypes = Object.keys({
  completeAssessment: true,
  submit: true,
  resubmit: true,
  claim: true,
  approve: true,
  return: true,
  reject: true,
  release: true,
  withdraw: true,
} satisfies Record<EventType, true>) as EventType[]

/** What a person may do to a project now: exactly what `findRefusal` lets through, whatever the payload says. */
export function actionsFor(process: Process, state: ProjectState, actor: Actor): EventType[] {
  if (!maySee(process.edition, state.case, actor)) return []
  return eventTypes.filter(
    (type) => isOpen(process, state, type) && !personRefusal(process, state, type, actor),
  )
}

/**
 * Why an event is not accepted, in the order in which it matters to the caller: not theirs to see, not in this state, not
 * for this person, not with this payload. Nothing, if it is accepted.
 */
export function findRefusal(
  process: Process,
  state: ProjectState,
  event: ProjectEvent,
  actor: Actor,
): Refusal | undefined {
  if (!maySee(process.edition, state.case, actor)) return { code: 'not-found' }
  const allowed = () => actionsFor(process, state, actor)
  if (!isOpen(process, state, event.type))
    return { code: 'event-not-allowed', allowed: allowed(), phase: phaseOf(state.value) }
  return personRefusal(process, state, event.type, actor) ?? payloadRefusal(process, state, event)
}

function isOpen(process: Process, state: ProjectState, type: EventType): boolean {
  return isPossible(process, state, probe(state, type))
}

function personRefusal(
  { edition }: Process,
  state: ProjectState,
  type: EventType,
  actor: Actor,
): Refusal | undefined {
  const stage = edition.stages.find(({ id }) => id === phaseOf(state.value))
  return stage ? findPersonRefusal(edition, stage, state.case, type, actor) : { code: 'not-your-role' }
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

/** An event of a type that only asks the machine whether there is an arrow; no guard looks at more than the application. */
function probe({ case: { application } }: ProjectState, type: EventType) {
  const by = { user: '', role: '' }
  switch (type) {
    case 'completeAssessment':
      return { type, by, score: 0, level: 0 }
    case 'return':
    case 'reject':
    case 'withdraw':
      return { type, by, reason: '' }
    case 'resubmit':
      return { type, by, application }
    case 'submit':
    case 'claim':
    case 'release':
    case 'approve':
      return { type, by }
  }
}
