import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity'
import { keepClosedRuns, type KeepPlace, type Sources, type Watch } from '../archive/keep.ts'
import { reconcileAll, type ReconcilePlace } from '../archive/reconcile-all.ts'
import type { Duty } from '../workflows/contract-upkeep.ts'

/** Does what is due by the clock; each duty may be repeated, and goes on where a worker that died has stopped. */
export function createUpkeep(sources: Sources) {
  return {
    /** Does one duty from beginning to end. */
    async perform(duty: Duty): Promise<void> {
      await duties[duty](sources)
    },
  }
}

const duties: Record<Duty, (sources: Sources) => Promise<void>> = {
  async archive(sources) {
    const { seen, kept, lost } = await keepClosedRuns(sources, watchOf<KeepPlace>())
    if (lost > 0) log.error('histories of closed runs are lost', { seen, kept, lost })
  },
  async reconcile(sources) {
    const { runId } = activityInfo().workflowExecution ?? { runId: activityInfo().activityId }
    const wishes = { repair: false, keep: true }
    const tally = await reconcileAll(sources, runId, wishes, watchOf<ReconcilePlace>())
    if (tally.differences + tally.unreadable > 0) log.error('the record is not what the histories say', tally)
  },
}

/** Where the worker before this one stopped, and the heart that beats for this one. */
function watchOf<Place>(): Watch<Place> {
  const at = activityInfo().heartbeatDetails as Place | undefined
  return { at, onPlace: heartbeat, signal: cancellationSignal() }
}
