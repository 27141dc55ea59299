import type { Case } from '../../case/case.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import type { CaseEvent } from '../../case/events.ts'
import type { Moment } from '../kind.ts'

/** What a case remembers of a review: who has decided, which reviews it has passed, and that its officer took longer. */
export function rememberReview(
  stage: StageOf<'review'>,
  kept: Case,
  event: CaseEvent,
  { edition }: Moment,
): Case {
  const { id } = stage
  if (event.type === 'extendTime') return { ...kept, extended: [...(kept.extended ?? []), id] }
  if (event.type !== 'approve' && event.type !== 'return' && event.type !== 'reject') return kept
  const decided = { ...kept, decisions: [...kept.decisions, { stage: id, user: event.by.user }] }
  if (event.type === 'approve') return { ...decided, approvals: [...kept.approvals, id] }
  return event.type === 'return' ? { ...decided, approvals: approvalsBefore(edition, stage, kept) } : decided
}

/** Of a case that is returned to a stage of the order, what was approved before that stage still counts. */
function approvalsBefore(
  { stages }: Edition,
  { returnTo }: StageOf<'review'>,
  { approvals }: Case,
): string[] {
  const order = stages.map(({ id }) => id)
  const target = stages.find(({ id }) => id === returnTo)
  // A correction is in no order: all is looked at anew.
  if (!target || target.kind === 'correction') return []
  return approvals.filter((approved) => order.indexOf(approved) < order.indexOf(target.id))
}
