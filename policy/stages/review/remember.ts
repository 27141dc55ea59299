import type { Case } from '../../case/case.ts'
import type { StageOf } from '../../edition/edition.ts'
import type { CaseEvent } from '../../case/events.ts'
import { approvalsBefore } from '../approvals.ts'
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
  if (event.type === 'reject') return decided
  return { ...decided, approvals: approvalsBefore(edition, stage.returnTo, kept.approvals) }
}
