import { addDuration, countDays, runsUntil, type Calendar } from './calendar.ts'
import { isSameTask, type Deadline, type DeadlineChange, type OpenTask, type ProjectState } from './case.ts'
import { endOfDay } from './dates.ts'
import { dutiesOf, startsAnew, type Duty } from './duties.ts'
import type { Edition } from './edition.ts'
import type { CaseEvent, TimeEvent } from './events.ts'
import { laterByHolds } from './held-time.ts'
import { owedPeriods, supervisionOf } from './supervision.ts'

/** The rules and the calendars that clocks run by. */
export type Timekeeper = { edition: Edition; country: Calendar; district: Calendar }

type Standing = Pick<ProjectState, 'tasks' | 'deadlines' | 'paused'>
type After = Pick<ProjectState, 'value' | 'case' | 'revision'> & { on: string; event: CaseEvent | null }

/**
 * The open tasks and their due dates after a step, with every change explained. A clock stands still while a case that
 * was returned is elsewhere or a review is suspended, and then goes on or starts anew, as the edition says.
 */
export function deadlinesAfter(
  keeper: Timekeeper,
  before: Standing,
  after: After,
): Standing & { changes: DeadlineChange[] } {
  const duties = dutiesOf(keeper.edition, after, periodsOwed(keeper, after))
  const paused = pausedAfter(keeper, before, after, duties)
  const tasks = duties.map((duty) => find(before.tasks, duty) ?? taskOf(duty, after))
  const deadlines = duties.flatMap((duty) => deadlineOf(keeper, duty, { before, after, paused }) ?? [])
  const changes = changesBetween(keeper, before, { deadlines, duties, paused, after })
  const running = new Set(deadlines.map(({ task }) => task))
  const still = Object.entries(paused).filter(([task]) => !running.has(task))
  return { tasks, deadlines, paused: Object.fromEntries(still), changes }
}

/** The calendar of those who owe something: the country's where they serve all, their district's otherwise. */
export function calendarOf({ edition, country, district }: Timekeeper, roles: readonly string[]): Calendar {
  const servesAll = (role: string) => edition.roles.some(({ id, scope }) => id === role && scope === 'all')
  return roles.every(servesAll) ? country : district
}

/** The duty behind a deadline. */
export function dutyBehind(
  { edition }: Pick<Timekeeper, 'edition'>,
  state: Pick<ProjectState, 'value' | 'case'>,
  deadline: Pick<Deadline, 'task' | 'period'>,
): Duty | undefined {
  return find(dutiesOf(edition, state, deadline.period === null ? [] : [deadline.period]), deadline)
}

/**
 * The first thing that the passing of time up to an instant does to a case, and the instant at which it does it, however
 * late somebody looks; nothing, if nothing is due.
 */
export function dueEvent(
  { deadlines }: Pick<ProjectState, 'deadlines'>,
  nowMs: number,
): { event: TimeEvent; atMs: number } | undefined {
  const [due] = deadlines
    .filter((deadline) => timeEventAt(deadline) <= nowMs)
    .toSorted((a, b) => timeEventAt(a) - timeEventAt(b))
  if (!due) return undefined
  const { task, period } = due
  return { event: { type: lapsesNext(due) ? 'lapse' : 'overdue', task, period }, atMs: timeEventAt(due) }
}

/** The instant (milliseconds since 1970) at which time does something to a deadline; never, if it has nothing left to do. */
export function timeEventAt(deadline: Deadline): number {
  if (lapsesNext(deadline)) return endOfDay(deadline.lapsesOn ?? deadline.dueOn)
  return deadline.overdue ? Infinity : endOfDay(deadline.dueOn)
}

/** The same deadlines with one of them marked as missed. */
export function markOverdue(deadlines: Deadline[], missed: TimeEvent): Deadline[] {
  return deadlines.map((each) => (isSameTask(each, missed) ? { ...each, overdue: true } : each))
}

/** The deadlines by other calendars, and those that they move. */
export function recalculate(
  keeper: Timekeeper,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  on: string,
): { deadlines: Deadline[]; changes: DeadlineChange[] } {
  const changes: DeadlineChange[] = []
  const deadlines = state.deadlines.map((deadline) => {
    const duty = dutyBehind(keeper, state, deadline)
    if (!duty || deadline.days === null) return deadline
    if (deadline.overdue) return { ...deadline, ...lapseOf(keeper, duty, deadline.dueOn) }
    const next = { ...deadline, ...run(keeper, duty, deadline.since, deadline.days) }
    if (next.dueOn !== deadline.dueOn)
      changes.push(changeOf(keeper, duty, 'calendar', deadline.dueOn, next.dueOn))
    return { ...next, overdue: next.dueOn < on }
  })
  return { deadlines, changes }
}

const lapsesNext = ({ lapsesOn, dueOn, overdue }: Deadline) =>
  lapsesOn !== undefined && (overdue || lapsesOn === dueOn)

function find<T extends { task: string; period: string | null }>(
  list: readonly T[],
  sought: { task: string; period: string | null },
): T | undefined {
  return list.find((each) => isSameTask(each, sought))
}

function periodsOwed({ edition }: Timekeeper, { case: { supervision }, on }: After): string[] {
  const stage = supervisionOf(edition)
  return stage && supervision ? owedPeriods(stage, supervision, on) : []
}

function taskOf({ task, period }: Duty, { revision, on }: After): OpenTask {
  return { task, period, entry: revision, on }
}

/** The days that are left on clocks that stand still after the step. */
function pausedAfter(
  keeper: Timekeeper,
  before: Standing,
  after: After,
  duties: Duty[],
): Record<string, number> {
  const why = after.event?.type
  const paused = { ...before.paused }
  for (const { task, dueOn, days, unit } of before.deadlines) {
    if (days === null || duties.some((duty) => duty.task === task && duty.clock?.kind !== 'standsStill'))
      continue
    const stage = keeper.edition.stages.find(({ id }) => id === task)
    delete paused[task]
    if (!stage || (why !== 'return' && why !== 'suspend') || startsAnew(stage, why)) continue
    paused[task] = countDays(calendarOf(keeper, stage.by), unit, after.on, dueOn)
  }
  return paused
}

type Reckoning = { before: Standing; after: After; paused: Record<string, number> }

function deadlineOf(
  keeper: Timekeeper,
  duty: Duty,
  { before, after, paused }: Reckoning,
): Deadline | undefined {
  const { clock, task, period, unit, article } = duty
  if (clock === null || clock.kind === 'standsStill') return undefined
  const kept = find(before.deadlines, duty)
  const entry = find(before.tasks, duty)?.entry ?? after.revision
  if (clock.kind === 'date') {
    if (kept && (kept.given ?? kept.dueOn) === clock.dueOn) return kept
    const dueOn = laterByHolds(clock, after.case.supervision?.holds)
    const given = dueOn !== clock.dueOn && { given: clock.dueOn }
    const date = { task, period, entry, since: after.on, days: null, unit, article, dueOn, ...given }
    return { ...date, provisional: false, overdue: dueOn < after.on, toldThrough: after.on }
  }
  if (kept && after.event?.type !== 'extendTime') return kept
  const since = kept?.since ?? after.on
  const days = kept ? (kept.days ?? 0) + ownExtensionOf(keeper, task).days : (paused[task] ?? clock.days)
  const toldThrough = kept?.toldThrough ?? after.on
  const rule = { task, period, entry, since, days, unit, article }
  return { ...rule, ...run(keeper, duty, since, days), overdue: false, toldThrough }
}

function run(keeper: Timekeeper, duty: Duty, since: string, days: number) {
  const due = runsUntil(calendarOf(keeper, duty.roles), since, { days, unit: duty.unit })
  return { ...due, ...lapseOf(keeper, duty, due.dueOn) }
}

function lapseOf(keeper: Timekeeper, { roles, lapse }: Duty, dueOn: string): Pick<Deadline, 'lapsesOn'> {
  if (!lapse) return {}
  return { lapsesOn: lapse === 'atDue' ? dueOn : addDuration(calendarOf(keeper, roles), dueOn, lapse).dueOn }
}

function ownExtensionOf({ edition }: Timekeeper, task: string): { days: number; article: string } {
  const stage = edition.stages.find(({ id }) => id === task)
  const rule = stage?.kind === 'review' ? stage.ownExtension : undefined
  return rule ?? { days: 0, article: '' }
}

type Outcome = { deadlines: Deadline[]; duties: Duty[]; paused: Record<string, number>; after: After }

function changesBetween(
  keeper: Timekeeper,
  before: Standing,
  { deadlines, duties, paused, after }: Outcome,
): DeadlineChange[] {
  const set = deadlines.flatMap((deadline) => {
    const old = find(before.deadlines, deadline)
    const duty = find(duties, deadline)
    if (!duty || old?.dueOn === deadline.dueOn) return []
    const why = old
      ? deadline.days === null
        ? 'granted'
        : 'extended'
      : deadline.task in paused
        ? 'resumed'
        : 'opened'
    const change = changeOf(keeper, duty, why, old?.dueOn ?? null, deadline.dueOn)
    return [why === 'extended' ? { ...change, article: ownExtensionOf(keeper, duty.task).article } : change]
  })
  const ended = before.deadlines
    .filter((old) => !find(deadlines, old))
    .map(({ task, period, dueOn, unit, article }): DeadlineChange => {
      const why = task in paused || find(duties, { task, period }) ? 'stopped' : 'closed'
      const ground = groundOf(keeper, task, after.event)
      return { task, period, why, from: dueOn, to: null, days: null, unit, article: ground ?? article }
    })
  return [...set, ...ended]
}

function changeOf(
  keeper: Timekeeper,
  { task, period, roles, unit, article }: Duty,
  why: DeadlineChange['why'],
  from: string | null,
  to: string,
): DeadlineChange {
  const calendar = calendarOf(keeper, roles)
  const between = (a: string, b: string) => countDays(calendar, unit, a, b)
  const days = from === null ? null : from < to ? between(from, to) : -between(to, from)
  return { task, period, why, from, to, days, unit, article }
}

/** Where it stands that such time does not count. */
function groundOf({ edition }: Timekeeper, task: string, event: CaseEvent | null): string | undefined {
  const stage = edition.stages.find(({ id }) => id === task)
  if (stage?.kind !== 'review' || event?.type !== 'suspend') return undefined
  return stage.suspension?.grounds.find(({ id }) => id === event.ground)?.article
}
