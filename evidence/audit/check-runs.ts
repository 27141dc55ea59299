import type { Client } from '@temporalio/client'
import {
  BrokenHistory,
  closingOf,
  instantOf,
  readHistory,
  runIdOf,
  successorOf,
  type Recorded,
} from '../archive/events.ts'
import { decodeHistory, fetchLatest, fetchRun, predecessorOf, type History } from '../archive/histories.ts'
import { ArchiveFault, openArchive, packedDigest } from '../archive/store.ts'
import type { ArchiveRecord, Models, RunRecord } from '../../models/index.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { finding, type Finding } from './findings.ts'

/** Where engine histories are read: the archive, and Temporal where it is at hand. */
export type Engines = { models: Models; temporal?: Client | undefined }

/** A step of a run, the certificate it was answered with, if any; `isHeard` if the run heard that it was written. */
export type StepOfRun = { step: Recorded; isHeard: boolean; certificate: string | null }

/** The last run of a case that is kept: how it ended, which run it says goes on, and the last revision that kept runs tell of. */
export type LastKept = { runId: string; end: string; successor: string | null; revision: number }

/**
 * What the engine histories say of a case: each step by its revision, the runs that were read, the last one that is kept, if
 * nothing is wrong with any, and the runs that neither archive nor Temporal has; null where Temporal was not asked.
 */
export type Evidence = {
  steps: Map<number, StepOfRun>
  runs: Set<string>
  lastKept: LastKept | null
  unknown: Set<string> | null
}

type Read = { run: RunRecord; history: History | null; steps: StepOfRun[]; findings: Finding[] }

/** Reads the runs of a case: each kept one has its own history, and together they are one chain. */
export async function checkRuns(
  { models, temporal }: Engines,
  { project, runs }: { project: string; runs: readonly RunRecord[] },
  named: ReadonlySet<string>,
): Promise<{ findings: Finding[]; evidence: Evidence }> {
  const evidence: Evidence = { steps: new Map(), runs: new Set(), lastKept: null, unknown: null }
  const findings: Finding[] = []
  const ends: Ended[] = []
  for (const run of runs) {
    const { history, steps, findings: own } = await readRun(models, run, named)
    findings.push(...own)
    if (own.length > 0 || !history) continue
    gather(evidence, run._id, steps)
    ends.push({ run, end: closingOf(history, run._id)?.end ?? '', successor: successorOf(history) })
  }
  const isFaulty = ({ _id }: RunRecord) => findings.some(({ id }) => id === _id)
  findings.push(...gapsOf(runs, isFaulty))
  if (findings.length === 0) evidence.lastKept = lastOf(ends, evidence)
  if (temporal) await askEngine(temporal, project, { named, evidence })
  return { findings, evidence }
}

function gather({ steps, runs }: Evidence, runId: string, told: StepOfRun[]): void {
  runs.add(runId)
  for (const each of told) steps.set(each.step.state.revision, each)
}

type Ended = { run: RunRecord; end: string; successor: string | null }

function lastOf(ends: Ended[], { steps }: Evidence): LastKept | null {
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
  { named, evidence }: { named: ReadonlySet<string>; evidence: Evidence },
): Promise<void> {
  const unknown = new Set<string>()
  const isOver = evidence.lastKept?.end === completed
  const latest = isOver ? null : await fetchLatest(temporal, project)
  for (const runId of new Set([...named, ...(latest === null ? [] : [latest])])) {
    if (evidence.runs.has(runId)) continue
    const history = isRunId.test(runId) ? await fetchRun(temporal, project, runId) : null
    if (history) gather(evidence, runId, stepsOf(history))
    else unknown.add(runId)
  }
  evidence.unknown = unknown
}

/** How a run ends after which nothing follows. */
export const completed = 'WORKFLOW_EXECUTION_COMPLETED'
/** How a run ends that another goes on from by itself. */
export const continued = 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'

async function readRun(models: Models, run: RunRecord, named: ReadonlySet<string>): Promise<Read> {
  const none = { run, history: null, steps: [] }
  try {
    const { bytes, fault } = await readArchive(models, run.archive)
    if (!bytes) return { ...none, findings: fault }
    const history = decodeHistory(bytes)
    const steps = stepsOf(history)
    return { run, history, steps, findings: [...fault, ...faultsOf(run, { history, steps }, named)] }
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
function packingFaults(kept: ArchiveRecord, bytes: Uint8Array): Finding[] {
  const expected = { size: bytes.length, packed: packedDigest(kept) }
  for (const field of ['size', 'packed'] as const) {
    const told = { expected: `${field}: ${expected[field]}`, found: `${field}: ${kept[field]}` }
    if (kept[field] !== expected[field]) return [finding('archive-changed', kept._id, told)]
  }
  return []
}

type Told = Pick<Read, 'steps'> & { history: History }

/** What a run says of itself and its history does not. */
function faultsOf(run: RunRecord, { history, steps }: Told, named: ReadonlySet<string>): Finding[] {
  const runId = runIdOf(history)
  if (runId !== run._id) {
    const kind = run.anchored || named.has(run._id) ? 'run-changed' : 'run-inserted'
    return [finding(kind, run._id, { expected: `run ${run._id}`, found: `run ${runId}` })]
  }
  const closing = closingOf(history, run._id)
  const expected = {
    project: steps[0]?.step.project ?? run.project,
    previous: predecessorOf(history),
    events: history.events?.length ?? 0,
    end: closing?.end ?? null,
    startedAt: instantOf(history.events?.[0] ?? {}).getTime(),
    closedAt: closing?.closedAt.getTime() ?? null,
  }
  const found = { ...run, startedAt: Number(run.startedAt), closedAt: Number(run.closedAt) }
  for (const field of ['project', 'previous', 'events', 'end', 'startedAt', 'closedAt'] as const) {
    const told = { expected: `${field}: ${expected[field]}`, found: `${field}: ${found[field]}` }
    if (found[field] !== expected[field]) return [finding('run-changed', run._id, told)]
  }
  return []
}

/** Runs that a later one goes on from and that are not kept. */
function gapsOf(runs: readonly RunRecord[], isFaulty: (run: RunRecord) => boolean): Finding[] {
  const kept = new Set(runs.map(({ _id }) => _id))
  return runs
    .filter((run) => !isFaulty(run) && run.previous !== null && !kept.has(run.previous))
    .map(({ _id, previous }) => finding('run-missing', previous ?? '', { expected: `before ${_id}` }))
}

/** The steps that a history had recorded, as they went into the record. */
function stepsOf(history: History): StepOfRun[] {
  return readHistory(history).flatMap((deed) => {
    if (deed.kind !== 'step') return []
    const { step, answer } = deed
    return [{ step, isHeard: answer !== null, certificate: answer?.certificate ?? null }]
  })
}
