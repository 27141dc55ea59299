import type { Models } from '../models/index.ts'
import { findBody } from '../policy/districts.ts'
import { RefusalError } from '../policy/errors.ts'
import type { CaseFilter, OperationTarget } from '../policy/operations.ts'

/** What a filter may name: what the editions of the record have. */
type Known = Record<Named, { words: string; names: string[] }>
type Named = 'district' | 'phase' | 'edition'

/** What an operation is to go to, with districts by their short names; refuses a name that no edition has, with those that are. */
export async function checkTarget(models: Models, target: OperationTarget): Promise<OperationTarget> {
  if (!('filter' in target)) return target
  const found = await models.editions.find({}, { document: 1 }).lean()
  const documents = found.map(({ document }) => document)
  const bodies = documents.flatMap((edition) => edition.bodies)
  const district =
    target.filter.district && (findBody(bodies, target.filter.district)?.name ?? target.filter.district)
  const filter: CaseFilter = { ...target.filter, ...(district !== undefined && { district }) }
  const known: Known = {
    district: { words: '区县 district', names: bodies.map(({ name }) => name) },
    phase: {
      words: '环节 phase',
      names: documents.flatMap(({ stages, ends }) => [...stages, ...ends].map(({ id }) => id)),
    },
    edition: { words: '版 edition', names: documents.map(({ id }) => id) },
  }
  for (const name of ['district', 'phase', 'edition'] as const) assertKnown(name, filter[name], known[name])
  return { filter }
}

function assertKnown(name: Named, asked: string | undefined, { words, names }: Known[Named]): void {
  if (asked === undefined || names.includes(asked)) return
  const allowed = [...new Set(names)]
  const listed = allowed.join('、')
  throw new RefusalError({
    code: 'invalid-request',
    field: `target.filter.${name}`,
    detail: `没有此${words}：${asked}，现有 ${listed} · there is no ${name} ${asked}, there are ${listed}`,
    allowed,
  })
}
