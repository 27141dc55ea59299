import { ApplicationFailure } from '@temporalio/common'
import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity'
import {
  keepClosedRuns,
  type KeepCursor,
  type ArchiveSources,
  type Checkpoint,
} from '../evidence/archive/keep.ts'
import { anchorDay } from '../evidence/audit/anchor.ts'
import { shownAnchor } from '../evidence/audit/shown-anchor.ts'
import type { KeyLocation } from '../evidence/audit/keys.ts'
import { verifyAll } from '../evidence/audit/nightly.ts'
import { bySchedule } from '../evidence/archive/register.ts'
import { reconcileAll, type ReconcileCursor } from '../evidence/archive/reconcile-all.ts'
import type { ScheduledJob } from '../workflows/contract-scheduled-job.ts'

/** What scheduled jobs need: the record, Temporal, and where the key lies that signs anchors, if this worker has one. */
export type Means = ArchiveSources & { keys?: KeyLocation | undefined }

/** Does what is due by the clock; each job may be repeated, and goes on where a worker that died has stopped. */
export function createScheduledJobs(means: Means) {
  return {
    /** Runs one job from beginning to end. */
    async runScheduledJob(job: ScheduledJob): Promise<void> {
      const heartbeats = createHeartbeats()
      try {
        await jobs[job](means, heartbeats)
      } finally {
        heartbeats.stop()
      }
    },
  }
}

const jobs: Record<ScheduledJob, (means: Means, heartbeats: Heartbeats) => Promise<void>> = {
  async archive(sources, heartbeats) {
    const { seen, kept, lost } = await keepClosedRuns(sources, heartbeats.checkpoint<KeepCursor>())
    if (lost > 0) log.error('histories of closed runs are lost', { seen, kept, lost })
  },
  async anchor({ models, keys }) {
    const anchor = await anchorDay({ models, location: keysOf({ keys }), now: Date.now })
    // At a level that is always kept: whoever has the logs elsewhere has with them what the record must still have.
    log.warn('an anchor is signed', shownAnchor(anchor))
  },
  async reconcile(sources, heartbeats) {
    const runId = runIdOfThis()
    const options = { repair: null, keep: true, by: bySchedule }
    const tally = await reconcileAll(sources, runId, options, heartbeats.checkpoint<ReconcileCursor>())
    if (tally.differences + tally.unreadable > 0) log.error('the record is not what the histories say', tally)
  },
  async verify({ models, temporal, keys }, heartbeats) {
    const { signal } = heartbeats.checkpoint<null>()
    const night = { keys: keysOf({ keys }), now: Date.now(), signal }
    const { cases, findings, first } = await verifyAll({ models, temporal }, runIdOfThis(), night)
    const listed = first.map(({ kind, id }) => `${kind} ${id}`)
    if (findings > 0) log.error('the record is not what was written', { cases, findings, listed })
  },
}

function keysOf({ keys }: Pick<Means, 'keys'>): KeyLocation {
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
  let cursor: unknown = activityInfo().heartbeatDetails
  const timer = setInterval(() => heartbeat(cursor), beatMs)
  return {
    /** Where the worker before this one stopped, and where to save how far this one is. */
    checkpoint<Cursor>(): Checkpoint<Cursor> {
      const save = (next: Cursor) => {
        cursor = next
        heartbeat(next)
      }
      return { at: cursor as Cursor | undefined, save, signal: cancellationSignal() }
    },
    stop: () => clearInterval(timer),
  }
}
