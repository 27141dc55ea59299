import { phaseOf, type ProjectState } from './case.ts'
import type { Edition, End } from './edition.ts'

/** The open task of a project: whose turn it is, until when, and who has it in hand. */
export type Task = { stage: string; roles: string[]; dueOn: string | null; claimedBy: string | null }

/** What lists and look-ups ask of a project's state. */
export type Projection = { phase: string; outcome: End['outcome'] | null; task: Task | null }

/** Reads off a state what lists and look-ups ask for. */
export function project(
  { stages, ends }: Edition,
  { value, deadlines, case: kept }: ProjectState,
): Projection {
  const phase = phaseOf(value)
  const stage = stages.find(({ id }) => id === phase)
  const dueOn = deadlines.find(({ task }) => task === phase)?.dueOn ?? null
  return {
    phase,
    outcome: ends.find(({ id }) => id === phase)?.outcome ?? null,
    task: stage ? { stage: phase, roles: stage.by, dueOn, claimedBy: kept.claimedBy } : null,
  }
}
