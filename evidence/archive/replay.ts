import type { Client } from '@temporalio/client'
import type { Worker, WorkerOptions } from '@temporalio/worker'
import { projectWorkflowId, projectWorkflowType, taskQueue } from '../../workflows/contract.ts'
import { BrokenHistory, type History } from './events.ts'
import { LostRun, runsBackwards } from './histories.ts'
import type { ArchiveSources } from './keep.ts'
import { isAcknowledged } from './lost.ts'
import { ArchiveFault } from './store.ts'
import { createReplayChecker } from './replay-checker.ts'

/**
 * What became of a run under the code that was tried, of a case or of another workflow; `reason` is null if it lives on. A case of
 * which a run is lost, and somebody has taken note of that, `isKnown`: no code can help it.
 */
export type Replayed = { of: string; runId: string | null; reason: string | null; isKnown?: true }

/** Replays histories with a bundle: `Worker.runReplayHistories`, told by these sinks of what is made. */
export type Replayer = (
  sinks: NonNullable<WorkerOptions['sinks']>,
  histories: AsyncIterable<{ workflowId: string; history: History }>,
) => ReturnType<typeof Worker.runReplayHistories>

/** A run with its history, or that one cannot be read. */
type Found = { of: string; workflowId: string; runId: string; history: History } | Replayed

/**
 * Replays every run of some cases, archived or with Temporal, one at a time; tells of each run, and of each case that cannot be
 * read. A run is broken by code that gives other commands, and by code that makes a step otherwise than it is on record.
 */
export function replayCases(
  sources: ArchiveSources,
  projects: AsyncIterable<string>,
  replay: Replayer,
): AsyncGenerator<Replayed> {
  return replayRuns(runsOfCases(sources, projects), replay)
}

/** Replays the run that is open of each workflow that is no case: operations on many cases, rollouts of calendars, scheduled jobs. */
export function replayOthers(temporal: Client, replay: Replayer): AsyncGenerator<Replayed> {
  return replayRuns(otherRuns(temporal), replay)
}

async function* replayRuns(found: AsyncIterable<Found>, replay: Replayer): AsyncGenerator<Replayed> {
  const unreadable: Replayed[] = []
  const replayChecker = createReplayChecker()
  let current: { of: string; runId: string; history: History } = { of: '', runId: '', history: {} }
  async function* histories() {
    for await (const each of found) {
      if ('reason' in each) {
        unreadable.push(each)
        continue
      }
      const { of, workflowId, runId } = each
      const history = settledPart(each.history)
      if (!history) continue
      current = { of, runId, history }
      yield { workflowId, history }
    }
  }
  for await (const { error } of replay(replayChecker.sinks, histories())) {
    yield* unreadable.splice(0)
    const { of, runId, history } = current
    const other = replayChecker.findOther(history)
    yield { of, runId, reason: error ? reasonOf(error) : other }
  }
  yield* unreadable
}

async function* runsOfCases(sources: ArchiveSources, projects: AsyncIterable<string>): AsyncGenerator<Found> {
  for await (const of of projects) {
    const workflowId = projectWorkflowId(of)
    try {
      let runs = 0
      for await (const { runId, history } of runsBackwards(sources, of)) {
        runs += 1
        yield { of, workflowId, runId, history }
      }
      if (runs === 0) throw new BrokenHistory(`nothing tells of ${of}`)
    } catch (error) {
      const isKnown = error instanceof LostRun && (await isAcknowledged(sources.models, error.runId))
      yield { of, runId: null, reason: reasonNotRead(error), ...(isKnown && { isKnown }) }
    }
  }
}

const ofOthers = `TaskQueue="${taskQueue}" AND WorkflowType!="${projectWorkflowType}" AND ExecutionStatus="Running"`

async function* otherRuns(temporal: Client): AsyncGenerator<Found> {
  for await (const { workflowId, runId } of temporal.workflow.list({ query: ofOthers })) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory()
    yield { of: workflowId, workflowId, runId, history }
  }
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
