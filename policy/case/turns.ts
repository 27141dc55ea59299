import { actionsFor } from './actions.ts'
import type { Actor, ProjectState } from './case.ts'
import type { EventType } from './events.ts'
import type { Process } from './lifecycle.ts'

/** What somebody could do to a case; `user` is null for anybody of the role who has had no part in it. */
export type Turn = Omit<Actor, 'user'> & { user: string | null; actions: EventType[] }

/**
 * Whose turn it is in a state at an instant: a line for each role of the edition, of the case's own district or enterprise, and
 * one for each of those who have had a part in it, so that two pairs of eyes show.
 */
export function turnsOf(
  process: Process,
  state: ProjectState,
  people: readonly Actor[],
  nowMs: number,
): Turn[] {
  const { district, uscc } = state.case.application
  const newcomers = process.edition.roles.map(({ id, scope }) => ({
    user: '',
    role: id,
    ...(scope === 'district' && { district }),
    ...(scope === 'own' && { uscc }),
  }))
  return [...newcomers, ...people].map((actor) => ({
    ...actor,
    user: actor.user || null,
    actions: actionsFor(process, state, actor, nowMs),
  }))
}
