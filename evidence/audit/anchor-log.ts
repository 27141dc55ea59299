import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { anchorBytes, type Anchor, type AnchorDigest } from '../../policy/integrity/anchors.ts'
import type { KeyLocation } from './keys.ts'
import { digestBy, suites } from './suites.ts'

/** An anchor that was in the record once, as this machine has noted it. */
export type NotedAnchor = { serial: number; day: string; digest: AnchorDigest }

const Note = z.strictObject({
  serial: z.int().min(1),
  day: z.iso.date(),
  digest: z.templateLiteral([z.enum(['sha256', 'sm3']), ':', z.string().regex(/^[\da-f]{64}$/)]),
})

/** Where the digests of anchors are noted, a line each: in the data folder, which whoever has the database does not have. */
export function anchorLogFile({ dataDir }: Pick<KeyLocation, 'dataDir'>): string {
  return join(dataDir, 'audit-anchors.log')
}

/** The digest of an anchor, by the hash of its own suite or of the one of the next anchor, which names it. */
export function digestOfAnchor(anchor: Anchor, suite: Anchor['suite'] = anchor.suite): AnchorDigest {
  return digestBy(suites[suite], anchorBytes(anchor))
}

/** The last anchor that was noted here; null if none was. */
export async function lastNoted(location: Pick<KeyLocation, 'dataDir'>): Promise<NotedAnchor | null> {
  const text = await readFile(anchorLogFile(location), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  const notes = text.split('\n').flatMap((line) => noteOf(line) ?? [])
  return notes.toSorted((a, b) => a.serial - b.serial).at(-1) ?? null
}

/** Notes an anchor that is in the record. */
export async function noteAnchor(location: Pick<KeyLocation, 'dataDir'>, anchor: Anchor): Promise<void> {
  const note: NotedAnchor = { serial: anchor.serial, day: anchor.day, digest: digestOfAnchor(anchor) }
  await mkdir(location.dataDir, { recursive: true })
  // The break comes first, too: what a process that was killed has half written spoils no other line.
  await appendFile(anchorLogFile(location), `\n${JSON.stringify(note)}\n`, { mode: 0o600, flush: true })
}

/** Null for a line that is none: whoever wrote it was killed. */
function noteOf(line: string): NotedAnchor | null {
  try {
    return Note.parse(JSON.parse(line))
  } catch {
    return null
  }
}
