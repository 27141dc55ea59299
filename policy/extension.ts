import type { ProjectState } from './case.ts'
import { addDays } from './dates.ts'
import type { Edition } from './edition.ts'
import type { Refusal } from './errors.ts'
import type { ProjectEvent } from './events.ts'
import { addMonths } from './periods.ts'
import { supervisionOf } from './supervision.ts'

/** Why a date that an event names cannot be: the first and the last one that can (三（二）). Nothing, if it can. */
export function findDateRefusal(
  edition: Edition,
  { case: { application, supervision }, deadlines }: ProjectState,
  event: ProjectEvent,
  on: string,
): Refusal | undefined {
  const rule = supervisionOf(edition)?.extension
  if (!supervision || !rule) return undefined
  const due = deadlines.find(({ task }) => task === 'completion')?.dueOn ?? supervision.completeOn
  const start = due > on ? due : on
  if (event.type === 'complete') return outside('completedOn', event.completedOn, application.startOn, on)
  if (event.type === 'requestExtension')
    return outside('completeOn', event.completeOn, addDays(start, 1), addMonths(start, rule.months))
  if (event.type !== 'grantExtension' || supervision.request?.kind !== 'extension') return undefined
  const asked = supervision.request.completeOn
  return outside('completeOn', event.completeOn ?? asked, addDays(start, 1), asked)
}

function outside(field: string, date: string, first: string, last: string): Refusal | undefined {
  if (date >= first && date <= last) return undefined
  return { code: 'date-not-allowed', field, allowed: [first, last] }
}
