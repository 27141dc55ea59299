import { countDays } from './calendar.ts'
import {
  findTask,
  type Deadline,
  type DeadlineChange,
  type OpenTask,
  type PausedClock,
} from '../case/case.ts'
import type { Duty } from './duties.ts'
import type { Edition } from '../edition/edition.ts'
import { taskMovedBy, type CaseEvent } from '../case/events.ts'
import { kindOf } from '../stages/index.ts'
import { calendarOf, type DeadlineContext } from './deadline-context.ts'

/** Where it stands that a period does not end on a day off. */
const ruleOfDaysOff = '民法典 第二百零三条'

type DatesBefore = { tasks: OpenTask[]; deadlines: Deadline[] }
type DatesAfter = {
  deadlines: Deadline[]
  duties: Duty[]
  paused: PausedClock[]
  event: CaseEvent | null
}

/** Every due date that a step set, moved or ended, and why. */
export function deadlineChangesBetween(
  context: DeadlineContext,
  before: DatesBefore,
  outcome: DatesAfter,
): DeadlineChange[] {
  const { deadlines, duties, paused, event } = outcome
  const set = deadlines.flatMap((deadline) => {
    const old = findTask(before.deadlines, deadline)
    const duty = findTask(duties, deadline)
    if (!duty || old?.dueOn === deadline.dueOn) return []
    const why = whyMoved(before, outcome, deadline)
    const from = old?.dueOn ?? (why === 'granted' ? (duty.movedFrom ?? null) : null)
    const change = changeOf(context, duty, { why, from, deadline })
    return [why === 'extended' ? { ...change, article: ownExtensionOf(context, duty.task).article } : change]
  })
  const ended = before.deadlines
    .filter((old) => !findTask(deadlines, old))
    .map((old) => {
      const why = findTask(paused, old) || findTask(duties, old) ? 'stopped' : 'closed'
      return { ...endOf(old, why), article: groundOf(context, old.task, event) ?? old.article }
    })
  return [...set, ...ended]
}

/** That a clock has ended or stands still. */
export function endOf(
  { task, part, dueOn, unit, article }: Deadline,
  why: 'stopped' | 'closed',
): DeadlineChange {
  return { task, part, why, from: dueOn, to: null, days: null, unit, article }
}

/** That a due date is another one now, by which rule; also by the one about days off, where it is that. */
export function changeOf(
  context: DeadlineContext,
  { task, part, roles, unit, article }: Duty,
  {
    why,
    from,
    deadline: { dueOn: to, dayOff },
  }: { why: DeadlineChange['why']; from: string | null; deadline: Pick<Deadline, 'dueOn' | 'dayOff'> },
): DeadlineChange {
  const calendar = calendarOf(context, roles)
  const between = (a: string, b: string) => countDays(calendar, unit, a, b)
  const days = from === null ? null : from < to ? between(from, to) : -between(to, from)
  return { task, part, why, from, to, days, unit, article: withRuleOfDaysOff(article, dayOff) }
}

/** An article with the one about days off, where a period would have ended on one. */
export function withRuleOfDaysOff(article: string, dayOff: string | undefined): string {
  return dayOff === undefined ? article : `${article}；${ruleOfDaysOff}`
}

/** How much longer the officer of a task may take, and where that stands. */
export function ownExtensionOf(
  { edition }: Pick<DeadlineContext, 'edition'>,
  task: string,
): { days: number; article: string } {
  const stage = edition.stages.find(({ id }) => id === task)
  return (stage && kindOf(stage).ownExtension?.(stage)) ?? { days: 0, article: '' }
}

function whyMoved(
  before: DatesBefore,
  { paused, event }: DatesAfter,
  deadline: Deadline,
): Extract<DeadlineChange['why'], 'granted' | 'extended' | 'resumed' | 'opened'> {
  if (event && deadline.task === taskMovedBy(event)) return 'granted'
  if (findTask(before.deadlines, deadline)) return 'extended'
  // The clock of a task that was open already stood still.
  return findTask(paused, deadline) || findTask(before.tasks, deadline) ? 'resumed' : 'opened'
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
