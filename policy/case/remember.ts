import type { Application } from '../edition/application.ts'
import { unlikelyInForm } from './case-findings.ts'
import type { Case } from './case.ts'
import type { Facts } from '../edition/conditions.ts'
import type { Edition, Stage } from '../edition/edition.ts'
import { assessEligibility } from '../edition/eligibility.ts'
import { bringsForm, eventRows, type CaseEvent } from './events.ts'
import { kindOf } from '../stages/index.ts'
import type { Moment } from '../stages/kind.ts'

/** What a case remembers of an event that takes place in a stage: what is remembered of every event, and what its kind does. */
export function remember(stage: Stage, before: Case, event: CaseEvent, moment: Moment): Case {
  const { edition, on } = moment
  const known = withFiler(withParticipant(before, event), event)
  const formed = bringsForm(event) ? corrected(edition, known, event.application) : known
  const kept = kindOf(stage).remember?.(stage, formed, event, moment) ?? formed
  if (bringsForm(event)) return withFormFindings(edition, kept, event.type, on)
  if (!('by' in event)) return kept
  const found = kindOf(stage).findUnlikely?.(before, event, moment) ?? []
  const findings = found.map((each) => ({ ...each, event: event.type, on }))
  return found.length === 0 ? kept : { ...kept, findings: [...(kept.findings ?? []), ...findings] }
}

/** The case with what is unlikely in its application, which was filed with an event on a day. */
export function withFormFindings(
  edition: Edition,
  kept: Case,
  event: 'file' | 'amend' | 'resubmit',
  on: string,
): Case {
  const findings = unlikelyInForm(edition, kept.application, on).map((each) => ({ ...each, event, on }))
  return findings.length > 0 || kept.findings ? { ...kept, findings } : kept
}

/** The case with another form of its application: judgements are asked anew. */
export function corrected(edition: Edition, kept: Case, application: Application): Case {
  const judgements = assessEligibility(edition, factsOf({ ...kept, application }))
    .findings.filter(({ ok }) => ok === null)
    .map(({ rule }) => rule)
  return { ...kept, application, judgements }
}

/**
 * What a filed case says of itself: its district is one of the authority's own, and the same project is not certified,
 * because the keys of a certified project stay taken (三（三）).
 */
export function factsOf({ application, enterprise }: Pick<Case, 'application' | 'enterprise'>): Facts {
  return { application, enterprise, implementedInCity: true, certifiedBefore: false }
}

function withParticipant(kept: Case, event: CaseEvent): Case {
  if (!('by' in event)) return kept
  const { user, role } = event.by
  const isKnown = kept.participants.some((each) => each.user === user && each.role === role)
  return isKnown ? kept : { ...kept, participants: [...kept.participants, { user, role }] }
}

/** Who files something of it decides nothing of it. */
function withFiler(kept: Case, event: CaseEvent): Case {
  if (!('by' in event) || eventRows[event.type].permission.fourEyes !== 'files') return kept
  return { ...kept, filers: [...new Set([...kept.filers, event.by.user])] }
}
