/** The name under which a scheduled job is started. */
export const scheduledJobWorkflowType = 'scheduledJob'

/** What is done by the clock, whoever works meanwhile: a new one needs its time here and its work in `activities/scheduled-jobs.ts`. */
export type ScheduledJob = 'archive' | 'anchor' | 'reconcile' | 'verify'

/** The workflow that runs a scheduled job; the schedule adds the instant. */
export function scheduledJobWorkflowId(job: ScheduledJob): string {
  return `scheduled-job/${job}`
}

const minute = 60_000

/** When a job is due: so many milliseconds after the last time, or at that time of day in Shanghai. */
type JobTime = { every: number } | { hour: number; minute: number }

/** The time of each job, and how late (milliseconds) it is still done after an outage. */
export const jobTimes: Record<ScheduledJob, { at: JobTime; catchUp: number }> = {
  archive: { at: { every: 15 * minute }, catchUp: 15 * minute },
  // The anchor of a day is signed when the day is over.
  anchor: { at: { hour: 0, minute: 20 }, catchUp: 24 * 60 * minute },
  reconcile: { at: { hour: 2, minute: 30 }, catchUp: 6 * 60 * minute },
  verify: { at: { hour: 4, minute: 30 }, catchUp: 6 * 60 * minute },
}
