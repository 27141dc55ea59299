import type { ProjectState } from '../case/case.ts'
import type { Edition } from '../edition/edition.ts'
import { rankOf } from '../edition/ranks.ts'
import { dutiesOf, type Duty } from '../time/duties.ts'

/**
 * What an officer of a role may urge: the tasks that wait for somebody whose view is narrower than theirs, so that a
 * district urges its enterprises and the authority urges both (三（四）).
 */
export function urgeable(edition: Edition, state: ProjectState, role: string): Duty[] {
  const periods = state.deadlines.flatMap(({ part }) => part ?? [])
  return dutiesOf(edition, state, periods).filter(
    ({ clock, waits, roles }) =>
      clock !== null && !waits && roles.every((holder) => rankOf(edition, holder) < rankOf(edition, role)),
  )
}

/** The roles that may urge somebody in a state. */
export function urgersIn(edition: Edition, state: ProjectState): string[] {
  return edition.roles.map(({ id }) => id).filter((role) => urgeable(edition, state, role).length > 0)
}
