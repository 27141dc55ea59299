import type { Edition } from '../edition/edition.ts'
import { dutiesOf } from '../time/duties.ts'
import { isSameTask, type Assignment, type CaseEvent, type ProjectState, type TaskName } from './case.ts'
import { rowOf } from './events.ts'

/**
 * Who has which task in hand after an event: whoever takes it, nobody whose task it ends or gives back. Nobody keeps a task
 * that is closed, or that begins anew because another request has taken the place of the one that it was about.
 */
export function assignmentsAfter(
  edition: Pick<Edition, 'stages'>,
  before: Pick<ProjectState, 'value' | 'case'>,
  event: CaseEvent,
  after: Pick<ProjectState, 'value' | 'case'>,
): Assignment[] {
  const row = rowOf(event)
  const task = 'by' in event && row?.assignment ? taskOf(edition, before, event) : undefined
  const others = after.case.assignments.filter((each) => !task || !isSameTask(each, task))
  const taken =
    task && 'by' in event && row?.assignment === 'assigns' ? [{ ...task, user: event.by.user }] : []
  const assignments = [...others, ...taken]
  const open = dutiesOf(edition, { value: after.value, case: { ...after.case, assignments } }, [])
  return assignments.filter((each) =>
    open.some((duty) => isSameTask(duty, each) && !(row?.asks && duty.ofRequest)),
  )
}

/** The task of a state that an event of an officer is about: that of the part that it names, or the one that has no parts. */
export function taskOf(
  edition: Pick<Edition, 'stages'>,
  { value, case: kept }: Pick<ProjectState, 'value' | 'case'>,
  { part = null }: { part?: string | undefined | null },
): TaskName | undefined {
  const duties = dutiesOf(edition, { value, case: kept }, [])
  const duty = duties.find((each) => !each.waits && each.part === part)
  return duty && { task: duty.task, part: duty.part }
}
