import type { ProjectState } from '../policy/case.ts'

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

/** A state as this version keeps it, also where a version handed it over that knew neither tasks nor reminders. */
export function fromEarlierVersion(state: ProjectState): ProjectState {
  const { revision, tasks = [], deadlines } = state as Partial<ProjectState> & ProjectState
  return {
    ...state,
    tasks,
    deadlines: deadlines.map((deadline) => ({
      ...{ period: null, entry: revision, since: deadline.dueOn, days: null, toldThrough: deadline.dueOn },
      ...{ unit: 'workingDays', article: '' },
      ...deadline,
    })),
  }
}
