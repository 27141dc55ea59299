import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { RolloutInput, RolloutProgress } from './contract-rollout.ts'

const retry = { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' } as const
const { openPass, findConcerned, endRollout } = proxyActivities<Activities>({
  startToCloseTimeout: '30 seconds',
  retry,
})
const { adoptPage } = proxyActivities<Activities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '45 seconds',
  retry,
})

/** The second is for projects that were filed under the older version while the first was under way. */
const passes = 2

/**
 * Brings a version of a calendar to every open project that it concerns, a page at a time, and a second time after a
 * while; ends early if a newer version has come, which has a rollout of its own.
 */
export async function calendarRollout(input: RolloutInput): Promise<void> {
  const { rollout, pagesPerRun = Infinity } = input
  let progress = input.carried ?? { pass: 1, after: null, tally: { done: 0, moved: 0, failed: 0 } }
  for (let pages = 0; progress.pass <= passes; pages += 1) {
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested)
      return continueAsNew<typeof calendarRollout>({ ...input, carried: progress })
    const next = await takePage(input, progress)
    if (!next) break
    progress = next
  }
  await endRollout(rollout, progress.tally)
}

/** The progress after a page; nothing, if the version is no longer the one in force. */
async function takePage(
  { rollout, settleMs = 60_000, pageSize = 100 }: RolloutInput,
  { pass, after, tally: before }: RolloutProgress,
): Promise<RolloutProgress | undefined> {
  let tally = before
  if (after === null) {
    if (pass > 1) await sleep(settleMs)
    tally = { ...tally, failed: 0 }
    await openPass(rollout, tally)
  }
  const page = await findConcerned(rollout, after, pageSize)
  if (!page) return undefined
  if (page.projects.length > 0) tally = await adoptPage(rollout, page.projects, tally)
  return { pass: page.next ? pass : pass + 1, after: page.next, tally }
}
