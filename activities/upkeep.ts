import { ApplicationFailure } from '@temporalio/common'
import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity'
import { keepClosedRuns, type KeepPlace, type Sources, type Watch } from '../archive/keep.ts'
import { anchorDay } from '../audit/anchor.ts'
import type { Signer } from '../audit/keys.ts'
import { reconcileAll, type ReconcilePlace } from '../archive/reconcile-all.ts'
import type { Duty } from '../workflows/contract-upkeep.ts'

/** What duties need: the record, Temporal, and the key that signs anchors, where this worker has one. */
export type Means = Sources & { openSigner?: (() => Promise<Signer>) | undefined }

/** Does what is due by the clock; each duty may be repeated, and goes on where a worker that died has stopped. */
export function createUpkeep(means: Means) {
  return {
    /** Does one duty from beginning to end. */
    async perform(duty: Duty): Promise<void> {
      const heart = createHeart()
      try {
        await duties[duty](means, heart)
      } finally {
        heart.stop()
      }
    },
  }
}

const duties: Record<Duty, (means: Means, heart: Heart) => Promise<void>> = {
  async archive(sources, heart) {
    const { seen, kept, lost } = await keepClosedRuns(sources, heart.watch<KeepPlace>())
    if (lost > 0) log.error('histories of closed runs are lost', { seen, kept, lost })
  },
  async anchor({ models, openSigner }) {
    if (!openSigner) throw ApplicationFailure.retryable('this worker has no key to sign anchors with')
    const { serial, day, count } = await anchorDay({ models, signer: await openSigner(), now: Date.now })
    log.info('an anchor is signed', { serial, day, count })
  },
  async reconcile(sources, heart) {
    const { runId } = activityInfo().workflowExecution ?? { runId: activityInfo().activityId }
    const wishes = { repair: false, keep: true }
    const tally = await reconcileAll(sources, runId, wishes, heart.watch<ReconcilePlace>())
    if (tally.differences + tally.unreadable > 0) log.error('the record is not what the histories say', tally)
  },
}

const beatMs = 2_000
type Heart = ReturnType<typeof createHeart>

/** A heart that beats for the activity, however long a piece of its work takes, and says where the work is. */
function createHeart() {
  let place: unknown = activityInfo().heartbeatDetails
  const timer = setInterval(() => heartbeat(place), beatMs)
  return {
    /** Where the worker before this one stopped, and where to tell how far this one is. */
    watch<Place>(): Watch<Place> {
      const onPlace = (next: Place) => {
        place = next
        heartbeat(next)
      }
      return { at: place as Place | undefined, onPlace, signal: cancellationSignal() }
    },
    stop: () => clearInterval(timer),
  }
}
