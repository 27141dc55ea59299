import { ApplicationFailure } from '@temporalio/common'
import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity'
import { keepClosedRuns, type KeepPlace, type Sources, type Watch } from '../evidence/archive/keep.ts'
import { anchorDay } from '../evidence/audit/anchor.ts'
import { shownAnchor } from '../evidence/audit/shown-anchor.ts'
import type { KeyPlace } from '../evidence/audit/keys.ts'
import { verifyAll } from '../evidence/audit/nightly.ts'
import { bySchedule } from '../evidence/archive/register.ts'
import { reconcileAll, type ReconcilePlace } from '../evidence/archive/reconcile-all.ts'
import type { Duty } from '../workflows/contract-upkeep.ts'

/** What duties need: the record, Temporal, and where the key lies that signs anchors, if this worker has one. */
export type Means = Sources & { keys?: KeyPlace | undefined }

/** Does what is due by the clock; each duty may be repeated, and goes on where a worker that died has stopped. */
export function createUpkeep(means: Means) {
  return {
    /** Does one duty from beginning to end. */
    async perform(duty: Duty): Promise<void> {
      const heartbeats = createHeartbeats()
      try {
        await duties[duty](means, heartbeats)
      } finally {
        heartbeats.stop()
      }
    },
  }
}

const duties: Record<Duty, (means: Means, heartbeats: Heartbeats) => Promise<void>> = {
  async archive(sources, heartbeats) {
    const { seen, kept, lost } = await keepClosedRuns(sources, heartbeats.watch<KeepPlace>())
    if (lost > 0) log.error('histories of closed runs are lost', { seen, kept, lost })
  },
  async anchor({ models, keys }) {
    const anchor = await anchorDay({ models, place: keysOf({ keys }), now: Date.now })
    // At a level that is always kept: whoever has the logs elsewhere has with them what the record must still have.
    log.warn('an anchor is signed', shownAnchor(anchor))
  },
  async reconcile(sources, heartbeats) {
    const runId = runIdOfThis()
    const wishes = { repair: null, keep: true, by: bySchedule }
    const tally = await reconcileAll(sources, runId, wishes, heartbeats.watch<ReconcilePlace>())
    if (tally.differences + tally.unreadable > 0) log.error('the record is not what the histories say', tally)
  },
  async verify({ models, temporal, keys }, heartbeats) {
    const { signal } = heartbeats.watch<null>()
    const night = { keys: keysOf({ keys }), now: Date.now(), signal }
    const { cases, findings, first } = await verifyAll({ models, temporal }, runIdOfThis(), night)
    const told = first.map(({ kind, id }) => `${kind} ${id}`)
    if (findings > 0) log.error('the record is not what was written', { cases, findings, told })
  },
}

function keysOf({ keys }: Pick<Means, 'keys'>): KeyPlace {
  if (!keys) throw ApplicationFailure.retryable('this worker has no key to sign anchors with')
  return keys
}

function runIdOfThis(): string {
  const { workflowExecution, activityId } = activityInfo()
  return workflowExecution?.runId ?? activityId
}

const beatMs = 2_000
type Heartbeats = ReturnType<typeof createHeartbeats>

/** Sends heartbeats for the activity, however long a piece of its work takes, and says where the work is. */
function createHeartbeats() {
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
