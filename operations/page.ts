import { failuresKept, type BatchItemRecord, type Models, type OperationRecord } from '../models/index.ts'
import { errorText } from '../models/error-text.ts'
import type { BatchItemOutcome, OperationFailure } from '../policy/access/operations.ts'
import type { BatchProgress } from '../workflows/contract-operation.ts'
import { carryOut, type OperationDependencies } from './carry-out.ts'

/** How often a case may fail; it is tried again after all the others. */
const mostTries = 3
/** How long an operation rests after a page on which something failed. */
const afterFailureMs = 2_000
/** Cases that are asked at the same time; between them somebody may pause the operation, or cancel it. */
const atOnce = 10
/** How long a case may take to answer; less than the heartbeat's patience. */
const answerWithinMs = 20_000
/** A page is at most so many cases, and what may be done in two seconds. */
const mostOfPage = 50

/** Whoever has a page carried out: may end it, and is told that it goes on. */
type Watcher = { signal: AbortSignal; beat: () => void }

/** Does an operation to the next of its list, and ends it after the last; nothing while it is paused, nor when it is over. */
export async function carryOutPage(
  engines: OperationDependencies,
  operation: string,
  { signal, beat }: Watcher,
): Promise<BatchProgress> {
  const { batchItems, operations } = engines.models
  let asked = await begin(operations, operation)
  if (asked?.status !== 'running') return asked?.status === 'paused' ? 'wait' : 'over'
  const { perMinute } = asked
  const startedAt = Date.now()
  const limit = Math.min(mostOfPage, Math.max(1, Math.floor(perMinute / 30)))
  const open = await batchItems
    .find({ operation, outcome: null })
    .sort({ tries: 1, position: 1 })
    .limit(limit + 1)
    .lean()
  const page = open.slice(0, limit)
  let [done, hasFailed] = [0, false]
  while (asked?.status === 'running' && done < page.length) {
    const chunk = page.slice(done, done + atOnce)
    const answers = await askAll(engines, asked, chunk, signal)
    asked = await settle(engines.models, asked, answers)
    beat()
    done += chunk.length
    hasFailed ||= answers.some(({ outcome }) => outcome === 'failed')
  }
  if (asked?.status === 'running' && open.length <= limit && !hasFailed) {
    await end(operations, asked)
    return 'over'
  }
  const restMs = startedAt + (done / perMinute) * 60_000 - Date.now()
  return { restMs: Math.max(restMs, hasFailed ? afterFailureMs : 0) }
}

type Operations = Models['operations']

/** An operation as it stands; one that has been approved runs from now on. */
async function begin(operations: Operations, _id: string): Promise<OperationRecord | null> {
  const running = { status: 'running' as const, startedAt: new Date() }
  await operations.updateOne({ _id, status: 'approved' }, { $set: running })
  return operations.findById(_id).lean()
}

async function askAll(
  engines: OperationDependencies,
  asked: OperationRecord,
  batchItems: BatchItemRecord[],
  signal: AbortSignal,
) {
  const answers = await Promise.all(batchItems.map((item) => ask(engines, asked, item, signal)))
  if (signal.aborted) throw signal.reason
  return answers
}

type ItemAnswer = { item: BatchItemRecord; outcome: BatchItemOutcome; reason: string | null }

/** What came of one case, or what went wrong. */
async function ask(
  { models, temporal }: OperationDependencies,
  asked: OperationRecord,
  item: BatchItemRecord,
  ended: AbortSignal,
): Promise<ItemAnswer> {
  // Of this call alone: the client leaves its listeners on the signal.
  const signal = AbortSignal.any([ended])
  const carry = () => carryOut({ models, temporal }, asked, item.target)
  try {
    const outcome = await temporal.withAbortSignal(signal, () =>
      temporal.withDeadline(Date.now() + answerWithinMs, carry),
    )
    if (outcome === 'done') return { item, outcome, reason: null }
    return { item, outcome: 'refused', reason: outcome.refused }
  } catch (error) {
    const reason = errorText(error)
    return { item, outcome: 'failed', reason }
  }
}

/** Keeps what came of some cases, all or nothing, each counted once; answers with the operation as it stands then. */
function settle(
  { connection, batchItems, operations }: Models,
  asked: OperationRecord,
  answers: ItemAnswer[],
): Promise<OperationRecord | null> {
  const { _id, by, approvedBy } = asked
  const people = [by.user, ...(approvedBy === null ? [] : [approvedBy])]
  const isSettled = ({ item, outcome }: ItemAnswer) => outcome !== 'failed' || item.tries + 1 >= mostTries
  return connection.transaction(async (session) => {
    const tally = { 'tally.done': 0, 'tally.refused': 0, 'tally.failed': 0 }
    const failures: OperationFailure[] = []
    for (const answer of answers) {
      const { item, outcome, reason } = answer
      const open = { _id: item._id, outcome: null }
      if (!isSettled(answer)) {
        await batchItems.updateOne(open, { $inc: { tries: 1 }, $set: { reason } }, { session })
        continue
      }
      const kept = { outcome, reason, by: people, at: new Date() }
      const { modifiedCount } = await batchItems.updateOne(open, { $set: kept }, { session })
      tally[`tally.${outcome}`] += modifiedCount
      if (outcome !== 'done' && modifiedCount > 0)
        failures.push({ id: item.target, outcome, reason: reason ?? '' })
    }
    return operations
      .findByIdAndUpdate(
        _id,
        { $inc: tally, $push: { failures: { $each: failures, $slice: -failuresKept } } },
        { session, returnDocument: 'after' },
      )
      .lean()
  })
}

/** Shows that an operation is over, and whether all of it was done. */
async function end(operations: Operations, { _id, tally }: OperationRecord): Promise<void> {
  const status = tally.failed > 0 ? ('failed' as const) : ('done' as const)
  await operations.updateOne({ _id, status: 'running' }, { $set: { status, finishedAt: new Date() } })
}
