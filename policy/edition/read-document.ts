import { LineCounter, isNode, isScalar, parseDocument, visit, type Document, type Node } from 'yaml'
import type { z } from 'zod'
import type { Words } from '../words/bilingual.ts'
import type { DocumentFault } from './document-fault.ts'
import { explainDocumentIssue } from '../words/issue-words.ts'
import { faultsOfIssue } from '../words/issues.ts'
import { brokenWords, findBroken } from './text.ts'
import { documentWords, yamlWords } from './yaml-words.ts'

/** A fault of a document, where it stands (one-based line and column), on which path, and why it is one. */
export type LocatedFault = Words & { line: number; column: number; path: string }

/** A document that is refused, with every fault found in it. */
export class DocumentError extends Error {
  readonly faults: LocatedFault[]
  constructor(name: string, faults: LocatedFault[]) {
    const lines = faults.map(
      ({ line, column, path, zh, en }) => `${name}:${line}:${column} ${path || '(document)'}: ${zh} · ${en}`,
    )
    super(lines.join('\n'))
    this.name = 'DocumentError'
    this.faults = faults
  }
}

/** How a kind of document is read: what it is to look like, and what a schema cannot find. */
export type DocumentKind<S extends z.ZodType> = {
  schema: S
  find?: (value: z.output<S>) => DocumentFault[]
  /** Makes a whole of a document that refers to another. */
  complete?: (value: unknown) => Whole
  /** Whether `<<` takes over what another mapping says. */
  merge?: boolean
}

/** A document as it is to be read, what is wrong with how it refers to others, and where in it a path of the whole stands. */
export type Whole = {
  value: unknown
  faults: DocumentFault[]
  placeOf?: (path: DocumentFault['path']) => DocumentFault['path']
}

/** A document has some ten thousand characters; what is much larger is not parsed, because that takes time by the square. */
const charactersAtMost = 100_000

/**
 * Reads a document from its YAML text; everything that can be wrong with it is found here, with line, path and reason in
 * both languages. Throws a `DocumentError`; `name` is the file's, for its message.
 */
export function readDocument<S extends z.ZodType>(
  text: string,
  name: string,
  { schema, find = () => [], complete = (value) => ({ value, faults: [] }), merge = false }: DocumentKind<S>,
): z.output<S> {
  if (text.length > charactersAtMost)
    throw new DocumentError(name, [
      { line: 1, column: 1, path: '', ...documentWords.tooLong(text.length, charactersAtMost) },
    ])
  const source = parse(text, merge)
  const { document, lines } = source
  const unread = findYamlFault(document)
  if (unread) throw new DocumentError(name, [{ ...position(lines, unread.at), path: '', ...unread.words }])
  const value = plain(document)
  if (value === undefined) throw refusal(source, name, [{ path: [], ...documentWords.aliases() }])
  const broken = findBroken(value)
  if (broken) throw refusal(source, name, [{ path: broken, ...brokenWords }])
  const whole = complete(value)
  if (whole.faults.length > 0) throw refusal(source, name, whole.faults)
  const parsed = schema.safeParse(whole.value, { error: explainDocumentIssue })
  if (!parsed.success)
    throw refusal(source, name, parsed.error.issues.flatMap(faultsOfIssue).map(writtenOut), whole.placeOf)
  const faults = find(parsed.data)
  if (faults.length > 0) throw refusal(source, name, faults, whole.placeOf)
  return parsed.data
}

/**
 * The refusal of a document that can be read by itself, for what was found wrong with it beside another: each fault of its text with
 * line and column; `name` is the file's.
 */
export function refuseDocument(text: string, name: string, faults: DocumentFault[]): DocumentError {
  return refusal(parse(text, false), name, faults)
}

/** A document as it is parsed, and where its lines begin. */
type Source = { document: Document; lines: LineCounter }

function parse(text: string, merge: boolean): Source {
  const lines = new LineCounter()
  return { document: parseDocument(text, { lineCounter: lines, prettyErrors: false, merge }), lines }
}

function refusal(
  source: Source,
  name: string,
  faults: DocumentFault[],
  placeOf: Whole['placeOf'] = (path) => path,
): DocumentError {
  return new DocumentError(
    name,
    faults.map((fault) => locate(source, fault, placeOf(fault.path))),
  )
}

/** Why a text is no YAML, or refers to nothing or to itself: the first fault alone, since others follow from it. */
function findYamlFault(document: Document): { at: number; words: Words } | undefined {
  const [broken] = document.errors
  if (broken) return { at: broken.pos[0], words: yamlWords(broken) }
  const anchored = new Map<string, Node>()
  let found: { at: number; words: Words } | undefined
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node)
    },
    Alias: (_, { source, range }, above) => {
      const named = anchored.get(source)
      if (named && !above.includes(named)) return undefined
      const words = named ? documentWords.aliases() : documentWords.noAnchor(source)
      found = { at: range?.[0] ?? 0, words }
      return visit.BREAK
    },
  })
  return found
}

/** The document as plain data; undefined, if its aliases are too many. */
function plain(document: Document): unknown {
  try {
    return document.toJS() ?? null
  } catch (error) {
    if (error instanceof ReferenceError) return undefined
    throw error
  }
}

function writtenOut({ path, zh, en }: Words & { path: PropertyKey[] }): DocumentFault {
  return { path: path.map(String), zh, en }
}

function locate(
  { document, lines }: Source,
  { path, zh, en, offset = 0 }: DocumentFault,
  place: DocumentFault['path'],
): LocatedFault {
  let at = 0
  for (let depth = place.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(place.slice(0, depth), true)
    if (!isNode(node) || !node.range) continue
    const inText = depth === path.length && isScalar(node) && offset > 0
    at = node.range[0] + (inText ? offset + (node.type?.startsWith('QUOTE') ? 1 : 0) : 0)
    break
  }
  return { ...position(lines, at), path: path.join('.'), zh, en }
}

function position(lines: LineCounter, offset: number) {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
