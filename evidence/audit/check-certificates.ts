import { certificateDocument, settlementOf } from '../../models/step-documents.ts'
import type { CertificateRecord, HistoryRecord, SnapshotRecord } from '../../models/index.ts'
import { phaseOf } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { outcomeOf, type Projection } from '../../policy/case/projection.ts'
import type { StepRecord } from '../../models/step-record.ts'
import type { CaseRecords } from './cases.ts'
import type { RunEvidence } from './check-runs.ts'
import { finding, firstDifference, type AuditFinding } from './findings.ts'

/** A step of a case of which line, snapshot and project are in order. */
type Step = { line: HistoryRecord; snapshot: SnapshotRecord; outcome: Projection['outcome'] }

/**
 * What the public library and the lists read, against the states of a case in which everything else is in order: the outcome,
 * the number of the certificate, the certificate itself.
 */
export function checkCertificates(
  records: CaseRecords,
  edition: Edition,
  evidence: RunEvidence,
): AuditFinding[] {
  const { project, record, certificates } = records
  const steps = stepsOf(records, edition)
  if (!record || steps.length === 0)
    return certificates.map(({ _id }) => finding('certificate-inserted', _id))
  const reached = (outcome: Projection['outcome']) => steps.find((step) => step.outcome === outcome)
  const issued = reached('certified')
  // What a run was told, where one is kept or at hand; else what the project says.
  const number = issued ? (evidence.certificate ?? record.certificate) : null
  const found =
    certificates.find(({ _id }) => _id === number) ?? (number === null ? undefined : certificates[0])
  const expected = issued && certificateOf(project, edition, { issued, reached }, found?._id ?? '')
  const listed = { outcome: steps.at(-1)?.outcome ?? null, edition: edition.id, certificate: number }
  return [
    ...firstDifference('project-changed', record._id, listed, record),
    ...certificates.filter((each) => each !== found).map(({ _id }) => finding('certificate-inserted', _id)),
    ...(issued && !found ? [finding('certificate-missing', number ?? `of ${project}`)] : []),
    ...(expected && found ? compared(found, { ...expected, _id: number ?? found._id }) : []),
  ]
}

function stepsOf({ project, lines, snapshots }: CaseRecords, edition: Edition): Step[] {
  const byName = new Map(snapshots.map((snapshot) => [snapshot._id, snapshot]))
  return lines
    .toSorted((a, b) => a.revision - b.revision)
    .flatMap((line) => {
      const snapshot = byName.get(`${project}:${line.revision}`)
      return snapshot ? [{ line, snapshot, outcome: outcomeOf(edition, phaseOf(snapshot.state.value)) }] : []
    })
}

/** What is written on a certificate once a case has come so far. */
const effectOf = {
  completed: 'completeCertificate',
  revoked: 'revokeCertificate',
} as const satisfies Partial<Record<NonNullable<Projection['outcome']>, StepRecord['effects'][number]>>

type Way = { issued: Step; reached: (outcome: Projection['outcome']) => Step | undefined }

function certificateOf(project: string, edition: Edition, { issued, reached }: Way, number: string) {
  const { line, snapshot } = issued
  const named = { project, edition: edition.id, state: snapshot.state, entry: line }
  const settled = (['completed', 'revoked'] as const).flatMap((outcome) => {
    const step = reached(outcome)
    if (!step) return []
    return [settlementOf({ effects: [effectOf[outcome]], entry: step.line, state: step.snapshot.state })]
  })
  return Object.assign(certificateDocument(named, number), ...settled) as CertificateRecord
}

function compared(found: CertificateRecord, expected: CertificateRecord): AuditFinding[] {
  const fields = Object.keys({ ...expected, ...found }) as (keyof CertificateRecord)[]
  const all = Object.fromEntries(fields.map((field) => [field, expected[field]]))
  return firstDifference('certificate-changed', found._id, all, found)
}
