import type { DuplicateKeyRecord, Models } from '../../models/index.ts'
import type { Actor } from '../../policy/case/case.ts'
import { isDuplicate } from '../../models/repeats.ts'
import { editionOfHash } from '../../models/known-editions.ts'
import { duplicateKeysOf, fieldOfKey, mayBeFiledAgain, type FiledForm } from '../../policy/case/duplicates.ts'
import { RefusalError } from '../../policy/errors.ts'

/** After this long a claim is no longer that of a request under way. */
const orphanAfterMs = 60_000

/**
 * Takes the keys of an application for a project, all or none, before anything else is written. Refuses an exact repeat
 * (三（三）) with the project that has them. May be repeated.
 */
export async function reserveKeys(
  models: Models,
  project: string,
  { edition, application }: FiledForm,
  by: Actor,
  nowMs: number,
): Promise<void> {
  const taken: string[] = []
  for (const key of duplicateKeysOf(edition, application)) {
    const { holder, isNew } = await takeKey(models, { _id: key, project, by, at: new Date(nowMs) })
    if (isNew) taken.push(key)
    if (holder === project) continue
    await models.duplicateKeys.deleteMany({ _id: { $in: taken }, project })
    throw new RefusalError({ code: 'duplicate', field: fieldOfKey(edition, key), project: holder })
  }
}

async function takeKey(
  models: Models,
  reservation: DuplicateKeyRecord,
): Promise<{ holder: string; isNew: boolean }> {
  const { duplicateKeys } = models
  try {
    await duplicateKeys.create(reservation)
    return { holder: reservation.project, isNew: true }
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
  const held = await duplicateKeys.findById(reservation._id).lean()
  if (!held) return takeKey(models, reservation)
  if (held.project === reservation.project || !(await isOrphan(models, held, reservation.at)))
    return { holder: held.project, isNew: false }
  const moved = await duplicateKeys.updateOne(
    { _id: reservation._id, project: held.project },
    { $set: reservation },
  )
  return moved.modifiedCount === 1
    ? { holder: reservation.project, isNew: true }
    : { holder: held.project, isNew: false }
}

/** A claim that serves no project: it never began, ended without certificate, or has another name or site by now. */
async function isOrphan(
  models: Models,
  { _id, project, at }: DuplicateKeyRecord,
  now: Date,
): Promise<boolean> {
  if (now.getTime() - at.getTime() <= orphanAfterMs) return false
  const fields = { outcome: 1, editionHash: 1, 'state.case.application': 1 } as const
  const record = await models.projects.findById(project, fields).lean()
  if (!record || mayBeFiledAgain(record.outcome)) return true
  const edition = await editionOfHash(models, record.editionHash)
  return !duplicateKeysOf(edition, record.state.case.application).includes(_id)
}
