import type { Context } from '@temporalio/activity'
import { errorText } from '../models/error-text.ts'
import type { Models } from '../models/index.ts'

type Next<I> = (input: I) => Promise<unknown>

/** From which attempt on, or after how long, an activity that fails is noted. */
const noted = { attempt: 5, afterMs: 60_000 }

/** The longest that writing a note may hold up a retry. */
const patienceMs = 1_000

/** Nothing is noted of an activity that is younger (milliseconds): before its fifth attempt it waits longer than that. */
const unnotedMs = 1_000

/**
 * Interceptors of a worker's activities: one that fails again and again is noted among the failures of activities, and the note taken
 * away when it succeeds. One that is tried again for long is noted before it is tried: it may hang, or end its worker. A note that cannot be written, because the record itself is down, is not missed: `/readyz` says so.
 */
export function createFailureWatch(models: Models) {
  return ({ info }: Context) => ({
    inbound: {
      async execute<I>(input: I, next: Next<I>): Promise<unknown> {
        if (info.attempt > 1 && isLong(info)) await shortly(note(models, info))
        try {
          const result = await next(input)
          if (mayBeNoted(info)) await shortly(models.activityFailures.deleteOne({ _id: idOf(info) }).exec())
          return result
        } catch (error) {
          if (isLong(info)) await shortly(note(models, info, errorText(error)))
          throw error
        }
      },
    },
  })
}

type Info = Context['info']

const ageOf = ({ scheduledTimestampMs }: Info) => Date.now() - scheduledTimestampMs

function isLong(info: Info): boolean {
  return info.attempt >= noted.attempt || ageOf(info) >= noted.afterMs
}

/** Whoever has an activity tried at once sets its attempts back to the first. */
function mayBeNoted(info: Info): boolean {
  return info.attempt > 1 || ageOf(info) >= unnotedMs
}

function idOf({ workflowExecution, activityId }: Info): string {
  return `${workflowExecution?.runId ?? ''}/${activityId}`
}

/** Notes an attempt; one that has only begun leaves the error of the one before as it is. */
async function note({ activityFailures }: Models, info: Info, error?: string): Promise<void> {
  const { workflowExecution, activityId, activityType, attempt, scheduledTimestampMs } = info
  const failure = {
    workflow: workflowExecution?.workflowId ?? '',
    run: workflowExecution?.runId ?? '',
    activityId,
    activity: activityType,
    attempt,
    since: new Date(scheduledTimestampMs),
    at: new Date(),
    ...(error !== undefined && { error }),
  }
  await activityFailures.updateOne({ _id: idOf(info) }, { $set: failure }, { upsert: true })
}

/** Waits for a write, not long; a note is not worth a failure. */
async function shortly(write: Promise<unknown>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref())
  await Promise.race([write.then(() => undefined).catch(() => undefined), late])
}
