import type { ClientSession } from 'mongoose'
import { isDuplicate } from '../../models/repeats.ts'
import type { EnterpriseChangeRecord, EnterpriseRecord, Models } from '../../models/index.ts'
import type { Enterprise } from '../../policy/edition/application.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'
import { inputRefusal } from '../../policy/words/issues.ts'
import { isAgreementOver } from '../../policy/access/operations.ts'
import { registerChangesBetween, linkOfChange, needsSecond } from '../../policy/integrity/register.ts'
import { commandOf } from '../http/commands.ts'

/** A record that an administrator brings: over which revision (any, if null), why, under which key and request. */
export type RecordImport = {
  record: Enterprise
  reason: string | null
  caller: Actor
  ifRevision: number | null
  idempotencyKey: string
  request: string
}

/** The revision that the register has then, or the change that waits for a second administrator. */
export type EnterpriseImport = { revision: number } | { proposed: EnterpriseChangeRecord }

type Change = Omit<
  EnterpriseChangeRecord,
  'revision' | 'previous' | 'link' | 'status' | 'decidedAt' | 'decision'
>

/**
 * Brings a record into the register, with its line in the register's history. The same record again changes nothing; a change
 * that touches eligibility is kept for a second administrator and changes nothing until then.
 */
export async function importRecord(
  models: Models,
  asked: RecordImport,
  now: () => number,
  tries = 5,
): Promise<EnterpriseImport> {
  const { record, ifRevision, reason, caller } = asked
  const _id = `ec-${commandOf(caller.user, asked.idempotencyKey).slice(0, 24)}`
  const known = await models.enterpriseChanges.findById(_id).lean()
  if (known) return sameImport(known, record)
  const found = await models.enterprises.findById(record.uscc).lean()
  const base = found?.revision ?? 0
  if (ifRevision !== null && ifRevision !== base)
    throw new RefusalError({ code: 'stale-revision', revision: base })
  const before = found && enterpriseOf(found)
  if (before && registerChangesBetween(before, record).length === 0) return { revision: base }
  const change: Change = {
    _id,
    uscc: record.uscc,
    base,
    by: caller,
    approvedBy: null,
    reason,
    request: asked.request,
    at: new Date(now()),
    before,
    after: record,
  }
  if (needsSecond(before, record)) return { proposed: await propose(models, change) }
  const applied = await apply(models, change, null)
  // Somebody was faster: the record is looked at anew.
  if (applied) return { revision: base + 1 }
  if (tries > 1) return importRecord(models, asked, now, tries - 1)
  throw new RefusalError({ code: 'stale-revision' })
}

/** What a request has come to whose answer was lost. */
function sameImport(known: EnterpriseChangeRecord, record: Enterprise): EnterpriseImport {
  if (known.uscc !== record.uscc || registerChangesBetween(known.after, record).length > 0)
    throw new RefusalError({ code: 'idempotency-key-reused' })
  return known.revision === null ? { proposed: known } : { revision: known.revision }
}

/** A record as the register has it. */
export function enterpriseOf({ _id, revision: _revision, ...enterprise }: EnterpriseRecord): Enterprise {
  return { uscc: _id, ...enterprise }
}

const ownChange = {
  zh: '此项登记改动由本人提出，须由另一位管理员复核（双人原则）。',
  en: 'Who proposed a change of the register does not agree to it: another administrator does (four eyes).',
}

/** Keeps a change for a second administrator; the same that waits already is kept once. */
async function propose({ enterpriseChanges }: Models, change: Change): Promise<EnterpriseChangeRecord> {
  if (change.reason === null)
    throw new RefusalError(
      inputRefusal('reason', {
        zh: '必须填写：改动影响认定条件',
        en: 'must be given: the change touches eligibility',
      }),
    )
  const { uscc, base, by, reason } = change
  const waiting = await enterpriseChanges.find({ uscc, status: 'proposed' }).lean()
  const same = waiting.find(
    (each) =>
      each.base === base &&
      each.by.user === by.user &&
      each.reason === reason &&
      registerChangesBetween(each.after, change.after).length === 0,
  )
  if (same) return same
  const record = { ...change, ...undecided, status: 'proposed' as const }
  try {
    await enterpriseChanges.create([record])
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new RefusalError({ code: 'idempotency-key-reused' })
  }
  return record
}

const undecided = { revision: null, previous: null, link: null, decidedAt: null, decision: null } as const

/** What a second administrator says of a change. */
export type Decision = { caller: Actor; reason: string | null; now: number }

/** Agrees to a change that somebody else has proposed, and applies it, if the record is still what it was proposed over. */
export async function approveChange(
  models: Models,
  id: string,
  { caller, reason, now }: Decision,
): Promise<EnterpriseChangeRecord> {
  const change = await getProposed(models, id)
  if (change.by.user === caller.user) throw new RefusalError({ code: 'four-eyes', words: ownChange })
  if (isAgreementOver({ at: change.at, approvedAt: null, moves: [] }, now))
    throw new RefusalError({ code: 'operation-expired' })
  const { status: _status, revision: _none, previous: _last, link: _link, ...rest } = change
  const decision = { decidedAt: new Date(now), decision: { by: caller.user, reason } }
  const applied = await apply(models, { ...rest, approvedBy: caller.user }, decision)
  if (!applied) throw new RefusalError({ code: 'stale-revision' })
  return applied
}

/** Ends a change that waits: nothing is changed. */
export async function refuseChange(
  models: Models,
  id: string,
  { caller, reason, now }: Decision,
): Promise<EnterpriseChangeRecord> {
  const { status } = await getProposed(models, id)
  const decided = { status: 'refused', decidedAt: new Date(now), decision: { by: caller.user, reason } }
  const refused = await models.enterpriseChanges
    .findOneAndUpdate({ _id: id, status }, { $set: decided }, { returnDocument: 'after' })
    .lean()
  return refused ?? getProposed(models, id)
}

async function getProposed({ enterpriseChanges }: Models, id: string): Promise<EnterpriseChangeRecord> {
  const found = await enterpriseChanges.findById(id).lean()
  if (!found) throw new RefusalError({ code: 'not-found' })
  if (found.status !== 'proposed')
    throw new RefusalError({ code: 'operation-not-allowed', operationStatus: found.status })
  return found
}

type Decided = Pick<EnterpriseChangeRecord, 'decidedAt' | 'decision'>

/** Writes the record and its line, both or neither; null if the record is not what it was. */
async function apply(
  { connection, enterprises, enterpriseChanges }: Models,
  change: Change,
  decided: Decided | null,
): Promise<EnterpriseChangeRecord | null> {
  const revision = change.base + 1
  try {
    return await connection.transaction(async (session) => {
      if (!(await writeRecord(enterprises, change, session))) return null
      const last = await enterpriseChanges
        .findOne({ uscc: change.uscc, status: 'applied' })
        .sort({ revision: -1 })
        .session(session)
        .lean()
      const line = { ...change, revision, at: change.at.toISOString(), previous: last?.link ?? null }
      const { _id, ...applied } = {
        ...change,
        ...(decided ?? { decidedAt: null, decision: null }),
        status: 'applied' as const,
        revision,
        previous: line.previous,
        link: linkOfChange(line),
      }
      await enterpriseChanges.updateOne({ _id }, { $set: applied }, { session, upsert: true })
      return { _id, ...applied }
    })
  } catch (error) {
    if (isDuplicate(error)) return null
    throw error
  }
}

/** Writes a record over the revision that it goes on from; false if there is another one by now. */
async function writeRecord(
  enterprises: Models['enterprises'],
  { after, base }: Change,
  session: ClientSession,
): Promise<boolean> {
  const { uscc: _id, codeException, ...fields } = after
  const written = { ...fields, ...(codeException !== undefined && { codeException }), revision: base + 1 }
  if (base === 0) {
    await enterprises.create([{ _id, ...written }], { session })
    return true
  }
  const exception = codeException === undefined && { $unset: { codeException: 1 } }
  const { modifiedCount } = await enterprises.updateOne(
    { _id, revision: base },
    { $set: written, ...exception },
    { session },
  )
  return modifiedCount === 1
}
