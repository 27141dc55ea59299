import type { Case, CaseEvent } from '../../case/case.ts'
import type { StageOf } from '../../edition/edition.ts'
import { completionDueOn, type Request, type Supervision } from './kept.ts'
import { waitsInTime } from './requests.ts'

/** Whether on a day the last one of the completion has passed; whether it had, where it has been reported. */
export function isOverdue(stage: StageOf<'supervision'>, { supervision, holds }: Case, on: string): boolean {
  if (!supervision || !stage.completion) return false
  if (supervision.completed) return supervision.endedLate === true
  return !waitsInTime(stage, supervision) && completionDueOn(supervision, holds) < on
}

/** Whether reason and measures of a completion that is overdue have been stated since; an extension that is asked for states them. */
export function isExplained({ supervision, holds }: Pick<Case, 'supervision' | 'holds'>): boolean {
  if (!supervision) return false
  const { request, explainedOn = '' } = supervision
  return request?.kind === 'extension' || explainedOn > completionDueOn(supervision, holds)
}

/** What an event leaves of an overrun: when it was explained last, and that it has ended with one. */
export function overrunAfter(
  stage: StageOf<'supervision'>,
  kept: Case,
  event: CaseEvent,
  { request, on }: { request: Request | null; on: string },
): Pick<Supervision, 'explainedOn' | 'endedLate'> {
  const before = kept.supervision?.request
  const isNoLongerAsked = before?.kind === 'extension' && request !== before
  const isEnded = event.type === 'complete' || event.type === 'revoke'
  return {
    ...((event.type === 'explainOverdue' || isNoLongerAsked) && { explainedOn: on }),
    ...(isEnded && isOverdue(stage, kept, on) && { endedLate: true }),
  }
}
