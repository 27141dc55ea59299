import {
  isSameTask,
  type Deadline,
  type DeadlineChange,
  type OpenTask,
  type ProjectState,
} from '../case/case.ts'
import { daysUntil, givenDates, lapseOf, redated, runDates } from './clock-dates.ts'
import { addDays, endOfDay } from './dates.ts'
import { changeOf, changesBetween, endOf, ownExtensionOf } from './deadline-changes.ts'
import { dutiesOf, type Duty } from './duties.ts'
import { asksForDecision, rowOf, type CaseEvent, type TimeEvent } from '../case/events.ts'
import { phaseOf } from '../case/phase.ts'
import { kindOf } from '../stages/index.ts'
import { calendarOf, type Timekeeper } from './timekeeper.ts'

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
  const { kept, ended } = withoutReplaced(before, after, duties)
  const paused = pausedAfter(keeper, kept, after, duties)
  const tasks = duties.map((duty) => find(kept.tasks, duty) ?? taskOf(duty, after))
  const deadlines = duties.flatMap((duty) => deadlineOf(keeper, duty, { before: kept, after, paused }) ?? [])
  const changes = [
    ...ended,
    ...changesBetween(keeper, kept, { deadlines, duties, paused, event: after.event }),
  ]
  const running = new Set(deadlines.map(({ task }) => task))
  const still = Object.entries(paused).filter(([task]) => !running.has(task))
  return { tasks, deadlines, paused: Object.fromEntries(still), changes }
}

/** What stays of the tasks before a step: a request that takes the place of another ends the task that was about that one. */
function withoutReplaced(before: Standing, { event }: After, duties: Duty[]) {
  const isRequest = event !== null && asksForDecision(event)
  const stays = (each: { task: string; period: string | null }) =>
    !isRequest || !find(duties, each)?.ofRequest
  const tasks = before.tasks.filter(stays)
  const deadlines = before.deadlines.filter(stays)
  const ended = before.deadlines.filter((each) => !stays(each)).map((each) => endOf(each, 'closed'))
  return { kept: { ...before, tasks, deadlines }, ended }
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
    if (!duty) return deadline
    if (deadline.overdue) return { ...deadline, ...lapseOf(keeper, duty, deadline.dueOn) }
    const next = redated(keeper, duty, deadline, state.case)
    if (next.dueOn !== deadline.dueOn)
      changes.push(changeOf(keeper, duty, { why: 'calendar', from: deadline.dueOn, deadline: next }))
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

function periodsOwed({ edition }: Timekeeper, { value, case: kept, on }: After): string[] {
  const stage = edition.stages.find(({ id }) => id === phaseOf(value))
  return (stage && kindOf(stage).periods?.(stage, kept, on)) ?? []
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
  const why = after.event && rowOf(after.event)?.stops
  const paused = { ...before.paused }
  for (const deadline of before.deadlines) {
    const { task, days } = deadline
    if (days === null || duties.some((duty) => duty.task === task && duty.clock?.kind !== 'standsStill'))
      continue
    const stage = keeper.edition.stages.find(({ id }) => id === task)
    delete paused[task]
    if (!stage || !why || kindOf(stage).startsAnew?.(stage, why) !== false) continue
    paused[task] = daysUntil(calendarOf(keeper, stage.by), deadline, after.on)
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
    const rule = { task, period, entry, since: after.on, days: null, unit, article }
    const date = givenDates(keeper, duty, clock, after.case)
    return { ...rule, ...date, overdue: date.dueOn < after.on, toldThrough: after.on }
  }
  if (kept && !(after.event && rowOf(after.event)?.moreTime)) return kept
  const isBegun = kept !== undefined || task in paused
  const since = kept?.since ?? (!isBegun && clock.firstDay === 'counts' ? addDays(after.on, -1) : after.on)
  const days = kept ? (kept.days ?? 0) + ownExtensionOf(keeper, task).days : (paused[task] ?? clock.days)
  const toldThrough = kept?.toldThrough ?? after.on
  const rule = { task, period, entry, since, days, unit, article }
  return { ...rule, ...runDates(keeper, duty, since, days), overdue: false, toldThrough }
}
