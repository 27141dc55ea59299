/** The name under which a duty is started. */
export const upkeepType = 'upkeep'

/** What is done by the clock, whoever works meanwhile: a new one needs its hours here and its work in `activities/upkeep.ts`. */
export type Duty = 'archive' | 'anchor' | 'reconcile' | 'verify'

/** The workflow that does a duty; the schedule adds the instant. */
export function upkeepWorkflowId(duty: Duty): string {
  return `upkeep/${duty}`
}

const minute = 60_000

/** When a duty is due: so many milliseconds after the last time, or at that time of day in Shanghai. */
type Hours = { every: number } | { hour: number; minute: number }

/** The hours of each duty, and how late (milliseconds) it is still done after an outage. */
export const dutyHours: Record<Duty, { at: Hours; catchUp: number }> = {
  archive: { at: { every: 15 * minute }, catchUp: 15 * minute },
  // The anchor of a day is signed when the day is over.
  anchor: { at: { hour: 0, minute: 20 }, catchUp: 24 * 60 * minute },
  reconcile: { at: { hour: 2, minute: 30 }, catchUp: 6 * 60 * minute },
  verify: { at: { hour: 4, minute: 30 }, catchUp: 6 * 60 * minute },
}
