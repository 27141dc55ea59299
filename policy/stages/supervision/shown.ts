import type { ProjectState } from '../../case/case.ts'
import { isExplained } from './overrun.ts'

/**
 * What a person is shown of a certified project; nothing, before it is one. Who asked for something stands in the history, for
 * those who may know; when it was held or decided, too.
 */
export function shownSupervision(state: Pick<ProjectState, 'case' | 'deadlines' | 'held'>) {
  const { supervision: kept } = state.case
  if (!kept) return null
  const { completeOn, extensions, request, reports, completed } = kept
  const overdue = isShownOverdue(state)
  const shown = request && {
    kind: request.kind,
    on: request.on,
    ...(request.kind === 'extension' && { completeOn: request.completeOn }),
    late: request.late,
  }
  const explained = overdue && isExplained(state.case)
  return { completeOn, overdue, explained, extensions, request: shown, reports, completed }
}

/** As its deadline says, which may stand still; or as it was when it ended. */
function isShownOverdue({
  case: { supervision },
  deadlines,
  held,
}: Pick<ProjectState, 'case' | 'deadlines' | 'held'>): boolean {
  const stopped = held?.clocks.map(({ deadline }) => deadline) ?? []
  const completion = [...deadlines, ...stopped].find(({ task }) => task === 'completion')
  return completion?.overdue ?? supervision?.endedLate === true
}
