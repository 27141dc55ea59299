import {
  findTask,
  isSameTask,
  type Deadline,
  type DeadlineChange,
  type OpenTask,
  type PausedClock,
  type ProjectState,
} from '../case/case.ts'
import { daysUntil, givenDates, lapseOf, redated, runDates } from './clock-dates.ts'
import { addDays, endOfDay } from './dates.ts'
import { changeOf, deadlineChangesBetween, endOf, ownExtensionOf } from './deadline-changes.ts'
import { dutiesOf, type Duty } from './duties.ts'
import { asksForDecision, rowOf, type CaseEvent, type TimeEvent } from '../case/events.ts'
import { kindOf, stageAt } from '../stages/index.ts'
import { calendarOf, type DeadlineContext } from './deadline-context.ts'

type Clocks = Pick<ProjectState, 'tasks' | 'deadlines' | 'paused'>
type StepOutcome = Pick<ProjectState, 'value' | 'case' | 'revision'> & {
  on: string
  event: CaseEvent | null
  /** The clock of the stage that is left goes on later, as the edition says of the route that is taken. */
  keepsClock: boolean
}

/**
 * The open tasks and their due dates after a step, with every change explained. A clock stands still while a case that
 * was returned is elsewhere or a review is suspended, and then goes on or starts anew, as the edition says.
 */
export function deadlinesAfter(
  context: DeadlineContext,
  before: Clocks,
  after: StepOutcome,
): Clocks & { changes: DeadlineChange[] } {
  const duties = dutiesOf(context.edition, after, periodsOwed(context, after))
  const { kept, ended } = withoutReplaced(before, after, duties)
  const paused = pausedAfter(context, kept, after, duties)
  const tasks = duties.map((duty) => findTask(kept.tasks, duty) ?? taskOf(duty, after))
  const deadlines = duties.flatMap((duty) => deadlineOf(context, duty, { before: kept, after, paused }) ?? [])
  const changes = [
    ...ended,
    ...deadlineChangesBetween(context, kept, { deadlines, duties, paused, event: after.event }),
  ]
  const still = paused.filter((each) => !findTask(deadlines, each))
  return { tasks, deadlines, paused: still, changes }
}

/** What stays of the tasks before a step: a request that takes the place of another ends the task that was about that one. */
function withoutReplaced(before: Clocks, { event }: StepOutcome, duties: Duty[]) {
  const isRequest = event !== null && asksForDecision(event)
  const stays = (each: { task: string; part: string | null }) =>
    !isRequest || !findTask(duties, each)?.ofRequest
  const tasks = before.tasks.filter(stays)
  const deadlines = before.deadlines.filter(stays)
  const ended = before.deadlines.filter((each) => !stays(each)).map((each) => endOf(each, 'closed'))
  return { kept: { ...before, tasks, deadlines }, ended }
}

/** The duty behind a deadline. */
export function dutyBehind(
  { edition }: Pick<DeadlineContext, 'edition'>,
  state: Pick<ProjectState, 'value' | 'case'>,
  deadline: Pick<Deadline, 'task' | 'part'>,
): Duty | undefined {
  return findTask(dutiesOf(edition, state, deadline.part === null ? [] : [deadline.part]), deadline)
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
  const { task, part } = due
  return { event: { type: lapsesNext(due) ? 'lapse' : 'overdue', task, part }, atMs: timeEventAt(due) }
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
  context: DeadlineContext,
  state: Pick<ProjectState, 'value' | 'case' | 'deadlines'>,
  on: string,
): { deadlines: Deadline[]; changes: DeadlineChange[] } {
  const changes: DeadlineChange[] = []
  const deadlines = state.deadlines.map((deadline) => {
    const duty = dutyBehind(context, state, deadline)
    if (!duty) return deadline
    if (deadline.overdue) return { ...deadline, ...lapseOf(context, duty, deadline.dueOn) }
    const next = redated(context, duty, deadline, state.case)
    if (next.dueOn !== deadline.dueOn)
      changes.push(changeOf(context, duty, { why: 'calendar', from: deadline.dueOn, deadline: next }))
    return { ...next, overdue: next.dueOn < on }
  })
  return { deadlines, changes }
}

const lapsesNext = ({ lapsesOn, dueOn, overdue }: Deadline) =>
  lapsesOn !== undefined && (overdue || lapsesOn === dueOn)

function periodsOwed({ edition }: DeadlineContext, { value, case: kept, on }: StepOutcome): string[] {
  const stage = stageAt(edition, value)
  return (stage && kindOf(stage).periods?.(stage, kept, on)) ?? []
}

function taskOf({ task, part }: Duty, { revision, on }: StepOutcome): OpenTask {
  return { task, part, entry: revision, on }
}

/** The days that are left on clocks that stand still after the step. */
function pausedAfter(
  context: DeadlineContext,
  before: Clocks,
  { keepsClock, on }: StepOutcome,
  duties: Duty[],
): PausedClock[] {
  const stopped = before.deadlines.filter((deadline) => {
    const duty = findTask(duties, deadline)
    return deadline.days !== null && (!duty || duty.clock?.kind === 'standsStill')
  })
  const others = before.paused.filter((each) => !findTask(stopped, each))
  if (!keepsClock) return others
  const paused = stopped.flatMap((deadline): PausedClock[] => {
    const stage = context.edition.stages.find(({ id }) => id === deadline.task)
    const { task, part } = deadline
    return stage ? [{ task, part, left: daysUntil(calendarOf(context, stage.by), deadline, on) }] : []
  })
  return [...others, ...paused]
}

type ClockStep = { before: Clocks; after: StepOutcome; paused: PausedClock[] }

function deadlineOf(
  context: DeadlineContext,
  duty: Duty,
  { before, after, paused }: ClockStep,
): Deadline | undefined {
  const { clock, task, part, unit, article } = duty
  if (clock === null || clock.kind === 'standsStill') return undefined
  const kept = findTask(before.deadlines, duty)
  const entry = findTask(before.tasks, duty)?.entry ?? after.revision
  if (clock.kind === 'date') {
    if (kept && (kept.given ?? kept.dueOn) === clock.dueOn) return kept
    const rule = { task, part, entry, since: after.on, days: null, unit, article }
    const date = givenDates(context, duty, clock, after.case)
    return { ...rule, ...date, overdue: date.dueOn < after.on, remindedThrough: after.on }
  }
  if (kept && !(after.event && rowOf(after.event)?.moreTime)) return kept
  const left = findTask(paused, duty)?.left
  const isBegun = kept !== undefined || left !== undefined
  const since = kept?.since ?? (!isBegun && clock.firstDay === 'counts' ? addDays(after.on, -1) : after.on)
  const days = kept ? (kept.days ?? 0) + ownExtensionOf(context, task).days : (left ?? clock.days)
  const remindedThrough = kept?.remindedThrough ?? after.on
  const rule = { task, part, entry, since, days, unit, article }
  return { ...rule, ...runDates(context, duty, since, days), overdue: false, remindedThrough }
}
