/** The name under which a duty is started. */
export const upkeepType = 'upkeep'

/** What is done by the clock, whoever works meanwhile: a new one needs its hours here and its work in `activities/upkeep.ts`. */
export type Duty = 'archive' | 'reconcile'

/** The workflow that does a duty; the schedule adds the instant. */
export function upkeepWorkflowId(duty: Duty): string {
  return `upkeep/${duty}`
}

/** When a duty is due, by the clock of Shanghai, and how late it may still be done after an outage. */
export type Hours = { every: string } | { hour: number; minute: number }

/** The hours of each duty. What is still under way when it is due again is left to end. */
export const dutyHours: Record<Duty, { at: Hours; catchUp: string }> = {
  archive: { at: { every: '15 minutes' }, catchUp: '15 minutes' },
  reconcile: { at: { hour: 2, minute: 30 }, catchUp: '6 hours' },
}
