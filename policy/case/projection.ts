import { isSameTask, phaseOf, type Deadline, type ProjectState } from './case.ts'
import { dutiesOf } from '../time/duties.ts'
import type { Edition, End } from '../edition/edition.ts'
import { isCertifiedAt } from '../stages/index.ts'
import { takeoversOf } from '../access/takeover.ts'

/** A task that is open: whose turn it is, those who may take it over among them, until when, and who has it in hand. */
export type Task = {
  task: string
  part: string | null
  entry: number
  roles: string[]
  openedOn: string
  dueOn: string | null
  overdue: boolean
  claimedBy: string | null
}

/** What lists and look-ups ask of a project's state. */
export type Projection = { phase: string; outcome: End['outcome'] | null; tasks: Task[] }

/** Reads off a state what lists and look-ups ask for. */
export function project(edition: Edition, state: ProjectState): Projection {
  const phase = phaseOf(state.value)
  return { phase, outcome: outcomeOf(edition, phase), tasks: tasksOf(edition, state) }
}

/** What has become of a case in a phase; null while that is open. */
export function outcomeOf(edition: Edition, phase: string): Projection['outcome'] {
  const end = edition.ends.find(({ id }) => id === phase)
  return end?.outcome ?? (isCertifiedAt(edition, { id: phase }) ? 'certified' : null)
}

/** The tasks of a state that a later one has no more. */
export function closedTasks(edition: Edition, before: ProjectState | null, after: ProjectState): Task[] {
  const isOpen = (task: Task) =>
    after.tasks.some((open) => isSameTask(open, task) && open.entry === task.entry)
  return before ? tasksOf(edition, before).filter((each) => !isOpen(each)) : []
}

function tasksOf(edition: Edition, state: ProjectState): Task[] {
  const duties = dutiesOf(
    edition,
    state,
    state.tasks.flatMap(({ part }) => part ?? []),
  )
  const takeovers = takeoversOf(edition, state)
  return state.tasks.flatMap((open) => {
    const { task, part, entry, on } = open
    const isThis = (each: { task: string; part: string | null }) => isSameTask(each, open)
    const duty = duties.find(isThis)
    const due: Deadline | undefined = state.deadlines.find(isThis)
    if (!duty) return []
    const { claimedBy } = duty
    const substitutes = takeovers.find((each) => isThis(each.duty))?.by ?? []
    const roles = [...duty.roles, ...substitutes]
    return [
      {
        task,
        part,
        entry,
        roles,
        openedOn: on,
        dueOn: due?.dueOn ?? null,
        overdue: due?.overdue ?? false,
        claimedBy,
      },
    ]
  })
}
