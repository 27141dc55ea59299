import { addDuration, countDays, subtractDuration, type Calendar } from '../time/calendar.ts'
import { phaseOf, type Deadline, type ProjectState } from '../case/case.ts'
import { addDays, morningOf } from '../time/dates.ts'
import { dutyBehind, timeEventAt } from '../time/deadlines.ts'
import type { Duty } from '../time/duties.ts'
import type { Reminders } from '../edition/edition.ts'
import type { Notice, NoticeKind } from './notice.ts'
import { calendarOf, type Timekeeper } from '../time/timekeeper.ts'

/** A day on which a deadline has something to say, and to whom. */
type Occasion = {
  kind: Extract<NoticeKind, 'before' | 'due' | 'after' | 'escalation'>
  days: number
  on: string
  to: string[]
}

type Running = Pick<ProjectState, 'value' | 'case' | 'deadlines'>

/** The next instant (milliseconds since 1970) at which time does something to a case or somebody is to be told; never, if there is none. */
export function nextWake(keeper: Timekeeper, state: Running): number {
  return Math.min(
    ...state.deadlines.map((deadline) => {
      const duty = dutyBehind(keeper, state, deadline)
      const next = duty && nextOccasionOn(calendarOf(keeper, duty.roles), duty, deadline)
      return Math.min(timeEventAt(deadline), next === undefined ? Infinity : morningOf(next))
    }),
  )
}

/**
 * What is to be told on a day, and the deadlines as told. Of several reminders that have come together, for example while
 * the system stood still, the latest says it all; each superior is told all the same.
 */
export function remindersOn(
  keeper: Timekeeper,
  state: Running,
  on: string,
): { notices: Notice[]; deadlines: Deadline[] } {
  const notices: Notice[] = []
  const deadlines = state.deadlines.map((deadline) => {
    const duty = dutyBehind(keeper, state, deadline)
    const occasions = duty ? occasionsThrough(calendarOf(keeper, duty.roles), duty, deadline, on) : []
    if (!duty || occasions.length === 0) return deadline
    const reminder = occasions.findLast(({ kind }) => kind !== 'escalation')
    const superiors = occasions.filter(({ kind }) => kind === 'escalation')
    for (const occasion of [...(reminder ? [reminder] : []), ...superiors])
      notices.push(noticeOf(state, duty, deadline, occasion))
    return { ...deadline, toldThrough: on }
  })
  return { notices, deadlines }
}

/** Days left until a due date on a day, in the unit of the rule; negative, once it has passed. */
export function daysLeft(calendar: Calendar, unit: Duty['unit'], on: string, dueOn: string): number {
  return countDays(calendar, unit, on, dueOn) - countDays(calendar, unit, dueOn, on)
}

/** The request that a task answers, as notices of it tell it. */
export function requestBehind({ ofRequest }: Duty, { case: { supervision } }: Running): Notice['request'] {
  const request = ofRequest && supervision?.request
  return request ? { role: request.role, reason: request.reason } : null
}

function noticeOf(
  state: Running,
  duty: Duty,
  { task, period, entry, dueOn }: Deadline,
  { kind, days, to }: Occasion,
): Notice {
  const occasion = `${kind}-${Math.abs(days)}${kind === 'escalation' ? `-${to.join('+')}` : ''}@${dueOn}`
  const user = kind === 'escalation' ? null : duty.claimedBy
  const { unit, article } = duty
  const required = duty.reminders?.required ?? false
  return {
    kind,
    task,
    period,
    entry,
    occasion,
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
    request: requestBehind(duty, state),
    words: null,
  }
}

function nextOccasionOn(calendar: Calendar, duty: Duty, deadline: Deadline): string | undefined {
  const { reminders, waits, roles } = duty
  if (!reminders || waits) return undefined
  const after = repeated(calendar, duty, deadline, reminders).next().value
  const fixed = [
    ...beforehand(calendar, duty, deadline, reminders, roles),
    ...escalations(calendar, duty, deadline, reminders),
  ]
  const ahead = fixed.filter(({ on }) => on > deadline.toldThrough)
  return [...ahead, ...(after ? [after] : [])]
    .map(({ on }) => on)
    .reduce<string | undefined>(earlier, undefined)
}

function earlier(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a
}

function occasionsThrough(calendar: Calendar, duty: Duty, deadline: Deadline, on: string): Occasion[] {
  const { reminders, waits, roles } = duty
  if (!reminders || waits) return []
  const after: Occasion[] = []
  for (const occasion of repeated(calendar, duty, deadline, reminders)) {
    if (occasion.on > on) break
    after.push(occasion)
  }
  return [
    ...beforehand(calendar, duty, deadline, reminders, roles),
    ...after,
    ...escalations(calendar, duty, deadline, reminders),
  ]
    .filter((occasion) => occasion.on > deadline.toldThrough && occasion.on <= on)
    .toSorted((a, b) => (a.on < b.on ? -1 : 1))
}

function beforehand(
  calendar: Calendar,
  { unit }: Duty,
  { dueOn }: Deadline,
  { before }: Reminders,
  to: string[],
): Occasion[] {
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
  { dueOn, toldThrough }: Deadline,
  { every }: Reminders,
): Generator<Occasion> {
  if (every === undefined) return
  const { unit, roles: to } = duty
  let on = dueOn
  for (let days = every; ; days += every) {
    on = addDuration(calendar, on, { days: every, unit }).dueOn
    if (on > toldThrough) yield { kind: 'after', days: -days, on, to }
  }
}

function escalations(
  calendar: Calendar,
  { unit }: Duty,
  { dueOn }: Deadline,
  { escalate = [] }: Reminders,
): Occasion[] {
  return escalate.map(({ after, to }) => ({
    kind: 'escalation',
    days: 0 - after,
    on: after === 0 ? addDays(dueOn, 1) : addDuration(calendar, dueOn, { days: after, unit }).dueOn,
    to,
  }))
}
