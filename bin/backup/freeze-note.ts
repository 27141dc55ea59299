import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive, type ProcessIdentity, signalProcess } from '../engines/process.ts'

/** The note's name in the data folder. */
export const freezeNote = 'frozen.json'
/** How often a running installation looks whether somebody holds its engines who is gone (milliseconds). */
const pause = 500

const identity = z.object({ pid: z.int(), startedAt: z.string() })
const noteSchema = z.object({
  engines: z.array(identity),
  freezer: identity,
  /** When they go on at the latest, in milliseconds since 1970. */
  until: z.number(),
})

/** Who makes which engines stand still, and until when at most. */
export type FreezeNote = z.infer<typeof noteSchema>

/** Notes in the data folder that engines are about to stand still. */
export function writeFreezeNote(dataDir: string, note: FreezeNote): void {
  const path = join(dataDir, freezeNote)
  writeFileSync(`${path}.part`, JSON.stringify(note))
  renameSync(`${path}.part`, path)
}

/** Lets engines go on, the last that was stopped first. */
export function thaw(engines: ProcessIdentity[]): void {
  for (const engine of engines.toReversed()) signalProcess(engine, 'SIGCONT')
}

/** Removes the note: the engines go on. */
export function removeFreezeNote(dataDir: string): void {
  rmSync(join(dataDir, freezeNote), { force: true })
}

/** Lets engines go on that somebody holds who has died, or for longer than was meant. */
export function thawForsaken(dataDir: string): void {
  const note = readNote(dataDir)
  if (!note || (isAlive(note.freezer) && Date.now() < note.until)) return
  thaw(note.engines)
  removeFreezeNote(dataDir)
}

/** Does so again and again, as long as an installation runs: whatever becomes of a backup, its engines go on within seconds. */
export function watchFreezes(dataDir: string): void {
  setInterval(() => thawForsaken(dataDir), pause).unref()
}

function readNote(dataDir: string): FreezeNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(dataDir, freezeNote), 'utf8')))
  } catch {
    return undefined
  }
}
