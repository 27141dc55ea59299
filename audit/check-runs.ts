import { BrokenHistory, readHistory, runIdOf, type Recorded } from '../archive/events.ts'
import { decodeHistory, predecessorOf, type History } from '../archive/histories.ts'
import { ArchiveFault, getArchive } from '../archive/store.ts'
import type { Models, RunRecord } from '../models/index.ts'
import type { Digest } from '../policy/digest.ts'
import { finding, type Finding } from './findings.ts'

/** A step of a kept run; `isHeard` if the run heard that it was written. */
export type Witnessed = { step: Recorded; isHeard: boolean }

/** What the engine histories say of a case: each step by its revision, and the runs that were read. */
export type Evidence = { steps: Map<number, Witnessed>; runs: Set<string> }

/** Reads the kept runs of a case: each has its own history, and together they are one chain. */
export async function checkRuns(
  models: Models,
  runs: readonly RunRecord[],
  named: ReadonlySet<string>,
): Promise<{ findings: Finding[]; evidence: Evidence }> {
  const evidence: Evidence = { steps: new Map(), runs: new Set() }
  const findings: Finding[] = []
  for (const run of runs) {
    const { steps, findings: own } = await readRun(models, run, named)
    findings.push(...own)
    if (own.length > 0) continue
    evidence.runs.add(run._id)
    for (const each of steps) evidence.steps.set(each.step.state.revision, each)
  }
  const isFaulty = ({ _id }: RunRecord) => findings.some(({ id }) => id === _id)
  return { findings: [...findings, ...gapsOf(runs, isFaulty)], evidence }
}

async function readRun(models: Models, run: RunRecord, named: ReadonlySet<string>) {
  try {
    const { bytes, fault } = await readArchive(models, run.archive)
    if (!bytes) return { steps: [], findings: fault }
    const history = decodeHistory(bytes)
    const steps = stepsOf(history)
    return { steps, findings: [...fault, ...faultsOf(run, { history, steps }, named)] }
  } catch (error) {
    if (!(error instanceof BrokenHistory)) throw error
    const told = { expected: 'the history of a run', found: error.message }
    return { steps: [], findings: [finding('run-changed', run._id, told)] }
  }
}

async function readArchive(models: Models, digest: Digest) {
  try {
    const [bytes, kept] = await Promise.all([
      getArchive(models, digest),
      models.archives.findById(digest, { size: 1 }).lean(),
    ])
    const sizes = { expected: `${bytes.length} bytes`, found: `${kept?.size} bytes` }
    const fault = kept?.size === bytes.length ? [] : [finding('archive-changed', digest, sizes)]
    return { bytes, fault }
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error
    const isThere = (await models.archives.exists({ _id: digest })) !== null
    return { bytes: null, fault: [finding(isThere ? 'archive-changed' : 'archive-missing', digest)] }
  }
}

/** What a run says of itself and its history does not. */
function faultsOf(
  run: RunRecord,
  { history, steps }: { history: History; steps: Witnessed[] },
  named: ReadonlySet<string>,
): Finding[] {
  const runId = runIdOf(history)
  if (runId !== run._id) {
    const kind = run.anchored || named.has(run._id) ? 'run-changed' : 'run-inserted'
    return [finding(kind, run._id, { expected: `run ${run._id}`, found: `run ${runId}` })]
  }
  const expected = {
    project: steps[0]?.step.project ?? run.project,
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
function stepsOf(history: History): Witnessed[] {
  return readHistory(history).flatMap((deed) =>
    deed.kind === 'step' ? [{ step: deed.step, isHeard: deed.answer !== null }] : [],
  )
}
