import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { failuresKept, type Models, type OperationRecord } from '../models/index.ts'
import { carryOut, type Outcome } from '../operations/carry-out.ts'
import type { Sources } from '../operations/stuck.ts'
import { countTargets, findTargets } from '../operations/targets.ts'
import type { OperationFailure, OperationTally } from '../policy/operations.ts'
import type { BatchPage } from '../workflows/contract-batch.ts'

/** How often a page is done in which a case failed, before that counts. */
const tries = 3
/** Cases that are asked at the same time. */
const atOnce = 10
/** How long a case may take to answer; less than the heartbeat's patience. */
const answerWithinMs = 20_000
/** A page is at most so many cases, and what may be done in two seconds. */
const mostOfPage = 50

const nothing: OperationTally = { total: 0, done: 0, refused: 0, failed: 0 }

/** Carries operations out over many cases; may be repeated. */
export function createBatchActivities(models: Models, temporal: Client) {
  const engines = { models, temporal }
  const sources = { ...engines, now: Date.now }
  return {
    /** Counts what an operation goes to, and shows that it has begun. */
    openBatch: (operation: string) => begin(sources, operation),

    /** The next page of what an operation goes to; no page while it is paused, nor when it is over. */
    async findBatchPage(operation: string, after: string | null): Promise<BatchPage> {
      const asked = await models.operations.findById(operation).lean()
      if (asked?.status === 'paused') return 'wait'
      if (asked?.status !== 'running') return 'over'
      const { target, perMinute } = asked
      const limit = Math.min(mostOfPage, Math.max(1, Math.floor(perMinute / 30)))
      return { ...(await findTargets(sources, target, { limit, after })), perMinute }
    },

    /** Does an operation to each of a page. One that refuses is counted and told; one that fails is tried again with the page. */
    async carryOutPage(operation: string, ids: string[], before: OperationTally): Promise<OperationTally> {
      const asked = await models.operations.findById(operation).lean()
      if (!asked) return before
      const { outcomes, failed } = await askAll(engines, asked, ids, before)
      const signal = cancellationSignal()
      if (signal.aborted) throw signal.reason
      if (failed.length > 0 && activityInfo().attempt < tries)
        throw ApplicationFailure.retryable(`${failed.length} of ${ids.length} failed`)
      if (failed.length > 0)
        log.warn('an operation could not be carried out', { operation, cases: failed.map(({ id }) => id) })
      const tally = tallyOf(before, outcomes, failed.length)
      await showTally(models, operation, tally, [...refusalsIn(outcomes), ...failed])
      return tally
    },

    /** Shows that an operation is over, and whether all of it was done. */
    endBatch: (operation: string, tally: OperationTally) => end(models, operation, tally),
  }
}

type Engines = { models: Models; temporal: Client }

async function begin(sources: Sources, operation: string): Promise<OperationTally> {
  const { operations } = sources.models
  const asked = await operations.findById(operation).lean()
  if (!asked) return nothing
  const tally = { ...nothing, total: await countTargets(sources, asked.target) }
  await operations.updateOne({ _id: operation, status: 'approved' }, { $set: { status: 'running' } })
  const begun = { tally, failures: [], startedAt: asked.startedAt ?? new Date() }
  await operations.updateOne({ _id: operation }, { $set: begun })
  return tally
}

async function end({ operations }: Models, operation: string, tally: OperationTally): Promise<void> {
  const status = tally.failed > 0 ? ('failed' as const) : ('done' as const)
  await operations.updateOne(
    { _id: operation, status: { $in: ['running', 'paused'] } },
    { $set: { status, tally, finishedAt: new Date() } },
  )
}

type Outcomes = Record<string, Outcome>

/** Asks a few at a time; what an earlier try has settled is not asked again. */
async function askAll(engines: Engines, asked: OperationRecord, ids: string[], before: OperationTally) {
  const outcomes: Outcomes = { ...(activityInfo().heartbeatDetails as Outcomes | undefined) }
  const open = ids.filter((id) => !(id in outcomes))
  const failed: OperationFailure[] = []
  const askOne = async (id: string) => {
    const outcome = await ask(engines, asked, id)
    if (outcome instanceof Error)
      failed.push({ id, outcome: 'failed', reason: outcome.message.slice(0, 300) })
    else outcomes[id] = outcome
  }
  for (let at = 0; at < open.length && !cancellationSignal().aborted; at += atOnce) {
    await Promise.all(open.slice(at, at + atOnce).map(askOne))
    heartbeat(outcomes)
    await showTally(engines.models, asked._id, tallyOf(before, outcomes, 0), [])
  }
  return { outcomes, failed }
}

/** The outcome for one case, or what went wrong. */
async function ask(
  { models, temporal }: Engines,
  asked: OperationRecord,
  id: string,
): Promise<Outcome | Error> {
  // Of this call alone: the client leaves its listeners on the signal.
  const signal = AbortSignal.any([cancellationSignal()])
  const carry = () => carryOut({ models, temporal }, asked, id)
  return temporal
    .withAbortSignal(signal, () => temporal.withDeadline(Date.now() + answerWithinMs, carry))
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
}

function refusalsIn(outcomes: Outcomes): OperationFailure[] {
  return Object.entries(outcomes).flatMap(([id, outcome]) =>
    outcome === 'done' ? [] : [{ id, outcome: 'refused' as const, reason: outcome.refused }],
  )
}

function tallyOf(before: OperationTally, outcomes: Outcomes, failed: number): OperationTally {
  const refused = refusalsIn(outcomes).length
  const done = before.done + Object.keys(outcomes).length - refused
  const tally = { done, refused: before.refused + refused, failed: before.failed + failed }
  return { ...tally, total: Math.max(before.total, tally.done + tally.refused + tally.failed) }
}

/** Shows how far an operation is, and names the last cases to which it was not done, each once. */
async function showTally(
  { operations }: Models,
  operation: string,
  tally: OperationTally,
  failures: OperationFailure[],
): Promise<void> {
  if (failures.length > 0)
    await operations.updateOne(
      { _id: operation },
      { $pull: { failures: { id: { $in: failures.map(({ id }) => id) } } } },
    )
  await operations.updateOne(
    { _id: operation },
    {
      $set: { tally },
      ...(failures.length > 0 && { $push: { failures: { $each: failures, $slice: -failuresKept } } }),
    },
  )
}
