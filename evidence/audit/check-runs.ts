import type { Client } from '@temporalio/client'
import {
  BrokenHistory,
  closingOf,
  instantOf,
  numberTold,
  readHistory,
  runIdOf,
  successorOf,
  type DecodedEvent,
} from '../archive/events.ts'
import { decodeHistory, fetchLatest, fetchRun, predecessorOf, type History } from '../archive/histories.ts'
import { ArchiveFault, openArchive, packedDigest } from '../archive/store.ts'
import type { ArchiveRecord, Models, RunRecord } from '../../models/index.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { finding, firstDifference, type AuditFinding } from './findings.ts'

/** Where engine histories are read: the archive, and Temporal where it is at hand. */
export type RunSources = { models: Models; temporal?: Client | undefined }

/** A step of a run; `isHeard` if the run heard that it was written. */
export type StepOfRun = Pick<Extract<DecodedEvent, { kind: 'step' }>, 'step' | 'isHeard'>

/** The last run of a case that is kept: how it ended, which run it says goes on, and the last revision that kept runs tell of. */
export type LastKept = { runId: string; end: string; successor: string | null; revision: number }

/**
 * What the engine histories say of a case: each step by its revision, the runs that were read, the last one that is kept, if
 * nothing is wrong with any, and the runs that neither archive nor Temporal has; null where Temporal was not asked.
 */
export type RunEvidence = {
  steps: Map<number, StepOfRun>
  /** The number of the certificate, as one of the runs was told it. */
  certificate: string | null
  runs: Set<string>
  lastKept: LastKept | null
  unknown: Set<string> | null
}

type Read = { run: RunRecord; history: History | null; told: DecodedEvent[]; findings: AuditFinding[] }

/** Reads the runs of a case: each kept one has its own history, and together they are one chain. */
export async function checkRuns(
  { models, temporal }: RunSources,
  { project, runs }: { project: string; runs: readonly RunRecord[] },
  named: ReadonlySet<string>,
): Promise<{ findings: AuditFinding[]; evidence: RunEvidence }> {
  const evidence: RunEvidence = {
    steps: new Map(),
    certificate: null,
    runs: new Set(),
    lastKept: null,
    unknown: null,
  }
  const findings: AuditFinding[] = []
  const ends: Ended[] = []
  for (const run of runs) {
    const { history, told, findings: own } = await readRun(models, run, named)
    findings.push(...own)
    if (own.length > 0 || !history) continue
    gather(evidence, run._id, told)
    ends.push({ run, end: closingOf(history, run._id)?.end ?? '', successor: successorOf(history) })
  }
  const isFaulty = ({ _id }: RunRecord) => findings.some(({ id }) => id === _id)
  findings.push(...gapsOf(runs, isFaulty))
  if (findings.length === 0) evidence.lastKept = lastOf(ends, evidence)
  if (temporal) await askEngine(temporal, project, { named, evidence })
  return { findings, evidence }
}

function gather(evidence: RunEvidence, runId: string, told: DecodedEvent[]): void {
  evidence.runs.add(runId)
  evidence.certificate ??= numberTold(told)
  for (const each of told) if (each.kind === 'step') evidence.steps.set(each.step.state.revision, each)
}

type Ended = { run: RunRecord; end: string; successor: string | null }

function lastOf(ends: Ended[], { steps }: RunEvidence): LastKept | null {
  const earlier = new Set(ends.map(({ run: { previous } }) => previous))
  const last = ends.filter(({ run: { _id } }) => !earlier.has(_id))
  const [only] = last
  if (!only || last.length > 1) return null
  const { run, end, successor } = only
  return { runId: run._id, end, successor, revision: Math.max(0, ...steps.keys()) }
}

const isRunId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Reads at Temporal the runs that lines name and the archive has not, and the one that is open. */
async function askEngine(
  temporal: Client,
  project: string,
  { named, evidence }: { named: ReadonlySet<string>; evidence: RunEvidence },
): Promise<void> {
  const unknown = new Set<string>()
  const isOver = evidence.lastKept?.end === completed
  const latest = isOver ? null : await fetchLatest(temporal, project)
  for (const runId of new Set([...named, ...(latest === null ? [] : [latest])])) {
    if (evidence.runs.has(runId)) continue
    const history = isRunId.test(runId) ? await fetchRun(temporal, project, runId) : null
    if (history) gather(evidence, runId, readHistory(history))
    else unknown.add(runId)
  }
  evidence.unknown = unknown
}

/** How a run ends after which nothing follows. */
export const completed = 'WORKFLOW_EXECUTION_COMPLETED'
/** How a run ends that another goes on from by itself. */
export const continued = 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'

async function readRun(models: Models, run: RunRecord, named: ReadonlySet<string>): Promise<Read> {
  const none = { run, history: null, told: [] }
  try {
    const { bytes, fault } = await readArchive(models, run.archive)
    if (!bytes) return { ...none, findings: fault }
    const history = decodeHistory(bytes)
    const told = readHistory(history)
    return { run, history, told, findings: [...fault, ...faultsOf(run, { history, told }, named)] }
  } catch (error) {
    if (!(error instanceof BrokenHistory)) throw error
    const told = { expected: 'the history of a run', found: error.message }
    return { ...none, findings: [finding('run-changed', run._id, told)] }
  }
}

async function readArchive({ archives }: Models, digest: Digest) {
  if (typeof digest !== 'string') throw new BrokenHistory('the run names no archive')
  const kept = await archives.findById(digest).lean()
  try {
    const bytes = await openArchive(digest, kept)
    return { bytes, fault: kept ? packingFaults(kept, bytes) : [] }
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error
    return { bytes: null, fault: [finding(kept ? 'archive-changed' : 'archive-missing', digest)] }
  }
}

/** What unpacks to the right bytes may still be other bytes: a header of gzip, or a tail, that nobody reads. */
function packingFaults(kept: ArchiveRecord, bytes: Uint8Array): AuditFinding[] {
  const expected = { size: bytes.length, packed: packedDigest(kept) }
  return firstDifference('archive-changed', kept._id, expected, kept)
}

type Told = Pick<Read, 'told'> & { history: History }

/** What a run says of itself and its history does not. */
function faultsOf(run: RunRecord, { history, told }: Told, named: ReadonlySet<string>): AuditFinding[] {
  const runId = runIdOf(history)
  if (runId !== run._id) {
    const kind = run.anchored || named.has(run._id) ? 'run-changed' : 'run-inserted'
    return [finding(kind, run._id, { expected: `run ${run._id}`, found: `run ${runId}` })]
  }
  const closing = closingOf(history, run._id)
  const expected = {
    project: told.find((each) => each.kind === 'step')?.step.project ?? run.project,
    previous: predecessorOf(history),
    events: history.events?.length ?? 0,
    end: closing?.end ?? null,
    startedAt: instantOf(history.events?.[0] ?? {}).getTime(),
    closedAt: closing?.closedAt.getTime() ?? null,
  }
  const found = { ...run, startedAt: Number(run.startedAt), closedAt: Number(run.closedAt) }
  return firstDifference('run-changed', run._id, expected, found)
}

/** Runs that a later one goes on from and that are not kept. */
function gapsOf(runs: readonly RunRecord[], isFaulty: (run: RunRecord) => boolean): AuditFinding[] {
  const kept = new Set(runs.map(({ _id }) => _id))
  return runs
    .filter((run) => !isFaulty(run) && run.previous !== null && !kept.has(run.previous))
    .map(({ _id, previous }) => finding('run-missing', previous ?? '', { expected: `before ${_id}` }))
}
