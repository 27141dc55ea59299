import { PassThrough } from 'node:stream'
import { Worker } from '@temporalio/worker'
import { unheard } from '../../evidence/archive/replay-checker.ts'

/** A worker that replays histories, one after another: to start one takes longer than what it does. */
export function createReplayer(codePath: string) {
  const histories = new PassThrough({ objectMode: true })
  const results = Worker.runReplayHistories({ workflowBundle: { codePath }, sinks: unheard }, histories)
  return {
    /** Replays a run, and throws if the code does something else than it did. */
    async replay(workflowId: string, history: unknown): Promise<void> {
      histories.write({ workflowId, history })
      const next = await results.next()
      if (next.done) throw new Error(`the replay ended before ${workflowId}`)
      if (next.value.error) throw next.value.error
    },
    async close(): Promise<void> {
      histories.end()
      await results.next()
    },
  }
}

/** Replays under one bundle of workflows. */
export type Replayer = ReturnType<typeof createReplayer>
