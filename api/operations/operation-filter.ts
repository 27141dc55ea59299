import type { Models } from '../../models/index.ts'
import { findBody } from '../../policy/edition/districts.ts'
import { RefusalError } from '../../policy/errors.ts'
import { inputRefusal } from '../../policy/words/issues.ts'
import type { CaseFilter, OperationTarget } from '../../policy/access/operations.ts'

/** What a filter may name: what the editions of the record have. */
type Known = Record<Named, string[]>
type Named = 'district' | 'phase' | 'edition'

/** What an operation is to go to, with districts by their short names; refuses a name that no edition has, with those that are. */
export async function checkTarget(models: Models, target: OperationTarget): Promise<OperationTarget> {
  if (!('filter' in target)) return target
  const found = await models.editions.find({}, { document: 1 }).sort({ id: 1, loadedAt: -1 }).lean()
  const documents = found.map(({ document }) => document)
  const bodies = documents.flatMap((edition) => edition.bodies)
  const district =
    target.filter.district && (findBody(bodies, target.filter.district)?.name ?? target.filter.district)
  const filter: CaseFilter = { ...target.filter, ...(district !== undefined && { district }) }
  const known: Known = {
    district: bodies.map(({ name }) => name),
    phase: documents.flatMap(({ stages, ends }) => [...stages, ...ends].map(({ id }) => id)),
    edition: documents.map(({ id }) => id),
  }
  for (const name of ['district', 'phase', 'edition'] as const) assertKnown(name, filter[name], known[name])
  return { filter }
}

function assertKnown(name: Named, asked: string | undefined, names: Known[Named]): void {
  if (asked === undefined || names.includes(asked)) return
  const allowed = [...new Set(names)]
  const listed = allowed.join('、')
  const words = {
    zh: `不是已有的：没有 ${asked}，现有 ${listed}`,
    en: `is none that there is: not ${asked}, but ${listed}`,
  }
  throw new RefusalError(inputRefusal(`target.filter.${name}`, words, allowed))
}
