import { setTimeout as delay } from 'node:timers/promises'
import type { Models } from '../models/index.ts'
import type { Anchor, Leaf } from '../policy/anchors.ts'
import { checkArchives } from './check-archives.ts'
import { checkAnchors } from './check-anchors.ts'
import { checkCase } from './check-case.ts'
import { checkRuns } from './check-runs.ts'
import { casesOf, readCase, type CaseRecords } from './cases.ts'
import { createFindings, type Finding, type Findings } from './findings.ts'
import type { TrustedKey } from './keys.ts'

/** What to verify: all cases or one, anchors from a serial on, and under which keys they are believed. */
export type Question = {
  models: Models
  trusted: readonly TrustedKey[]
  project?: string | undefined
  from?: number
  /** Milliseconds between two looks at a case with findings: a step may be on its way into the record. */
  pauses?: readonly number[]
  /** Told after each case, and after each anchor. */
  onProgress?: (seen: { cases: number; anchors: number }) => void
}

/** What was looked at, what is wrong, and where the anchors end. */
export type Report = {
  cases: number
  lines: number
  runs: number
  anchors: number
  leaves: number
  findings: readonly Finding[]
  /** Days between two anchors that have none; nothing is wrong with them, but nobody vouched for the record on them. */
  idleDays: string[]
  last: Anchor | null
}

/** No more findings are kept than this, nor cases that have to be looked for among the leaves. */
const most = 1_000
const casesAtOnce = 200

/**
 * Verifies the record: each case against itself and its engine histories, archives against their digests, anchors against their
 * signatures, and the record against the anchors. Memory does not grow with the number of cases.
 */
export async function verify(question: Question): Promise<Report> {
  const { models, project, trusted, from = 1, pauses = patience, onProgress = () => undefined } = question
  const findings = createFindings(most)
  const seen = { cases: 0, anchors: 0, lines: 0, runs: 0 }
  const unproved: Leaf[] = []
  const tell = () => onProgress({ cases: seen.cases, anchors: seen.anchors })
  for await (const some of inGroups(project === undefined ? casesOf(models) : only(models, project))) {
    for (const records of some) {
      findings.add(await settledFindings(models, records, pauses))
      seen.cases += 1
      seen.lines += records.lines.length
      seen.runs += records.runs.length
      tell()
    }
    unproved.push(...(await withoutLeaf(models, some, findings)).slice(0, most - unproved.length))
  }
  const tick = () => {
    seen.anchors += 1
    tell()
  }
  const totals = await checkAnchors({ models, trusted, from, unproved, findings, tick })
  if (project === undefined) await checkArchives(models, findings)
  const { leaves, idleDays, last } = totals
  return { ...seen, leaves, idleDays, last, findings: findings.list() }
}

async function* only(models: Models, project: string): AsyncGenerator<CaseRecords> {
  const records = await readCase(models, project)
  const { record, lines, snapshots, runs } = records
  if (record || lines.length + snapshots.length + runs.length > 0) yield records
}

async function* inGroups<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let group: T[] = []
  for await (const item of items) {
    group.push(item)
    if (group.length < casesAtOnce) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** How long a step may take to be written in all its places before what is missing counts. */
const patience = [100, 400, 1_500]

/** What is wrong with a case, and still is after a while: a step may be on its way into the record. */
async function settledFindings(
  models: Models,
  records: CaseRecords,
  pauses: readonly number[],
): Promise<Finding[]> {
  let found = await findingsOf(models, records)
  for (const pause of pauses) {
    if (found.length === 0) break
    await delay(pause)
    found = await findingsOf(models, await readCase(models, records.project))
  }
  return found
}

async function findingsOf(models: Models, records: CaseRecords): Promise<Finding[]> {
  const named = new Set(records.lines.map(({ run }) => run))
  const { findings, evidence } = await checkRuns(models, records.runs, named)
  return [...findings, ...checkCase(records, evidence)]
}

/** The heads and runs of some cases that say they are in an anchor, and are in none. */
async function withoutLeaf(models: Models, cases: CaseRecords[], findings: Findings): Promise<Leaf[]> {
  const said = cases.flatMap(leavesSaid).filter(({ id }) => !findings.has('projects', id))
  if (said.length === 0) return []
  const leaves = await models.leaves
    .find({ id: { $in: said.map(({ id }) => id) } }, { kind: 1, id: 1, digest: 1 })
    .lean()
  const known = new Set(leaves.map(({ id, digest }) => `${id} ${digest}`))
  return said.filter(({ id, digest }) => !known.has(`${id} ${digest}`))
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
