import type { Client } from '@temporalio/client'
import type { Models } from '../../models/index.ts'
import type { Leaf } from '../../policy/integrity/anchors.ts'
import type { NotedAnchor } from './anchor-log.ts'
import { checkAge } from './anchor-age.ts'
import { checkArchives } from './check-archives.ts'
import { checkAnchors } from './check-anchors.ts'
import { checkRegister } from './check-register.ts'
import { casesOf, readCases, type CaseRecords } from './cases.ts'
import { openEditions } from './editions.ts'
import { createFindings, type AuditFinding, type Findings } from './findings.ts'
import type { TrustedKey } from './keys.ts'
import { findNameless } from './nameless.ts'
import { settledFindings } from './settled.ts'
import { shownAnchor, type ShownAnchor } from './shown-anchor.ts'

/** What to verify: all cases or one, anchors from a serial on, and under which keys they are believed. */
export type VerifyOptions = {
  models: Models
  trusted: readonly TrustedKey[]
  /** Asked for the runs that are not kept; without it, lines that name one are believed. */
  temporal?: Client | undefined
  /** The last anchor that this machine has noted. */
  noted?: NotedAnchor | null
  /** The last anchor must not be two days older than this instant (milliseconds since 1970); any age will do, if left out. */
  asOf?: number
  project?: string | undefined
  from?: number
  /** Milliseconds between two checks of a case with findings: a step may be on its way into the record. */
  pauses?: readonly number[]
  /** Told after each case, and after each anchor. */
  onProgress?: (seen: { cases: number; anchors: number }) => void
}

/** What was checked, what is wrong, and where the anchors end. */
export type VerifyReport = {
  cases: number
  lines: number
  runs: number
  anchors: number
  leaves: number
  findings: readonly AuditFinding[]
  /** How many findings there were beyond those that are listed. */
  moreFindings: number
  /** Days between two anchors that have none; nothing is wrong with them, but nobody vouched for the record on them. */
  idleDays: string[]
  last: ShownAnchor | null
}

/** No more findings are kept than this, nor cases that have to be looked for among the leaves. */
const most = 1_000
const leavesAtOnce = 200
/** How long a step may take to be written in all its places before what is missing counts. */
const patience = [100, 400, 1_500]

/**
 * Verifies the record: each case against itself and its engine histories, archives against their digests, anchors against their
 * signatures, and the record against the anchors. Memory does not grow with the number of cases.
 */
export async function verify(question: VerifyOptions): Promise<VerifyReport> {
  const { models, project, trusted, noted = null, from = 1, onProgress = () => undefined } = question
  const findings = createFindings(most)
  const seen = { cases: 0, anchors: 0, lines: 0, runs: 0 }
  const tell = () => onProgress({ cases: seen.cases, anchors: seen.anchors })
  findings.add(await findNameless(models, project))
  const unproved = await checkCases(question, findings, (records) => {
    seen.cases += 1
    seen.lines += records.lines.length
    seen.runs += records.runs.length
    tell()
  })
  const tick = () => {
    seen.anchors += 1
    tell()
  }
  const totals = await checkAnchors({ models, trusted, noted, from, unproved, findings, tick })
  if (project === undefined) {
    await checkArchives(models, findings)
    await checkRegister(models, findings)
    if (question.asOf !== undefined) findings.add(await checkAge(models, question.asOf))
  }
  const { leaves, idleDays, last } = totals
  return {
    ...seen,
    leaves,
    idleDays,
    last: last && shownAnchor(last),
    findings: findings.list(),
    moreFindings: findings.more(),
  }
}

/** Checks cases one after the other; answers with the leaves that they say they have, and that are in no anchor. */
async function checkCases(
  { models, temporal, project, pauses = patience }: VerifyOptions,
  findings: Findings,
  onCase: (records: CaseRecords) => void,
): Promise<Leaf[]> {
  const options = { models, temporal, editions: openEditions(models, findings), pauses }
  const unproved: Leaf[] = []
  let said: Leaf[] = []
  const flush = async () => {
    unproved.push(...(await withoutLeaf(models, said, findings)).slice(0, most - unproved.length))
    said = []
  }
  for await (const records of project === undefined ? casesOf(models) : only(models, project)) {
    findings.add(await settledFindings(options, records))
    said.push(...leavesSaid(records))
    if (said.length >= leavesAtOnce) await flush()
    onCase(records)
  }
  await flush()
  return unproved
}

async function* only(models: Models, project: string): AsyncGenerator<CaseRecords> {
  for (const records of await readCases(models, [project])) {
    const { record, lines, snapshots, runs, certificates } = records
    if (record || lines.length + snapshots.length + runs.length + certificates.length > 0) yield records
  }
}

/** Heads and runs that are said to be in an anchor, and are in none. */
async function withoutLeaf(models: Models, said: Leaf[], findings: Findings): Promise<Leaf[]> {
  const sought = said.filter(({ id }) => !findings.has('projects', id))
  if (sought.length === 0) return []
  const leaves = await models.leaves
    .find({ id: { $in: sought.map(({ id }) => id) } }, { kind: 1, id: 1, digest: 1 })
    .lean()
  const known = new Set(leaves.map(({ id, digest }) => `${id} ${digest}`))
  return sought.filter(({ id, digest }) => !known.has(`${id} ${digest}`))
}

function leavesSaid({ record, runs }: CaseRecords): Leaf[] {
  const own: Leaf[] = record?.anchored
    ? [{ kind: 'case', id: record._id, revision: record.revision, digest: record.head }]
    : []
  const closed = runs.filter(({ anchored }) => anchored)
  return [
    ...own,
    ...closed.map(({ _id, archive }): Leaf => ({ kind: 'run', id: _id, revision: null, digest: archive })),
  ]
}
