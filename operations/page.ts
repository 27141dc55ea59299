import { failuresKept, type ErrandRecord, type Models, type OperationRecord } from '../models/index.ts'
import type { ErrandOutcome, OperationFailure } from '../policy/access/operations.ts'
import type { ErrandsPage } from '../workflows/contract-errands.ts'
import { carryOut, type Engines } from './carry-out.ts'

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
  engines: Engines,
  operation: string,
  { signal, beat }: Watcher,
): Promise<ErrandsPage> {
  const { errands, operations } = engines.models
  let asked = await begin(operations, operation)
  if (asked?.status !== 'running') return asked?.status === 'paused' ? 'wait' : 'over'
  const { perMinute } = asked
  const startedAt = Date.now()
  const limit = Math.min(mostOfPage, Math.max(1, Math.floor(perMinute / 30)))
  const open = await errands
    .find({ operation, outcome: null })
    .sort({ tries: 1, place: 1 })
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
  engines: Engines,
  asked: OperationRecord,
  errands: ErrandRecord[],
  signal: AbortSignal,
) {
  const answers = await Promise.all(errands.map((errand) => ask(engines, asked, errand, signal)))
  if (signal.aborted) throw signal.reason
  return answers
}

type Answer = { errand: ErrandRecord; outcome: ErrandOutcome; reason: string | null }

/** What came of one case, or what went wrong. */
async function ask(
  { models, temporal }: Engines,
  asked: OperationRecord,
  errand: ErrandRecord,
  ended: AbortSignal,
): Promise<Answer> {
  // Of this call alone: the client leaves its listeners on the signal.
  const signal = AbortSignal.any([ended])
  const carry = () => carryOut({ models, temporal }, asked, errand.target)
  try {
    const outcome = await temporal.withAbortSignal(signal, () =>
      temporal.withDeadline(Date.now() + answerWithinMs, carry),
    )
    if (outcome === 'done') return { errand, outcome, reason: null }
    return { errand, outcome: 'refused', reason: outcome.refused }
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300)
    return { errand, outcome: 'failed', reason }
  }
}

/** Keeps what came of some cases, all or nothing, each counted once; answers with the operation as it stands then. */
function settle(
  { connection, errands, operations }: Models,
  asked: OperationRecord,
  answers: Answer[],
): Promise<OperationRecord | null> {
  const { _id, by, approvedBy } = asked
  const people = [by.user, ...(approvedBy === null ? [] : [approvedBy])]
  const isSettled = ({ errand, outcome }: Answer) => outcome !== 'failed' || errand.tries + 1 >= mostTries
  return connection.transaction(async (session) => {
    const tally = { 'tally.done': 0, 'tally.refused': 0, 'tally.failed': 0 }
    const failures: OperationFailure[] = []
    for (const answer of answers) {
      const { errand, outcome, reason } = answer
      const open = { _id: errand._id, outcome: null }
      if (!isSettled(answer)) {
        await errands.updateOne(open, { $inc: { tries: 1 }, $set: { reason } }, { session })
        continue
      }
      const kept = { outcome, reason, by: people, at: new Date() }
      const { modifiedCount } = await errands.updateOne(open, { $set: kept }, { session })
      tally[`tally.${outcome}`] += modifiedCount
      if (outcome !== 'done' && modifiedCount > 0)
        failures.push({ id: errand.target, outcome, reason: reason ?? '' })
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
