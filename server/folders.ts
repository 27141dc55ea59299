import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from './file-errors.ts'

/**
 * Makes a folder and those above it, if they are not there. Node's own recursion tries for ever where the system keeps saying that
 * a parent is missing, as it does below /proc.
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isFolder(path)) return
  // A parent that is a file is left to the system, which says so of the path that was asked for.
  if (!existsSync(dirname(path))) makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    // Another process was quicker.
    if (codeOf(error) !== 'EEXIST' || !isFolder(path)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
