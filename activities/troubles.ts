import type { Context } from '@temporalio/activity'
import type { Models } from '../models/index.ts'

type Next<I> = (input: I) => Promise<unknown>

/** From which attempt on, or after how long, an activity that fails is noted. */
const noted = { attempt: 5, afterMs: 60_000 }

/** The longest that writing a note may hold up a retry. */
const patienceMs = 1_000

/**
 * Interceptors of a worker's activities: one that fails again and again is noted among the troubles, and the note taken
 * away when it succeeds. A note that cannot be written, because the record itself is down, is not missed: `/readyz` says so.
 */
export function createTroubleWatch(models: Models) {
  return ({ info }: Context) => ({
    inbound: {
      async execute<I>(input: I, next: Next<I>): Promise<unknown> {
        try {
          const result = await next(input)
          if (info.attempt > 1) await shortly(models.troubles.deleteOne({ _id: idOf(info) }).exec())
          return result
        } catch (error) {
          if (isLong(info)) await shortly(note(models, info, error))
          throw error
        }
      },
    },
  })
}

type Info = Context['info']

function isLong({ attempt, scheduledTimestampMs }: Info): boolean {
  return attempt >= noted.attempt || Date.now() - scheduledTimestampMs >= noted.afterMs
}

function idOf({ workflowExecution, activityId }: Info): string {
  return `${workflowExecution?.runId ?? ''}/${activityId}`
}

async function note({ troubles }: Models, info: Info, error: unknown): Promise<void> {
  const { workflowExecution, activityId, activityType, attempt, scheduledTimestampMs } = info
  const trouble = {
    workflow: workflowExecution?.workflowId ?? '',
    run: workflowExecution?.runId ?? '',
    activityId,
    activity: activityType,
    attempt,
    error: String(error instanceof Error ? error.message : error).slice(0, 300),
    since: new Date(scheduledTimestampMs),
    at: new Date(),
  }
  await troubles.updateOne({ _id: idOf(info) }, { $set: trouble }, { upsert: true })
}

/** Waits for a write, not long; a note is not worth a failure. */
async function shortly(write: Promise<unknown>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref())
  await Promise.race([write.then(() => undefined).catch(() => undefined), late])
}
