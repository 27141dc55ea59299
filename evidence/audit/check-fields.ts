import type { Models } from '../../models/index.ts'
import type { CaseRecords } from './cases.ts'
import { finding, type AuditFinding, type FindingKind } from './findings.ts'

type Doc = { _id: string }
type Collection = { schema: { paths: object } }

/** Documents of a case with a field that none of their collection has: no link and no digest covers it. */
export function checkFields(models: Models, records: CaseRecords): AuditFinding[] {
  const { record, lines, snapshots, runs } = records
  return [
    ...strangers(models.projects, record ? [record] : [], 'project-changed'),
    ...strangers(models.history, lines, 'line-changed'),
    ...strangers(models.snapshots, snapshots, 'snapshot-changed'),
    ...strangers(models.runs, runs, 'run-changed'),
  ]
}

function strangers({ schema }: Collection, docs: readonly Doc[], kind: FindingKind): AuditFinding[] {
  const known = new Set(Object.keys(schema.paths).map((path) => path.split('.')[0]))
  return docs.flatMap((doc) => {
    const field = Object.keys(doc).find((name) => !known.has(name))
    if (field === undefined) return []
    return [finding(kind, doc._id, { expected: `no field ${field}`, found: `field ${field}` })]
  })
}
