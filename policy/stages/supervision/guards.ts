import type { StageOf } from '../../edition/edition.ts'
import type { Kind } from '../kind.ts'
import { staysLate } from './kept.ts'
import { takesBackWaiting } from './requests.ts'

/** What the machine asks of a certified project before it takes an arrow. */
export const guards = {
  isCompleted: (_stage, { supervision }) => (supervision?.completed ?? null) !== null,
  isOverdue: (_stage, { supervision }) => supervision?.overdue ?? false,
  isExplained: (_stage, { supervision }) =>
    supervision !== undefined && supervision.overdue && supervision.explained,
  isExtensionAsked: (_stage, { supervision }) => supervision?.request?.kind === 'extension',
  owesReports: (stage, { supervision }, event, { calendar, on }) =>
    supervision !== undefined &&
    event.type === 'report' &&
    staysLate({ stage, calendar }, supervision, event, on),
  isBeingDecided: (stage, { supervision }, event) =>
    !supervision || !takesBackWaiting(stage, supervision, event),
} satisfies NonNullable<Kind<StageOf<'supervision'>>['guards']>
