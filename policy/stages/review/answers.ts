import type { Case } from '../../case/case.ts'
import type { CaseEvent, ProjectEvent } from '../../case/events.ts'
import type { Refusal } from '../../errors.ts'
import type { ReviewAnswer } from './schema.ts'

/** Whether an event is an answer to an application. */
export function isReviewAnswer<E extends CaseEvent | ProjectEvent>(
  event: E,
): event is Extract<E, { type: ReviewAnswer }> {
  return event.type === 'approve' || event.type === 'return' || event.type === 'reject'
}

/** The case with the decision of an officer on a task, which four eyes keep from deciding others. */
export function withDecision(
  { id: stage }: { id: string },
  kept: Case,
  { by, part }: Extract<CaseEvent, { type: ReviewAnswer }>,
): Case {
  return { ...kept, decisions: [...kept.decisions, { stage, part: part ?? null, user: by.user }] }
}

/** Who approves what the standard leaves to judgement says why (附件2: what neither branch covers is shown, never passed silently). */
export function findJudgementRefusal({ judgements }: Case, event: ProjectEvent): Refusal | undefined {
  return event.type === 'approve' && judgements.length > 0 && !event.opinion
    ? { code: 'judgement-needed', field: 'opinion', judgements }
    : undefined
}
