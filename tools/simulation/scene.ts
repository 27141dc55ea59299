import { addDuration, isWorkingDay, type Calendar } from '../../policy/time/calendar.ts'
import type { Actor, OpenTask, ProjectState } from '../../policy/case/case.ts'
import { addDays } from '../../policy/time/dates.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import type { EventType } from '../../policy/case/events.ts'
import type { Behaviour } from './behaviour.ts'
import type { Prng, Range } from './prng.ts'

/** What somebody means to do on a day about a task; it comes to nothing if the task is done by then. */
export type Act = {
  on: string
  task: OpenTask
  by: Actor
  body: { type: EventType } & Record<string, unknown>
}

/** What those who plan know: the rules, how people behave, the case, and chance. */
export type Scene = {
  edition: Edition
  behaviour: Behaviour
  calendar: Calendar
  state: ProjectState
  /** The application still lacks something that a review will find. */
  incomplete: boolean
  prng: Prng
}

/** What is planned about one task. */
export type Planned = Omit<Act, 'task'>[]

/** The working day that comes so many after a day; the day itself or the next that is worked, after none. */
export function workingDay(calendar: Calendar, from: string, days: number): string {
  let date = addDuration(calendar, from, { days, unit: 'workingDays' }).dueOn
  while (!isWorkingDay(calendar, date)) date = addDays(date, 1)
  return date
}

/** A working day within a range of working days after another. */
export function after({ calendar, prng }: Scene, from: string, range: Range): string {
  return workingDay(calendar, from, prng.whole(range))
}

/** A working day within a range of working days before another, but not before a first one. */
export function before({ calendar, prng }: Scene, to: string, range: Range, first: string): string {
  let date = to
  for (let left = prng.whole(range); left > 0 || !isWorkingDay(calendar, date);) {
    date = addDays(date, -1)
    if (isWorkingDay(calendar, date)) left -= 1
  }
  return date > first ? date : workingDay(calendar, first, 0)
}

/** When a task is due; the day on which it was opened where the rules set no date. */
export function dueOf({ state }: Scene, { task, part, on }: OpenTask): string {
  return state.deadlines.find((each) => each.task === task && each.part === part)?.dueOn ?? on
}
