import { LineCounter, isNode, isScalar, parseDocument, type Document } from 'yaml'
import type { EditionFault } from './edition-fault.ts'
import { findEditionFaults } from './edition-faults.ts'
import { Edition } from './edition.ts'
import { findBroken } from './text.ts'

/** A fault of an edition document, where it stands (one-based line and column), on which path, and why it is one. */
export type LocatedFault = { line: number; column: number; path: string; reason: string }

/** An edition document that is refused, with every fault found in it. */
export class EditionError extends Error {
  readonly faults: LocatedFault[]
  constructor(name: string, faults: LocatedFault[]) {
    const lines = faults.map(
      ({ line, column, path, reason }) => `${name}:${line}:${column} ${path || '(document)'}: ${reason}`,
    )
    super(lines.join('\n'))
    this.name = 'EditionError'
    this.faults = faults
  }
}

/** An edition has some ten thousand characters; what is much larger is not parsed, because that takes time by the square. */
const charactersAtMost = 100_000

/**
 * Reads an edition from its YAML text. Everything that can be wrong with it is found here, with line, path and reason:
 * the form, the conditions, the ways through the stages. Throws an `EditionError`; `name` is the file's, for its message.
 */
export function readEdition(text: string, name = 'edition'): Edition {
  if (text.length > charactersAtMost) {
    const reason = `has ${text.length} characters, more than ${charactersAtMost}`
    throw new EditionError(name, [{ line: 1, column: 1, path: '', reason }])
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const [broken] = document.errors
  if (broken)
    throw new EditionError(name, [
      { ...position(lines, broken.pos[0]), path: '', reason: broken.message.split('\n')[0] ?? '' },
    ])
  const value = plain(document, name)
  const path = findBroken(value)
  if (path)
    throw new EditionError(name, [
      locate(document, lines, {
        path,
        reason: 'not valid UTF-8, or contains the replacement character U+FFFD',
      }),
    ])
  const parsed = Edition.safeParse(value)
  const faults = parsed.success ? findEditionFaults(parsed.data) : parsed.error.issues.map(faultOfIssue)
  if (!parsed.success || faults.length > 0)
    throw new EditionError(
      name,
      faults.map((fault) => locate(document, lines, fault)),
    )
  return parsed.data
}

/** The document as plain data; an alias to nothing, or too many of them, is a fault of the document too. */
function plain(document: Document, name: string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EditionError(name, [{ line: 1, column: 1, path: '', reason }])
  }
}

function faultOfIssue(issue: {
  path: PropertyKey[]
  message: string
  code?: string
  keys?: string[]
}): EditionFault {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys')
    return {
      path: [...path, ...(issue.keys ?? []).slice(0, 1)],
      reason: `unknown key ${issue.keys?.join(', ')}`,
    }
  return { path, reason: issue.message }
}

function locate(
  document: Document,
  lines: LineCounter,
  { path, reason, offset = 0 }: EditionFault,
): LocatedFault {
  let at = 0
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
    if (!isNode(node) || !node.range) continue
    const inText = depth === path.length && isScalar(node) && offset > 0
    at = node.range[0] + (inText ? offset + (node.type?.startsWith('QUOTE') ? 1 : 0) : 0)
    break
  }
  return { ...position(lines, at), path: path.join('.'), reason }
}

function position(lines: LineCounter, offset: number) {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
