import { addDuration, countDays, subtractDuration, type Calendar } from '../time/calendar.ts'
import { phaseOf, type Deadline, type ProjectState } from '../case/case.ts'
import { addDays, morningOf } from '../time/dates.ts'
import { dutyBehind, timeEventAt } from '../time/deadlines.ts'
import type { Duty } from '../time/duties.ts'
import type { Reminders } from '../edition/edition.ts'
import type { Notice, NoticeKind } from './notice.ts'
import { kindOf, stageAt } from '../stages/index.ts'
import { calendarOf, type DeadlineContext } from '../time/deadline-context.ts'

/** A day on which a deadline has something to say, and to whom. */
type Reminder = {
  kind: Extract<NoticeKind, 'before' | 'due' | 'after' | 'escalation'>
  days: number
  on: string
  to: string[]
}

type RemindedState = Pick<ProjectState, 'value' | 'case' | 'deadlines'>

/** The next instant (milliseconds since 1970) at which time does something to a case or somebody is to be told; never, if there is none. */
export function nextWake(context: DeadlineContext, state: RemindedState): number {
  return Math.min(
    ...state.deadlines.map((deadline) => {
      const duty = dutyBehind(context, state, deadline)
      const next = duty && nextReminderOn(calendarOf(context, duty.roles), duty, deadline)
      return Math.min(timeEventAt(deadline), next === undefined ? Infinity : morningOf(next))
    }),
  )
}

/**
 * What is to be told on a day, and the deadlines as told. Of several reminders that have come together, for example while
 * the system stood still, the latest says it all; each superior is told all the same.
 */
export function remindersOn(
  context: DeadlineContext,
  state: RemindedState,
  on: string,
): { notices: Notice[]; deadlines: Deadline[] } {
  const notices: Notice[] = []
  const deadlines = state.deadlines.map((deadline) => {
    const duty = dutyBehind(context, state, deadline)
    const all = duty ? remindersThrough(calendarOf(context, duty.roles), duty, deadline, on) : []
    if (!duty || all.length === 0) return deadline
    const latest = all.findLast(({ kind }) => kind !== 'escalation')
    const superiors = all.filter(({ kind }) => kind === 'escalation')
    for (const reminder of [...(latest ? [latest] : []), ...superiors])
      notices.push(noticeOf(context, state, { duty, deadline, reminder }))
    return { ...deadline, remindedThrough: on }
  })
  return { notices, deadlines }
}

/** Days left until a due date on a day, in the unit of the rule; negative, once it has passed. */
export function daysLeft(calendar: Calendar, unit: Duty['unit'], on: string, dueOn: string): number {
  return countDays(calendar, unit, on, dueOn) - countDays(calendar, unit, dueOn, on)
}

/** The request that a task answers, as notices of it tell it. */
export function requestBehind(
  { edition }: Pick<DeadlineContext, 'edition'>,
  { ofRequest }: Duty,
  { value, case: kept }: RemindedState,
): Notice['request'] {
  const stage = ofRequest && stageAt(edition, value)
  const request = stage && kindOf(stage).request?.(kept)
  return request ? { role: request.role, reason: request.reason } : null
}

function noticeOf(
  context: DeadlineContext,
  state: RemindedState,
  { duty, deadline, reminder: { kind, days, to } }: { duty: Duty; deadline: Deadline; reminder: Reminder },
): Notice {
  const { task, part, entry, dueOn } = deadline
  const deduplicationKey = `${kind}-${Math.abs(days)}${kind === 'escalation' ? `-${to.join('+')}` : ''}@${dueOn}`
  const user = kind === 'escalation' ? null : duty.claimedBy
  const { unit, article } = duty
  const required = duty.reminders?.required ?? false
  return {
    kind,
    task,
    part,
    entry,
    deduplicationKey,
    roles: to,
    user,
    dueOn,
    from: null,
    dateOf: null,
    days,
    unit,
    required,
    article,
    phase: phaseOf(state.value),
    event: null,
    by: null,
    outcome: null,
    ground: null,
    request: requestBehind(context, duty, state),
    words: null,
  }
}

function nextReminderOn(calendar: Calendar, duty: Duty, deadline: Deadline): string | undefined {
  const { reminders, waits, roles } = duty
  if (!reminders || waits) return undefined
  const after = repeated(calendar, duty, deadline, reminders).next().value
  const fixed = [
    ...beforehand(calendar, duty, deadline, reminders, roles),
    ...escalations(calendar, duty, deadline, reminders),
  ]
  const ahead = fixed.filter(({ on }) => on > deadline.remindedThrough)
  return [...ahead, ...(after ? [after] : [])]
    .map(({ on }) => on)
    .reduce<string | undefined>(earlier, undefined)
}

function earlier(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a
}

function remindersThrough(calendar: Calendar, duty: Duty, deadline: Deadline, on: string): Reminder[] {
  const { reminders, waits, roles } = duty
  if (!reminders || waits) return []
  const after: Reminder[] = []
  for (const reminder of repeated(calendar, duty, deadline, reminders)) {
    if (reminder.on > on) break
    after.push(reminder)
  }
  return [
    ...beforehand(calendar, duty, deadline, reminders, roles),
    ...after,
    ...escalations(calendar, duty, deadline, reminders),
  ]
    .filter((reminder) => reminder.on > deadline.remindedThrough && reminder.on <= on)
    .toSorted((a, b) => (a.on < b.on ? -1 : 1))
}

function beforehand(
  calendar: Calendar,
  { unit }: Duty,
  { dueOn }: Deadline,
  { before }: Reminders,
  to: string[],
): Reminder[] {
  return before.map((days) => ({
    kind: days === 0 ? 'due' : 'before',
    days,
    on: subtractDuration(calendar, dueOn, { days, unit }),
    to,
  }))
}

/** The reminders after the due date that are still ahead: there is no last one. */
function* repeated(
  calendar: Calendar,
  duty: Duty,
  { dueOn, remindedThrough }: Deadline,
  { every }: Reminders,
): Generator<Reminder> {
  if (every === undefined) return
  const { unit, roles: to } = duty
  let on = dueOn
  for (let days = every; ; days += every) {
    on = addDuration(calendar, on, { days: every, unit }).dueOn
    if (on > remindedThrough) yield { kind: 'after', days: -days, on, to }
  }
}

function escalations(
  calendar: Calendar,
  { unit }: Duty,
  { dueOn }: Deadline,
  { escalate = [] }: Reminders,
): Reminder[] {
  return escalate.map(({ after, to }) => ({
    kind: 'escalation',
    days: 0 - after,
    on: after === 0 ? addDays(dueOn, 1) : addDuration(calendar, dueOn, { days: after, unit }).dueOn,
    to,
  }))
}
