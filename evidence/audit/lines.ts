import type { HistoryRecord, ProjectRecord } from '../../models/index.ts'
import { linkOf } from '../../policy/integrity/chain.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { digestOf } from '../../policy/integrity/digest.ts'
import { finding, type AuditFinding } from './findings.ts'

/** A line with the link that its content gives; verified, if it is the one that it has. */
export type CheckedLine = { doc: HistoryRecord; computed: Digest | null; verified: boolean }

/** The lines of a case, each at its revision; cut off, if the project knows of later ones. */
export type Chain = {
  lines: Map<number, CheckedLine>
  last: number
  isCutOff: boolean
  findings: AuditFinding[]
}

/** One finding for each missing line, up to so many. */
const mostMissing = 100

/** The digest of what came from the database; null if it is not JSON any more. */
export function digestIfJson(value: unknown): Digest | null {
  try {
    return digestOf(value)
  } catch {
    return null
  }
}

/** The link that a line must have if its state has this digest; null if it is not a line any more. */
export function linkOfDoc(doc: HistoryRecord, stateDigest: Digest): Digest | null {
  try {
    const line = { ...doc, at: doc.at.toISOString() }
    return linkOf(line, { previous: doc.previous, stateDigest })
  } catch {
    return null
  }
}

/** The link of a line, or what its content gives if it was changed: which of the two was meant, others must say. */
export function isLinkOf({ doc, computed }: CheckedLine, link: string | null): boolean {
  return link === doc.link || link === computed
}

/** Puts the lines of a case in their order and looks for what is changed, missing, too much or in another's place. */
export function chainOf(
  project: string,
  record: ProjectRecord | null,
  docs: readonly HistoryRecord[],
): Chain {
  const { lines, findings } = linesByRevision(project, docs)
  const beyond = linesBeyond(record, lines)
  for (const revision of beyond) lines.delete(revision)
  const last = Math.max(0, ...lines.keys())
  const isCutOff = endsBefore(record, lines, last)
  return {
    lines,
    last,
    isCutOff,
    findings: [
      ...findings,
      ...beyond.map((revision) => finding('line-inserted', `${project}:${revision}`)),
      ...missing(project, lines, isCutOff && record ? record.revision : last),
      ...broken(project, lines),
    ],
  }
}

function linesByRevision(project: string, docs: readonly HistoryRecord[]) {
  const lines = new Map<number, CheckedLine>()
  const findings: AuditFinding[] = []
  for (const doc of docs) {
    const named = revisionInId(doc._id, project)
    const computed = linkOfDoc(doc, doc.stateDigest)
    const verified = computed === doc.link
    const revision = verified ? doc.revision : named
    if (named === null || revision === null || lines.has(revision)) {
      findings.push(finding(named === null ? 'line-misplaced' : 'line-inserted', doc._id))
      continue
    }
    if (!verified) findings.push(finding('line-changed', doc._id, { expected: doc.link, found: computed }))
    else if (revision !== named) findings.push(misplaced(doc, named))
    lines.set(revision, { doc, computed, verified })
  }
  return { lines, findings }
}

function misplaced({ _id, revision }: HistoryRecord, named: number): AuditFinding {
  return finding('line-misplaced', _id, { expected: `revision ${named}`, found: `revision ${revision}` })
}

/** The revision that stands in a document's name; null if the name is not one of this case. */
export function revisionInId(id: string, project: string): number | null {
  const text = id.startsWith(`${project}:`) ? id.slice(project.length + 1) : ''
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null
}

/** Lines after the one that the project has for its last. */
function linesBeyond(record: ProjectRecord | null, lines: Chain['lines']): number[] {
  const head = record && lines.get(record.revision)
  if (!record || !head || !isLinkOf(head, record.head)) return []
  return [...lines.keys()].filter((revision) => revision > record.revision)
}

/** Whether lines of the end are missing: the project is of this case and further on, and not its revision alone. */
function endsBefore(record: ProjectRecord | null, lines: Chain['lines'], last: number): boolean {
  if (!record || record.revision <= last) return false
  const [first, end] = [lines.get(1), lines.get(last)]
  const isOfCase = !first?.verified || first.doc.at.getTime() === new Date(record.filedAt).getTime()
  return isOfCase && !(end && isLinkOf(end, record.head))
}

function missing(project: string, lines: Chain['lines'], last: number): AuditFinding[] {
  const findings: AuditFinding[] = []
  for (let revision = 1; revision <= last && findings.length < mostMissing; revision += 1)
    if (!lines.has(revision)) findings.push(finding('line-missing', `${project}:${revision}`))
  return findings
}

/** Lines of which the next line knows another link; a next line that was changed itself says nothing. */
function broken(project: string, lines: Chain['lines']): AuditFinding[] {
  return [...lines].flatMap(([revision, next]) => {
    if (!next.verified) return []
    const { previous } = next.doc
    const before = lines.get(revision - 1)
    if (revision === 1 && previous !== null)
      return [finding('line-replaced', next.doc._id, { expected: 'no line before', found: previous })]
    if (!before || isLinkOf(before, previous)) return []
    const id = `${project}:${revision - 1}`
    return [finding('line-replaced', id, { expected: previous, found: before.doc.link })]
  })
}
