import type { Deadline, ProjectState } from '../policy/case/case.ts'

/** Deadlines that fall on the same instant are attended to within this time, so that a quarter's end is no stampede. */
const quarterOfAnHour = 15 * 60_000

/**
 * How long after a due instant a project wakes (milliseconds): its own moment within a spread, which is a quarter of an hour
 * if nothing else is asked for. Nothing is late because of it: time passes first whenever an event comes.
 */
export function spreadOf(project: string, spreadMs = quarterOfAnHour): number {
  let hash = 2_166_136_261
  for (const character of project) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
  return (hash >>> 0) % Math.max(spreadMs, 1)
}

type Known = 'task' | 'dueOn' | 'provisional' | 'overdue'

/** A state as an earlier version handed it over, which knew neither tasks nor reminders. */
type Earlier = Omit<ProjectState, 'tasks' | 'deadlines'> & {
  tasks?: ProjectState['tasks']
  deadlines: (Pick<Deadline, Known> & Partial<Deadline>)[]
}

/** A state as this version keeps it. */
export function fromEarlierVersion({ tasks = [], deadlines, ...state }: Earlier): ProjectState {
  const unknown = {
    period: null,
    entry: state.revision,
    days: null,
    unit: 'workingDays',
    article: '',
  } as const
  const complete = (deadline: Earlier['deadlines'][number]): Deadline => {
    const { dueOn } = deadline
    return { ...unknown, since: dueOn, toldThrough: dueOn, ...deadline }
  }
  return { ...state, tasks, deadlines: deadlines.map(complete) }
}
