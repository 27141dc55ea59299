import type { HistoryRecord, ProjectRecord, SnapshotRecord } from '../../models/index.ts'
import { phaseOf } from '../../policy/case/case.ts'
import type { CaseRecords } from './cases.ts'
import { completed, continued, type RunEvidence } from './check-runs.ts'
import { finding, firstDifference, type AuditFinding } from './findings.ts'
import {
  chainOf,
  digestIfJson,
  isLinkOf,
  linkOfDoc,
  revisionInId,
  type Chain,
  type CheckedLine,
} from './lines.ts'

/** Checks one case against itself and against its kept runs: lines, links, snapshots, the project, who made each line. */
export function checkCase(records: CaseRecords, evidence: RunEvidence): AuditFinding[] {
  const { project, record, lines, snapshots, runs } = records
  const remains = snapshots.length > 0 || runs.length > 0
  if (!record && lines.length > 0 && !remains)
    return lines.map(({ _id }) => finding('line-inserted', _id, { expected: 'a project of this id' }))
  if (record && lines.length === 0 && !remains) return [finding('project-inserted', project)]
  if (!record && lines.length === 0 && runs.length === 0)
    return snapshots.map(({ _id }) => finding('snapshot-inserted', _id))
  // A run that says it is of this case and is not is told already.
  if (!record && lines.length === 0) return evidence.runs.size > 0 ? [finding('case-vanished', project)] : []
  const chain = chainOf(project, record, lines)
  return [
    ...chain.findings,
    ...checkSnapshots(records, chain, evidence),
    ...(record ? checkProject(record, chain, snapshots) : [finding('project-missing', project)]),
    ...checkSteps(project, chain, evidence),
    ...checkOrderOfRuns(chain, evidence),
    ...checkEnd(chain, evidence),
    ...checkUnknown(chain, evidence),
  ]
}

function checkSnapshots(
  { project, record, snapshots }: CaseRecords,
  { lines, findings }: Chain,
  evidence: RunEvidence,
): AuditFinding[] {
  const edition = editionOf({ snapshots, record })
  const byName = new Map(snapshots.map((snapshot) => [snapshot._id, snapshot]))
  const isUnknown = (revision: number | null) => revision === null || !lines.has(revision)
  const isExplained = (id: string) => findings.some((each) => each.id === id)
  return [
    ...[...lines].flatMap(([revision, line]) => {
      const id = `${project}:${revision}`
      const snapshot = byName.get(id)
      if (!snapshot) return [finding('snapshot-missing', id)]
      return snapshotFault(snapshot, line, { revision, edition, evidence })
    }),
    ...snapshots
      .filter(({ _id }) => isUnknown(revisionInId(_id, project)) && !isExplained(_id))
      .map(({ _id }) => finding('snapshot-inserted', _id)),
  ]
}

type Around = { revision: number; edition: string | undefined; evidence: RunEvidence }

function snapshotFault(snapshot: SnapshotRecord, line: CheckedLine, around: Around): AuditFinding[] {
  const { doc, verified } = line
  const { revision, edition, evidence } = around
  const found = digestIfJson(snapshot.state)
  const fits =
    found === doc.stateDigest || (!verified && found !== null && linkOfDoc(doc, found) === doc.link)
  if (!fits)
    return [finding('snapshot-changed', snapshot._id, { expected: doc.stateDigest, found: String(found) })]
  const step = evidence.steps.get(revision)?.step
  const expected = {
    project: doc.project,
    revision,
    at: verified ? doc.at.toISOString() : textOf(snapshot.at),
    editionHash: step?.editionHash ?? edition,
    calendars: JSON.stringify(step?.versions ?? snapshot.calendars),
  }
  const is = { ...snapshot, at: textOf(snapshot.at), calendars: JSON.stringify(snapshot.calendars) }
  return firstDifference('snapshot-changed', snapshot._id, expected, is)
}

/** The edition of a case never changes: that of most snapshots, and of the project. */
function editionOf({ snapshots, record }: Pick<CaseRecords, 'snapshots' | 'record'>): string | undefined {
  const named = [...snapshots.map(({ editionHash }) => editionHash), ...(record ? [record.editionHash] : [])]
  const times = new Map<string, number>()
  for (const hash of named) times.set(hash, (times.get(hash) ?? 0) + 1)
  return [...times].toSorted(([, a], [, b]) => b - a)[0]?.[0]
}

function textOf(at: unknown): string {
  return at instanceof Date && !Number.isNaN(at.getTime()) ? at.toISOString() : String(at)
}

/** The project against its last line; what else it shows follows from its state. */
function checkProject(
  record: ProjectRecord,
  { lines, last, isCutOff }: Chain,
  snapshots: SnapshotRecord[],
): AuditFinding[] {
  const end = lines.get(last)
  // A line that is missing is told already.
  if (!end || isCutOff) return []
  const { expected, found } = compared(record, end, { last, snapshots, first: lines.get(1)?.doc })
  return firstDifference('project-changed', record._id, expected, found)
}

type LineContext = { last: number; first: HistoryRecord | undefined; snapshots: SnapshotRecord[] }

function compared(record: ProjectRecord, end: CheckedLine, { last, first, snapshots }: LineContext) {
  const state = digestIfJson(record.state)
  const { application } = record.state?.case ?? {}
  const kept = snapshots.find(({ _id }) => _id === `${record._id}:${last}`)
  const isState = state === end.doc.stateDigest || (!end.verified && state === digestIfJson(kept?.state))
  const updatedAt = textOf(record.updatedAt)
  const filedAt = textOf(record.filedAt)
  return {
    expected: {
      revision: last,
      head: isLinkOf(end, record.head) ? record.head : end.doc.link,
      state: isState ? state : end.doc.stateDigest,
      phase: isState ? phaseOf(record.state.value) : record.phase,
      uscc: isState ? application?.uscc : record.uscc,
      district: isState ? application?.district : record.district,
      editionHash: editionOf({ snapshots, record }),
      updatedAt: end.verified ? textOf(end.doc.at) : updatedAt,
      filedAt: first && linkOfDoc(first, first.stateDigest) === first.link ? textOf(first.at) : filedAt,
    },
    found: { ...record, state, updatedAt, filedAt },
  }
}

/** Each line against the engine history of the run that made it. */
function checkSteps(project: string, { lines }: Chain, { steps, runs }: RunEvidence): AuditFinding[] {
  const told = [...steps].flatMap(([revision, { step, isHeard }]) => {
    const { seal, run } = step
    const line = lines.get(revision)
    // Of a step that was asked for when the run was ended nobody knows whether it was written.
    if (!line && !isHeard) return []
    if (!line) return [finding('line-missing', `${project}:${revision}`, { expected: seal?.link ?? null })]
    const { _id, run: named, link } = line.doc
    if (seal && !isLinkOf(line, seal.link))
      return [finding('line-replaced', _id, { expected: seal.link, found: link })]
    return named === run ? [] : [finding('line-run', _id, { expected: run, found: named })]
  })
  const untold = [...lines].flatMap(([revision, { doc }]) =>
    runs.has(doc.run) && !steps.has(revision)
      ? [finding('line-inserted', doc._id, { expected: `a step of run ${doc.run}` })]
      : [],
  )
  return [...told, ...untold]
}

/** Runs follow one another: a line of which no kept run tells, and whose neighbours are both of another run, is of that run. */
function checkOrderOfRuns({ lines }: Chain, { steps }: RunEvidence): AuditFinding[] {
  const runOf = (revision: number) => steps.get(revision)?.step.run ?? lines.get(revision)?.doc.run
  return [...lines].flatMap(([revision, { doc }]) => {
    const [before, after] = [runOf(revision - 1), runOf(revision + 1)]
    const isOdd = before !== undefined && before === after && doc.run !== before && !steps.has(revision)
    return isOdd ? [finding('line-run', doc._id, { expected: before, found: doc.run })] : []
  })
}

/** Lines after the last one of which a kept run tells: none where the case is over, else of the run that goes on. */
function checkEnd({ lines }: Chain, { lastKept, runs }: RunEvidence): AuditFinding[] {
  if (!lastKept) return []
  const { end, runId, revision, successor } = lastKept
  const later = [...lines]
    .filter(([named, { doc }]) => named > revision && !runs.has(doc.run))
    .toSorted(([a], [b]) => a - b)
    .map(([, { doc }]) => doc)
  if (end === completed) {
    const expected = `no line after revision ${revision}: run ${runId} came to its end`
    return later.map(({ _id }) => finding('line-inserted', _id, { expected }))
  }
  if (end === continued) {
    const [next] = later
    if (!next || next.run === successor) return []
    return [finding('line-run', next._id, { expected: successor, found: next.run })]
  }
  // A run that did not come to its end is taken up again by an admin command; what time did until then comes before it.
  const next = later.find(({ by }) => by !== null)
  if (!next || next.type === 'restart' || next.type === 'file') return []
  const expected = `a restart after run ${runId}, which ended as ${end}`
  return [finding('line-inserted', next._id, { expected, found: next.type })]
}

/** Lines of runs that Temporal was asked for and does not have, nor the archive. */
function checkUnknown({ lines }: Chain, { unknown }: RunEvidence): AuditFinding[] {
  return [...lines.values()]
    .filter(({ doc }) => unknown?.has(doc.run))
    .map(({ doc }) => finding('line-unproved', doc._id, { found: `run ${doc.run}` }))
}
