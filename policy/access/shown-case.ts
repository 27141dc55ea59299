import type { Actor, ProjectState } from '../case/case.ts'
import type { Edition } from '../edition/edition.ts'
import { nameOfTask } from '../case/labels.ts'
import type { Detail } from './levels.ts'
import { scopeOf } from './permissions.ts'
import type { Supervision } from '../stages/supervision/kept.ts'

/** What of a state a person is shown; an enterprise is not told which officer has its case in hand. */
export function shownCase(edition: Edition, state: ProjectState, viewer: Pick<Actor, 'role'>) {
  const { supervision, application, enterprise, assessment, judgements, claimedBy } = state.case
  return {
    state: state.value,
    deadlines: state.deadlines.map(({ task, period, dueOn, provisional, overdue, lapsesOn }) => ({
      task,
      name: nameOfTask(edition, task),
      ...(period !== null && { period }),
      dueOn,
      provisional,
      overdue,
      ...(lapsesOn !== undefined && { lapsesOn }),
    })),
    supervision: supervision ? shownSupervision(supervision) : null,
    application,
    enterprise,
    assessment,
    judgements,
    claimedBy: scopeOf(edition, viewer) === 'own' ? null : claimedBy,
    heldSince: state.held?.on ?? null,
  }
}

/** A person of the history at a level of detail: an enterprise learns the role of an officer, not the name. */
export function shownPerson(edition: Edition, by: Actor | null, detail: Detail) {
  if (!by) return null
  const isHidden = detail === 'own' && scopeOf(edition, by) !== 'own'
  return { role: by.role, user: isHidden ? null : by.user, district: by.district ?? null }
}

/** Who asked for something stands in the history, for those who may know; when it was held or decided, too. */
function shownSupervision(kept: Supervision) {
  const { completeOn, overdue, explained, extensions, request, reports, completed } = kept
  const shown = request && {
    kind: request.kind,
    on: request.on,
    ...(request.kind === 'extension' && { completeOn: request.completeOn }),
    late: request.late,
  }
  return { completeOn, overdue, explained, extensions, request: shown, reports, completed }
}
