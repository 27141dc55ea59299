import type { Actor, ProjectState } from '../case/case.ts'
import type { Edition } from '../edition/edition.ts'
import { nameOfTask } from '../case/labels.ts'
import type { Detail } from './visibility.ts'
import { scopeOf } from './scope.ts'
import { shownSupervision } from '../stages/supervision/shown.ts'

/** What of a state a person is shown; an enterprise is not told which officer has its case in hand. */
export function shownCase(edition: Edition, state: ProjectState, viewer: Pick<Actor, 'role'>) {
  const { application, enterprise, assessment, judgements, assignments } = state.case
  return {
    state: state.value,
    deadlines: state.deadlines.map(({ task, part, dueOn, provisional, overdue, lapsesOn }) => ({
      task,
      name: nameOfTask(edition, task),
      ...(part !== null && { part }),
      dueOn,
      provisional,
      overdue,
      ...(lapsesOn !== undefined && { lapsesOn }),
    })),
    supervision: shownSupervision(state),
    application,
    enterprise,
    assessment,
    judgements,
    assignments: scopeOf(edition, viewer) === 'own' ? [] : assignments,
    heldSince: state.held?.on ?? null,
  }
}

/** A person of the history at a level of detail: an enterprise learns the role of an officer, not the name. */
export function shownPerson(edition: Edition, by: Actor | null, detail: Detail) {
  if (!by) return null
  const isHidden = detail === 'own' && scopeOf(edition, by) !== 'own'
  return { role: by.role, user: isHidden ? null : by.user, district: by.district ?? null }
}
