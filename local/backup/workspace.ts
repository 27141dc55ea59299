import { readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockDataDir } from '../engines/lock.ts'
import { makeFolder } from '../../server/folders.ts'

const noteName = 'unfinished'
const lockName = 'lock'

/** A folder for what is not whole yet. */
export type Workspace = {
  folder: string
  /** Notes a file elsewhere that is not whole yet, so that the next run removes it if this one is killed; it ends in `.part`. */
  noteUnfinished: (file: string) => void
  close: () => void
}

/** Takes the folder for this process, or says which live run has it, and removes what a killed run left in it. */
export function openWorkspace(folder: string): Workspace {
  makeFolder(folder, 0o700)
  const release = lockDataDir(folder)
  clear(folder)
  return {
    folder,
    noteUnfinished: (file) => writeFileSync(join(folder, noteName), file),
    close() {
      clear(folder)
      release()
      try {
        rmdirSync(folder)
      } catch {
        // Another run has taken it already.
      }
    },
  }
}

function clear(folder: string): void {
  const names = readdirSync(folder)
  if (names.includes(noteName)) {
    const file = readFileSync(join(folder, noteName), 'utf8')
    if (file.endsWith('.part')) rmSync(file, { force: true })
  }
  for (const name of names)
    if (name !== lockName) rmSync(join(folder, name), { recursive: true, force: true })
}
