import type { Worker, WorkerOptions } from '@temporalio/worker'
import { projectWorkflowId } from '../workflows/contract.ts'
import { BrokenHistory, type History } from './events.ts'
import { LostRun, runsBackwards } from './histories.ts'
import type { Sources } from './keep.ts'
import { isAcknowledged } from './lost.ts'
import { ArchiveFault } from './store.ts'
import { createWitness } from './witness.ts'

/**
 * What became of a run under the code that was tried; `reason` is null if it lives on. A case of which a run is lost, and
 * somebody has taken note of that, `isKnown`: no code can help it.
 */
export type Replayed = { project: string; runId: string | null; reason: string | null; isKnown?: true }

/** Replays histories with a bundle: `Worker.runReplayHistories`, told by these sinks of what is made. */
export type Replayer = (
  sinks: NonNullable<WorkerOptions['sinks']>,
  histories: AsyncIterable<{ workflowId: string; history: History }>,
) => ReturnType<typeof Worker.runReplayHistories>

/**
 * Replays every run of some cases, archived or with Temporal, one at a time; tells of each run, and of each case that cannot be
 * read. A run is broken by code that gives other commands, and by code that makes a step otherwise than it is on record.
 */
export async function* replayCases(
  sources: Sources,
  projects: AsyncIterable<string>,
  replay: Replayer,
): AsyncGenerator<Replayed> {
  const unreadable: Replayed[] = []
  const witness = createWitness()
  let current: { project: string; runId: string; history: History } = { project: '', runId: '', history: {} }
  async function* histories() {
    for await (const project of projects) {
      try {
        let runs = 0
        for await (const { runId, history } of runsBackwards(sources, project)) {
          runs += 1
          const settled = settledPart(history)
          if (!settled) continue
          current = { project, runId, history: settled }
          yield { workflowId: projectWorkflowId(project), history: settled }
        }
        if (runs === 0) throw new BrokenHistory(`nothing tells of ${project}`)
      } catch (error) {
        const isKnown = error instanceof LostRun && (await isAcknowledged(sources.models, error.runId))
        const reason = reasonNotRead(error)
        unreadable.push({ project, runId: null, reason, ...(isKnown && { isKnown }) })
      }
    }
  }
  for await (const { error } of replay(witness.sinks, histories())) {
    yield* unreadable.splice(0)
    const { project, runId, history } = current
    const other = witness.findOther(history)
    yield { project, runId, reason: error ? reasonOf(error) : other }
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
