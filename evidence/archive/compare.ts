import microdiff from 'microdiff'
import type { Documents, Rebuilt } from './expected.ts'

/** A field, or a whole document (an empty `path`), of which the record and the histories say different things. */
export type RecordDifference = {
  project: string
  collection: keyof Rebuilt
  id: string
  /** `state.case.application.name`; empty for a document that is missing or that nothing accounts for. */
  path: string
  /** As JSON; undefined where there should be nothing, or is nothing. */
  expected: string | undefined
  found: string | undefined
}

type Plain = Record<string, unknown>

/** What no history tells: when an edition was loaded, and who of an enterprise took a key for it, and when. */
const notInHistories: Partial<Record<keyof Rebuilt, readonly string[]>> = {
  editions: ['loadedAt'],
  duplicateKeys: ['by', 'at'],
}

const collections = [
  'editions',
  'projects',
  'history',
  'snapshots',
  'tasks',
  'certificates',
  'duplicateKeys',
  'counters',
] as const satisfies (keyof Rebuilt)[]

/**
 * Compares what the record has of a case with what it must have; what is just being written may be there in any of its parts,
 * as the `others` have it. Every field that differs is named. A key that nobody needs is none: whoever does takes it over.
 */
export function findDifferences(
  project: string,
  found: Documents,
  [expected, ...others]: [Documents, ...Documents[]],
): RecordDifference[] {
  return collections.flatMap((collection) => {
    const ids = new Set([...expected[collection].keys(), ...found[collection].keys()])
    return [...ids].flatMap((id) => {
      const has = plain(collection, found, id)
      const must = plain(collection, expected, id)
      if (isRight(collection, has, must) || (collection === 'duplicateKeys' && !must)) return []
      const next = others.map((other) => plain(collection, other, id))
      if (next.length > 0 && isPartOf(has, [must, ...next])) return []
      return differencesOf({ project, collection, id }, must, has)
    })
  })
}

/** A difference in one line, for whoever has to know it. */
export function sentenceOf({ project, collection, id, path, expected, found }: RecordDifference): string {
  const own = id === project ? [] : [id]
  const where = [project, collection, ...own, ...(path === '' ? [] : [path])].join('  ')
  return `${where}\n  应为 expected: ${short(expected)}\n  实为 found:    ${short(found)}`
}

function short(value: string | undefined): string {
  if (value === undefined) return '无 nothing'
  return value.length > 160 ? `${value.slice(0, 160)}…` : value
}

function isRight(collection: keyof Rebuilt, found: Plain | undefined, expected: Plain | undefined): boolean {
  if (!found || !expected) return found === expected
  // Other cases have taken numbers since.
  if (collection === 'counters') return Number(found['last']) >= Number(expected['last'])
  return microdiff(found, expected).length === 0
}

/** Whether each field of a document is as one of several versions of it has it. */
function isPartOf(found: Plain | undefined, versions: (Plain | undefined)[]): boolean {
  if (!found) return versions.includes(undefined)
  const there = versions.filter((version) => version !== undefined)
  const fields = new Set([found, ...there].flatMap((each) => Object.keys(each)))
  const isIn = (field: string, version: Plain) =>
    microdiff({ value: found[field] }, { value: version[field] }).length === 0
  return there.length > 0 && [...fields].every((field) => there.some((version) => isIn(field, version)))
}

function differencesOf(
  document: Pick<RecordDifference, 'project' | 'collection' | 'id'>,
  expected: Plain | undefined,
  found: Plain | undefined,
): RecordDifference[] {
  if (!expected || !found)
    return [{ ...document, path: '', expected: JSON.stringify(expected), found: JSON.stringify(found) }]
  return microdiff(found, expected).map((difference) => ({
    ...document,
    path: difference.path.join('.'),
    expected: difference.type === 'REMOVE' ? undefined : JSON.stringify(difference.value),
    found: difference.type === 'CREATE' ? undefined : JSON.stringify(difference.oldValue),
  }))
}

/** A document as JSON has it, without what no history tells. */
function plain(
  collection: keyof Rebuilt,
  { [collection]: documents }: Documents,
  id: string,
): Plain | undefined {
  const document = documents.get(id)
  if (!document) return undefined
  const all = JSON.parse(JSON.stringify(document)) as Plain
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !notInHistories[collection]?.includes(name)),
  )
}
