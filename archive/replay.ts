import type { Worker } from '@temporalio/worker'
import { projectWorkflowId } from '../workflows/contract.ts'
import { BrokenHistory, type History } from './events.ts'
import { LostRun, runsBackwards } from './histories.ts'
import type { Sources } from './keep.ts'
import { ArchiveFault } from './store.ts'

/** What became of a run under the code that was tried; `reason` is null if it lives on. */
export type Replayed = { project: string; runId: string | null; reason: string | null }

/** Replays histories with a bundle: `Worker.runReplayHistories`, with the bundle bound. */
export type Replayer = (
  histories: AsyncIterable<{ workflowId: string; history: History }>,
) => ReturnType<typeof Worker.runReplayHistories>

/** Replays every run of some cases, archived or with Temporal, one at a time; tells of each run, and of each case that cannot be read. */
export async function* replayCases(
  sources: Sources,
  projects: AsyncIterable<string>,
  replay: Replayer,
): AsyncGenerator<Replayed> {
  const unreadable: Replayed[] = []
  let current = { project: '', runId: '' }
  async function* histories() {
    for await (const project of projects) {
      try {
        let runs = 0
        for await (const { runId, history } of runsBackwards(sources, project)) {
          runs += 1
          const settled = settledPart(history)
          if (!settled) continue
          current = { project, runId }
          yield { workflowId: projectWorkflowId(project), history: settled }
        }
        if (runs === 0) throw new BrokenHistory(`nothing tells of ${project}`)
      } catch (error) {
        unreadable.push({ project, runId: null, reason: reasonNotRead(error) })
      }
    }
  }
  for await (const { error } of replay(histories())) {
    yield* unreadable.splice(0)
    yield { ...current, reason: error ? reasonOf(error) : null }
  }
  yield* unreadable
}

/** A history up to a workflow task that is under way, which cannot be replayed; null if none has been completed yet. */
function settledPart({ events, ...rest }: History): History | null {
  const all = events ?? []
  const answered = all.findLastIndex(({ workflowTaskCompletedEventAttributes: completed }) => completed)
  if (answered < 0) return null
  const next = all.findIndex((event, index) => index > answered && event.workflowTaskScheduledEventAttributes)
  return { ...rest, events: next < 0 ? all : all.slice(0, next) }
}

function reasonNotRead(error: unknown): string {
  const isHistorys =
    error instanceof LostRun || error instanceof BrokenHistory || error instanceof ArchiveFault
  if (!isHistorys) throw error
  return error.message
}

function reasonOf({ message }: Error): string {
  return message.replace(/^.*?Details: /s, '').split('\n')[0] ?? message
}
