import type { EnterpriseChangeRecord, Models } from '../../models/index.ts'
import { registerChangesBetween, linkOfChange } from '../../policy/integrity/register.ts'
import { finding, type AuditFinding, type Findings } from './findings.ts'

/**
 * Verifies the register: each change against its link and the one before, and each record against its last change. A record that
 * no change has brought was there before the register had a history, and is believed.
 */
export async function checkRegister(models: Models, findings: Findings): Promise<void> {
  let last: EnterpriseChangeRecord | null = null
  const changes = models.enterpriseChanges.find({ status: 'applied' }).sort({ uscc: 1, revision: 1 })
  for await (const change of changes.lean().cursor()) {
    const isNext: boolean = last?.uscc === change.uscc
    if (last && !isNext) findings.add(await checkRecord(models, last.uscc))
    findings.add(checkChange(change, isNext ? last : null))
    last = change
  }
  if (last) findings.add(await checkRecord(models, last.uscc))
}

function checkChange(change: EnterpriseChangeRecord, last: EnterpriseChangeRecord | null): AuditFinding[] {
  const { revision, at, previous, link } = change
  const must = linkOfChange({ ...change, revision: revision ?? 0, at: at.toISOString() })
  if (must !== link) return [finding('change-changed', change._id, { expected: link, found: must })]
  const goesOn = last === null || (previous === last.link && revision === (last.revision ?? 0) + 1)
  return goesOn ? [] : [finding('change-changed', change._id, { expected: last.link, found: previous })]
}

/** Record and last change are read as of one instant: both are written at once. */
async function checkRecord(
  { connection, enterprises, enterpriseChanges }: Models,
  uscc: string,
): Promise<AuditFinding[]> {
  const { record, last } = await connection.transaction(async (session) => ({
    record: await enterprises.findById(uscc).session(session).lean(),
    last: await enterpriseChanges
      .findOne({ uscc, status: 'applied' })
      .sort({ revision: -1 })
      .session(session)
      .lean(),
  }))
  if (!record) return [finding('enterprise-missing', uscc)]
  const { _id, revision, ...fields } = record
  const found = { uscc: _id, ...fields }
  if (last && revision === last.revision && registerChangesBetween(last.after, found).length === 0) return []
  const expected = JSON.stringify(last?.after)
  return [finding('enterprise-changed', uscc, { expected, found: JSON.stringify(found) })]
}
