import { defaultPayloadConverter } from '@temporalio/client'
import { decodeHistory, predecessorOf, type History } from '../archive/histories.ts'
import { ArchiveFault, getArchive } from '../archive/store.ts'
import type { Models, RunRecord } from '../models/index.ts'
import type { Digest } from '../policy/digest.ts'
import type { StepRecord } from '../workflows/contract.ts'
import { finding, type Finding } from './findings.ts'

/** What the engine histories say of a case: each step by its revision, and the runs that were read. */
export type Evidence = { steps: Map<number, StepRecord>; runs: Set<string> }

type Read = { run: RunRecord; history: History | null; findings: Finding[] }

/** Reads the kept runs of a case: each has its own history, and together they are one chain. */
export async function checkRuns(
  models: Models,
  runs: readonly RunRecord[],
  named: ReadonlySet<string>,
): Promise<{ findings: Finding[]; evidence: Evidence }> {
  const evidence: Evidence = { steps: new Map(), runs: new Set() }
  const findings: Finding[] = []
  for (const run of runs) {
    const { history, findings: own } = await readRun(models, run, named)
    findings.push(...own)
    if (!history || own.length > 0) continue
    evidence.runs.add(run._id)
    for (const step of stepsOf(history)) evidence.steps.set(step.state.revision, step)
  }
  const isFaulty = ({ _id }: RunRecord) => findings.some(({ id }) => id === _id)
  return { findings: [...findings, ...gapsOf(runs, isFaulty)], evidence }
}

/** The run whose history this is. */
export function runIdOf({ events }: History): string | null {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? null
}

async function readRun(models: Models, run: RunRecord, named: ReadonlySet<string>): Promise<Read> {
  const { history, fault } = await readArchive(models, run.archive)
  if (!history) return { run, history, findings: fault }
  return { run, history, findings: [...fault, ...faultsOf(run, history, named)] }
}

async function readArchive(models: Models, digest: Digest) {
  try {
    const [bytes, kept] = await Promise.all([
      getArchive(models, digest),
      models.archives.findById(digest, { size: 1 }).lean(),
    ])
    const sizes = { expected: `${bytes.length} bytes`, found: `${kept?.size} bytes` }
    const fault = kept?.size === bytes.length ? [] : [finding('archive-changed', digest, sizes)]
    return { history: decodeHistory(bytes), fault }
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error
    const isThere = (await models.archives.exists({ _id: digest })) !== null
    return { history: null, fault: [finding(isThere ? 'archive-changed' : 'archive-missing', digest)] }
  }
}

/** What a run says of itself and its history does not. */
function faultsOf(run: RunRecord, history: History, named: ReadonlySet<string>): Finding[] {
  const runId = runIdOf(history)
  if (runId !== run._id) {
    const kind = run.anchored || named.has(run._id) ? 'run-changed' : 'run-inserted'
    return [finding(kind, run._id, { expected: `run ${run._id}`, found: `run ${runId}` })]
  }
  const expected = {
    project: stepsOf(history).at(0)?.project ?? run.project,
    previous: predecessorOf(history),
    events: history.events?.length ?? 0,
  }
  for (const field of ['project', 'previous', 'events'] as const)
    if (run[field] !== expected[field]) return [changed(run, field, expected[field])]
  return []
}

function changed(run: RunRecord, field: 'project' | 'previous' | 'events', expected: string | number | null) {
  return finding('run-changed', run._id, {
    expected: `${field}: ${expected}`,
    found: `${field}: ${run[field]}`,
  })
}

/** Runs that a later one goes on from and that are not kept. */
function gapsOf(runs: readonly RunRecord[], isFaulty: (run: RunRecord) => boolean): Finding[] {
  const kept = new Set(runs.map(({ _id }) => _id))
  return runs
    .filter((run) => !isFaulty(run) && run.previous !== null && !kept.has(run.previous))
    .map(({ _id, previous }) => finding('run-missing', previous ?? '', { expected: `before ${_id}` }))
}

/** The steps that a history had recorded, as they went into the record. */
function stepsOf({ events }: History): StepRecord[] {
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    const [payload] = scheduled?.input?.payloads ?? []
    if (scheduled?.activityType?.name !== 'recordStep' || !payload) return []
    return [defaultPayloadConverter.fromPayload<StepRecord>(payload)]
  })
}
