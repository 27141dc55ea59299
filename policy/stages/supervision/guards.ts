import type { StageOf } from '../../edition/edition.ts'
import type { Kind } from '../kind.ts'
import { staysLate } from './kept.ts'
import { isExplained, isOverdue } from './overrun.ts'
import { takesBackWaiting } from './requests.ts'

/** What the machine asks of a certified project before it takes an arrow. */
export const guards = {
  isCompleted: (_stage, { supervision }) => (supervision?.completed ?? null) !== null,
  isOverdue: (stage, kept, _event, { on }) => isOverdue(stage, kept, on),
  isExplained: (stage, kept, _event, { on }) => isOverdue(stage, kept, on) && isExplained(kept),
  isExtensionAsked: (_stage, { supervision }) => supervision?.request?.kind === 'extension',
  owesReports: ({ reports: rules }, { supervision, holds }, event, { calendar, on }) =>
    supervision !== undefined &&
    rules !== undefined &&
    event.type === 'report' &&
    staysLate({ rules, calendar, holds }, supervision, event, on),
  isBeingDecided: (stage, { supervision }, event) =>
    !supervision || !takesBackWaiting(stage, supervision, event),
} satisfies NonNullable<Kind<StageOf<'supervision'>>['guards']>
