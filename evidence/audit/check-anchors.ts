import { z } from 'zod'
import { anchorOf, type AnchorRecord, type Models } from '../../models/index.ts'
import { leafId, placeOfLeaf, suiteNames, type Anchor, type Leaf } from '../../policy/integrity/anchors.ts'
import { addDays, daysFrom, isDate } from '../../policy/time/dates.ts'
import { checkLeaves, readLeaves } from './check-leaves.ts'
import { finding, type AuditFinding, type Findings } from './findings.ts'
import { digestOfAnchor, type NotedAnchor } from './anchor-log.ts'
import { lateLines } from './check-late.ts'
import type { TrustedKey } from './keys.ts'
import { isSignedAnchor, keyDoubt } from './signed.ts'

/** What is asked of the anchors: from which serial, under which keys, and which cases and runs say that they have a leaf. */
export type AnchorQuestion = {
  models: Models
  trusted: readonly TrustedKey[]
  from: number
  unproved: Leaf[]
  /** The last anchor that was noted outside of the record, if there is one. */
  noted: NotedAnchor | null
  findings: Findings
  tick: () => void
}

/** What was seen of the anchors beside what is wrong; days without an anchor are told, up to so many. */
export type AnchorTotals = { anchors: number; leaves: number; idleDays: string[]; last: Anchor | null }

const mostTold = 100

/** Walks the anchors from the first to the last: signatures, keys, the chain of digests, serials, leaves, and what has no anchor. */
export async function checkAnchors(question: AnchorQuestion): Promise<AnchorTotals> {
  const totals: AnchorTotals = { anchors: 0, leaves: 0, idleDays: [], last: null }
  let before = await anchorBefore(question)
  const { models, from } = question
  // Few at once: what is done for each of them takes its time, and the server forgets a cursor that rests.
  const anchors = models.anchors.find({ _id: { $gte: from } }).sort({ _id: 1 })
  for await (const record of anchors.lean<AnchorRecord[]>().cursor({ batchSize: 10 })) {
    const { anchor, faults } = checkAnchor(record, question.trusted)
    question.findings.add(faults)
    totals.anchors += 1
    question.tick()
    if (!anchor) continue
    const isSound = faults.length === 0
    question.findings.add(checkOrder(before, anchor, { from, isSound }))
    if (before) totals.idleDays.push(...daysBetween(before.anchor.day, anchor.day, totals.idleDays.length))
    totals.leaves += await checkLeavesOf(question, anchor, { before, isSound })
    before = { anchor, isSound }
    totals.last = anchor
  }
  question.findings.add(await checkNoted(question))
  if (from === 1) {
    question.findings.add(await orphans(models, totals.last?.serial ?? 0))
    question.findings.add(question.unproved.map(unanchored))
  }
  return totals
}

/** Whether the record still has the anchor that was noted. */
async function checkNoted({ models, noted }: AnchorQuestion): Promise<AuditFinding[]> {
  if (!noted) return []
  const { serial, digest: expected } = noted
  const record = await models.anchors.findById(serial).lean()
  if (!record) return [finding('anchor-missing', serial, { expected })]
  const anchor = readAnchor(record)
  // One that is none any more is told already.
  const found = anchor && digestOfAnchor(anchor)
  if (found === null || found === expected) return []
  return [finding('anchor-replaced', serial, { expected, found })]
}

type Before = { anchor: Anchor; isSound: boolean } | null

async function anchorBefore({ models, from, trusted }: AnchorQuestion): Promise<Before> {
  const record = from === 1 ? null : await models.anchors.findById(from - 1).lean()
  if (!record) return null
  const { anchor, faults } = checkAnchor(record, trusted)
  return anchor && { anchor, isSound: faults.length === 0 }
}

/** An anchor by itself: is it what was signed, and by whom. */
function checkAnchor(record: AnchorRecord, trusted: readonly TrustedKey[]) {
  const changed = (found: string) => finding('anchor-changed', record._id, { found })
  const anchor = readAnchor(record)
  if (!anchor) return { anchor, faults: [changed('what no anchor has')] }
  if (!isSignedAnchor(anchor)) return { anchor, faults: [changed('a signature that does not fit')] }
  const expected = keyDoubt(anchor, trusted)
  const faults = expected === null ? [] : [finding('anchor-key', record._id, { expected, found: anchor.key })]
  return { anchor, faults }
}

const anchorDigest = z.templateLiteral([z.enum(['sha256', 'sm3']), ':', z.string()])
const AnchorDocument = z.strictObject({
  _id: z.int().min(1),
  day: z.string().refine(isDate),
  at: z.date(),
  previous: anchorDigest.nullable(),
  count: z.int().min(0),
  root: anchorDigest,
  suite: z.enum(suiteNames),
  key: z.templateLiteral(['sha256:', z.string()]),
  publicKey: z.string(),
  signature: z.string(),
})

function readAnchor(record: AnchorRecord): Anchor | null {
  const { data } = AnchorDocument.safeParse(record)
  return data ? anchorOf(data) : null
}

type Asked = { from: number; isSound: boolean }

/** An anchor against the one before it: no gap, the same digest, not earlier. What was changed says nothing of others. */
function checkOrder(before: Before, anchor: Anchor, { from, isSound }: Asked): AuditFinding[] {
  const { serial, previous, suite, at } = anchor
  const findings: AuditFinding[] = []
  const next = before ? before.anchor.serial + 1 : from
  for (let gap = next; gap < serial && findings.length < mostTold; gap += 1)
    findings.push(finding('anchor-missing', gap))
  if (findings.length > 0 || !isSound) return findings
  if (!before) return previous === null ? [] : [finding('anchor-missing', serial - 1, { expected: previous })]
  if (!before.isSound) return []
  const found = digestOfAnchor(before.anchor, suite)
  if (previous !== found)
    return [finding('anchor-replaced', before.anchor.serial, { expected: previous, found })]
  if (at < before.anchor.at)
    return [finding('anchor-clock', serial, { expected: `not before ${before.anchor.at}`, found: at })]
  return []
}

function daysBetween(from: string, to: string, told: number): string[] {
  const idle = Math.min(daysFrom(from, to) - 1, mostTold - told)
  return Array.from({ length: Math.max(0, idle) }, (_, index) => addDays(from, index + 1))
}

async function checkLeavesOf(
  { models, unproved, findings }: AnchorQuestion,
  anchor: Anchor,
  { before, isSound }: { before: Before; isSound: boolean },
): Promise<number> {
  if (!isSound) return 0
  const { leaves, findings: own } = await readLeaves(models, anchor)
  findings.add(own)
  const named = leaves.map(({ leaf }) => leaf)
  const earlier = before?.isSound ? before.anchor : null
  findings.add(await checkLeaves(models, anchor, leaves))
  if (earlier) findings.add(await lateLines(models, { anchor, earlier }, named))
  const has = new Set(leaves.map(({ leaf }) => `${leaf.id} ${leaf.digest}`))
  const left = unproved.filter(
    (leaf) => !has.has(`${leaf.id} ${leaf.digest}`) && !findings.has('leaves', leafId(anchor.serial, leaf)),
  )
  unproved.splice(0, unproved.length, ...left)
  return leaves.length
}

/** Leaves of anchors that are not there: right after the last one an anchor was cut off, elsewhere a leaf is made up. */
async function orphans({ anchors, leaves }: Models, last: number): Promise<AuditFinding[]> {
  const astray: string[] = []
  const uncovered = new Map<number, string>()
  for (let after = ''; astray.length + uncovered.size < mostTold;) {
    const leaf = await leaves
      .findOne({ _id: { $gt: after } }, { _id: 1 })
      .sort({ _id: 1 })
      .lean()
    if (!leaf) break
    const place = placeOfLeaf(leaf._id)
    after = place ? `${place.serial};` : leaf._id
    if (!place) astray.push(leaf._id)
    else if (place.serial > last && !(await anchors.exists({ _id: place.serial })))
      uncovered.set(place.serial, leaf._id)
  }
  const serials = [...uncovered.keys()].toSorted((a, b) => a - b)
  const cutOff = serials.filter((serial, index) => serial === last + 1 + index)
  const madeUp = serials.filter((serial) => !cutOff.includes(serial))
  return [
    ...cutOff.map((serial) => finding('anchor-missing', serial)),
    ...[...astray, ...madeUp.flatMap((serial) => uncovered.get(serial) ?? [])].map((id) =>
      finding('leaf-inserted', id),
    ),
  ]
}

function unanchored({ kind, id, digest }: Leaf): AuditFinding {
  const told = { expected: `a leaf with ${digest}` }
  return kind === 'case' ? finding('project-unanchored', id, told) : finding('run-changed', id, told)
}
