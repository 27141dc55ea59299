import type { Client } from '@temporalio/client'
import type { Models, RolloutRecord } from '../../models/index.ts'
import { startOptions } from '../../workflows/contract.ts'
import {
  calendarRolloutType,
  rolloutWorkflowId,
  type RolloutInput,
  type RolloutPace,
} from '../../workflows/contract-rollout.ts'
import { withinDeadline } from '../http/deadline.ts'

/** How many rollouts a repair looks at; one more import repairs the rest. */
const repairedAtOnce = 100

/** Starts the workflows that bring versions of calendars to the projects that run, and tells how far they are. */
export function createRollouts({ rollouts }: Models, temporal: Client, pace: RolloutPace = {}) {
  /** Starting one that is under way changes nothing. */
  async function start(rollout: string): Promise<void> {
    const input: RolloutInput = { rollout, ...pace }
    await withinDeadline(temporal, () =>
      temporal.workflow.start(calendarRolloutType, {
        workflowId: rolloutWorkflowId(rollout),
        ...startOptions,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    )
  }
  return {
    /** Starts the rollout of a version unless it is over; one in which projects failed begins again. */
    async ensure(rollout: string): Promise<void> {
      await rollouts.updateOne({ _id: rollout, failed: { $gt: 0 } }, { $set: { finishedAt: null } })
      if (await rollouts.exists({ _id: rollout, finishedAt: null })) await start(rollout)
    },
    /** Starts every rollout that is not over: one whose version was kept, and then the process died. */
    async repair(): Promise<void> {
      const open = await rollouts
        .find({ finishedAt: null }, { _id: 1 })
        .sort({ at: 1 })
        .limit(repairedAtOnce)
        .lean()
      for (const { _id } of open) await start(_id)
    },
    /** How far a rollout is; null if there is none. */
    read(rollout: string): Promise<RolloutRecord | null> {
      return rollouts.findById(rollout).lean().exec()
    },
  }
}

/** The rollouts, as routes use them. */
export type Rollouts = ReturnType<typeof createRollouts>
