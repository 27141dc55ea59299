import type { ProjectState } from './case.ts'
import { addDays } from './dates.ts'
import type { Edition } from './edition.ts'
import type { Refusal } from './errors.ts'
import type { ProjectEvent } from './events.ts'
import { addMonths } from './periods.ts'
import { plannedCompletion, supervisionOf, type Supervision } from './supervision.ts'

/**
 * Why a date that an event names cannot be: the first and the last one that can (三（二）). Nothing, if it can. What was
 * asked for is granted as it was asked, also once it has passed while officers decided, or later, as far as the edition
 * lets an extension reach.
 */
export function findDateRefusal(
  edition: Edition,
  { case: { application, supervision } }: Pick<ProjectState, 'case'>,
  event: ProjectEvent,
  on: string,
): Refusal | undefined {
  const limit = lastExtension(edition, supervision)
  if (!supervision || limit === undefined) return undefined
  if (event.type === 'complete') return outside('completedOn', event.completedOn, application.startOn, on)
  const planned = plannedCompletion(supervision)
  const first = addDays(planned > on ? planned : on, 1)
  if (event.type === 'requestExtension') return outside('completeOn', event.completeOn, first, limit)
  if (event.type !== 'grantExtension' || supervision.request?.kind !== 'extension') return undefined
  const asked = supervision.request.completeOn
  const hasCome = asked <= on
  return outside('completeOn', event.completeOn ?? asked, hasCome ? asked : first, hasCome ? limit : asked)
}

/** The last day to which an extension can reach: so many months after the date that it moves, whenever it is asked for. */
export function lastExtension(edition: Edition, supervision: Supervision | undefined): string | undefined {
  const rule = supervisionOf(edition)?.extension
  return supervision && rule && addMonths(plannedCompletion(supervision), rule.months)
}

function outside(field: string, date: string, first: string, last: string): Refusal | undefined {
  if (date >= first && date <= last) return undefined
  return { code: 'date-not-allowed', field, allowed: [first, last] }
}
