import type { Case } from '../../case/case.ts'
import { addDays } from '../../time/dates.ts'
import type { StageOf } from '../../edition/edition.ts'
import type { Refusal } from '../../errors.ts'
import type { EventType, ProjectEvent } from '../../case/events.ts'
import { planOf } from '../../edition/plan.ts'
import type { Occasion } from '../kind.ts'
import type { Denial } from '../../access/denial.ts'
import { addMonths } from '../../time/periods.ts'
import { plannedCompletion } from './kept.ts'

type Stage = StageOf<'supervision'>

/**
 * Why a date that an event names cannot be: the first and the last one that can (三（二）). Nothing, if it can. What was
 * asked for is granted as it was asked, also once it has passed while officers decided, or later, as far as the edition
 * lets an extension reach.
 */
export function findDateRefusal(
  stage: Stage,
  { application, supervision, holds }: Case,
  event: ProjectEvent,
  { edition, on }: Occasion,
): Refusal | undefined {
  if (!supervision) return undefined
  if (event.type === 'complete') {
    const { start } = planOf(edition, application)
    return outside('completedOn', event.completedOn, start ?? '', on)
  }
  const planned = plannedCompletion(supervision, holds)
  const limit = lastExtension(stage, planned)
  const first = addDays(planned > on ? planned : on, 1)
  if (event.type === 'requestExtension') return outside('completeOn', event.completeOn, first, limit)
  if (event.type !== 'grantExtension' || supervision.request?.kind !== 'extension') return undefined
  const asked = supervision.request.completeOn
  const hasCome = asked <= on
  return outside('completeOn', event.completeOn ?? asked, hasCome ? asked : first, hasCome ? limit : asked)
}

/** What the number of extensions, or their reach, has against another one on a day. */
export function findExtensionDenial(
  stage: Stage,
  { supervision, holds }: Case,
  type: EventType,
  on: string,
): Denial | undefined {
  if (type !== 'requestExtension' || !supervision || !stage.extension) return undefined
  const { atMost, article } = stage.extension
  if (supervision.extensions.length >= atMost)
    return {
      reason: 'noMoreExtensions',
      refusal: { code: 'extension-limit' },
      article,
      words: {
        zh: `延期次数已用完（最多 ${atMost} 次）。`,
        en: `The project has been extended as often as it may be (${atMost}).`,
      },
    }
  const limit = lastExtension(stage, plannedCompletion(supervision, holds))
  if (limit > on) return undefined
  return {
    reason: 'tooLateToExtend',
    refusal: { code: 'too-late-to-extend', allowed: [limit] },
    article,
    words: {
      zh: `自原定完工日起算，延期最晚至 ${limit}，该日已到，不能再延期；可报告完工，或申请撤销认定。`,
      en: `Counted from the planned completion an extension reaches ${limit} at the latest, and that day has come: report completion, or ask for revocation.`,
    },
  }
}

/** The last day to which an extension can reach: so many months after the date that it moves, whenever it is asked for. */
function lastExtension({ extension }: Stage, planned: string): string {
  return extension ? addMonths(planned, extension.months) : planned
}

function outside(field: string, date: string, first: string, last: string): Refusal | undefined {
  if (date >= first && date <= last) return undefined
  return { code: 'date-not-allowed', field, allowed: [first, last] }
}
