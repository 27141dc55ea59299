import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import pMap from 'p-map'
import type { Logger } from 'pino'
import { passUntil } from '../delivery/passes.ts'
import { errorText } from '../models/error-text.ts'
import type { IntentRecord, Models } from '../models/index.ts'
import { filing } from '../models/intents.ts'
import type { Recorder } from '../models/recorder.ts'
import { filed, projectWorkflowId } from '../workflows/contract.ts'
import { tellNumber } from './certificate-number.ts'
import { handoverOf } from './handover.ts'
import { findLatestRun } from './restart.ts'

/** What a sweeper works with. */
export type SweeperSources = { models: Models; temporal: Client; recorder: Recorder; logger: Logger }

const atOnce = 4
/** Longer than a caller waits, and Temporal with it: what has not come into a history by then never will. */
const settledMs = 20_000
/** Whoever takes an intent in hand has so long until the next one may. */
const leaseMs = 20_000
const longestMs = 5 * 60_000

/**
 * Brings on record what was sent to a workflow by a process that has ended since, or that could not write. Nothing is sent
 * again: the history of the case says which steps are not known to be on record. What it does not have when nobody waits for it
 * any more was never done, and its intent is withdrawn. Several may be at work; a lease keeps them apart, and repeating harms nothing.
 */
export function createSweeper(sources: SweeperSources) {
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  /** One bounded pass over the intents that are due at an instant (milliseconds since 1970); answers how many it took in hand. */
  async function sweep(now = Date.now()): Promise<number> {
    const due = await takeDue(sources.models, now)
    await pMap(due, (intent) => settle(sources, intent, now), { concurrency: atOnce })
    return due.length
  }

  return {
    sweep,
    /** Makes passes until `stop`. While the record is down, `/readyz` says so; the intents are there when it is back. */
    run: () => (running ??= passUntil(stopping.signal, sweep)),
    /** Ends after the pass under way. */
    async stop(): Promise<void> {
      stopping.abort()
      await running
    },
  }
}

/** Takes the oldest intents that are due in hand. */
async function takeDue({ intents }: Models, now: number): Promise<IntentRecord[]> {
  const isDue = { at: { $lt: new Date(now) }, dueAt: { $lte: new Date(now) } }
  const found = await intents.find(isDue).sort({ at: 1, _id: 1 }).limit(100).lean()
  const taken = await pMap(
    found,
    ({ _id, dueAt, attempts }) => {
      const next = new Date(now + Math.min(leaseMs * 2 ** attempts, longestMs))
      return intents
        .findOneAndUpdate(
          { _id, dueAt },
          { $set: { dueAt: next }, $inc: { attempts: 1 } },
          { returnDocument: 'after' },
        )
        .lean()
    },
    { concurrency: atOnce },
  )
  return taken.filter((intent) => intent !== null)
}

async function settle(sources: SweeperSources, intent: IntentRecord, now: number): Promise<void> {
  const { models, logger } = sources
  const isSettled = now - intent.at.getTime() > settledMs
  try {
    const isThere = await bringUp(sources, intent)
    if (isThere || !isSettled) return
    await withdraw(sources, intent)
    logger.info({ project: intent.project }, 'nothing came of a command: its intent is withdrawn')
  } catch (error) {
    if (isSettled) logger.warn({ err: error, project: intent.project }, 'a case is not on record yet')
    await models.intents
      .updateOne({ _id: intent._id }, { $set: { error: errorText(error) } })
      .catch(() => undefined)
  }
}

/** Records what the case has of it; false if it has nothing. */
async function bringUp(
  { models, temporal, recorder }: SweeperSources,
  intent: IntentRecord,
): Promise<boolean> {
  const { project, command } = intent
  if (command === filing) {
    // The first step is in no history before somebody asks for it.
    const answer = await askForFiling(temporal, project)
    if (answer) await recorder.record({ steps: answer.steps, intent })
    return answer !== null
  }
  const run = await findLatestRun({ models, temporal }, project)
  if (!run) return false
  const { input, unheard } = handoverOf(run.history)
  const isThere = input.carried?.receipts.some(([known]) => known === command) ?? false
  const { certificate } = await recorder.record({ ...unheard, ...(isThere && { intent }) })
  await tellNumber(temporal, unheard.steps, certificate)
  return isThere
}

async function askForFiling(temporal: Client, project: string) {
  try {
    const handle = temporal.workflow.getHandle(projectWorkflowId(project))
    return await temporal.withDeadline(Date.now() + leaseMs / 2, () =>
      handle.executeUpdate(filed, { updateId: 'filed' }),
    )
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** A filing that never began gives its keys back. */
async function withdraw({ models, recorder }: SweeperSources, intent: IntentRecord): Promise<void> {
  if (intent.command === filing) await models.duplicateKeys.deleteMany({ project: intent.project })
  await recorder.withdraw(intent)
}
