import { countDays } from './calendar.ts'
import { isSameTask, type Deadline, type DeadlineChange, type OpenTask } from '../case/case.ts'
import type { Duty } from './duties.ts'
import type { Edition } from '../edition/edition.ts'
import { taskMovedBy, type CaseEvent } from '../case/events.ts'
import { kindOf } from '../stages/index.ts'
import { calendarOf, type Timekeeper } from './timekeeper.ts'

/** Where it stands that a period does not end on a day off. */
const ruleOfDaysOff = '民法典 第二百零三条'

type Before = { tasks: OpenTask[]; deadlines: Deadline[] }
type Outcome = {
  deadlines: Deadline[]
  duties: Duty[]
  paused: Record<string, number>
  event: CaseEvent | null
}

/** Every due date that a step set, moved or ended, and why. */
export function changesBetween(keeper: Timekeeper, before: Before, outcome: Outcome): DeadlineChange[] {
  const { deadlines, duties, paused, event } = outcome
  const set = deadlines.flatMap((deadline) => {
    const old = find(before.deadlines, deadline)
    const duty = find(duties, deadline)
    if (!duty || old?.dueOn === deadline.dueOn) return []
    const why = whyMoved(before, outcome, deadline)
    const from = old?.dueOn ?? (why === 'granted' ? (duty.movedFrom ?? null) : null)
    const change = changeOf(keeper, duty, { why, from, deadline })
    return [why === 'extended' ? { ...change, article: ownExtensionOf(keeper, duty.task).article } : change]
  })
  const ended = before.deadlines
    .filter((old) => !find(deadlines, old))
    .map((old) => {
      const why = old.task in paused || find(duties, old) ? 'stopped' : 'closed'
      return { ...endOf(old, why), article: groundOf(keeper, old.task, event) ?? old.article }
    })
  return [...set, ...ended]
}

/** That a clock has ended or stands still. */
export function endOf(
  { task, period, dueOn, unit, article }: Deadline,
  why: 'stopped' | 'closed',
): DeadlineChange {
  return { task, period, why, from: dueOn, to: null, days: null, unit, article }
}

/** That a due date is another one now, by which rule; also by the one about days off, where it is that. */
export function changeOf(
  keeper: Timekeeper,
  { task, period, roles, unit, article }: Duty,
  {
    why,
    from,
    deadline: { dueOn: to, dayOff },
  }: { why: DeadlineChange['why']; from: string | null; deadline: Pick<Deadline, 'dueOn' | 'dayOff'> },
): DeadlineChange {
  const calendar = calendarOf(keeper, roles)
  const between = (a: string, b: string) => countDays(calendar, unit, a, b)
  const days = from === null ? null : from < to ? between(from, to) : -between(to, from)
  return { task, period, why, from, to, days, unit, article: withRuleOfDaysOff(article, dayOff) }
}

/** An article with the one about days off, where a period would have ended on one. */
export function withRuleOfDaysOff(article: string, dayOff: string | undefined): string {
  return dayOff === undefined ? article : `${article}；${ruleOfDaysOff}`
}

/** How much longer the officer of a task may take, and where that stands. */
export function ownExtensionOf(
  { edition }: Pick<Timekeeper, 'edition'>,
  task: string,
): { days: number; article: string } {
  const stage = edition.stages.find(({ id }) => id === task)
  return (stage && kindOf(stage).ownExtension?.(stage)) ?? { days: 0, article: '' }
}

function whyMoved(
  before: Before,
  { paused, event }: Outcome,
  deadline: Deadline,
): Extract<DeadlineChange['why'], 'granted' | 'extended' | 'resumed' | 'opened'> {
  if (event && deadline.task === taskMovedBy(event)) return 'granted'
  if (find(before.deadlines, deadline)) return 'extended'
  // The clock of a task that was open already stood still.
  return deadline.task in paused || find(before.tasks, deadline) ? 'resumed' : 'opened'
}

/** Where it stands that such time does not count. */
function groundOf(
  { edition }: { edition: Edition },
  task: string,
  event: CaseEvent | null,
): string | undefined {
  const stage = edition.stages.find(({ id }) => id === task)
  if (!stage || !event || !('ground' in event)) return undefined
  return kindOf(stage)
    .grounds?.(stage)
    .find(({ id }) => id === event.ground)?.article
}

function find<T extends { task: string; period: string | null }>(
  list: readonly T[],
  sought: { task: string; period: string | null },
): T | undefined {
  return list.find((each) => isSameTask(each, sought))
}
