import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../user-error.ts'
import { findProcess, isAlive } from './process.ts'

const holderSchema = z.object({ pid: z.number(), startedAt: z.string() })

/** Takes the data folder for this run, or says which live run has it; the lock of a dead run is taken over. */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true })
  const path = join(dataDir, 'lock')
  const mine = JSON.stringify(findProcess(process.pid))
  for (;;) {
    if (createWhole(path, mine)) return () => releaseLock(path, mine)
    const theirs = readIfThere(path)
    const holder = theirs === undefined ? undefined : parseHolder(theirs)
    if (holder && isAlive(holder))
      throw new UserError(`data folder ${dataDir} is in use by another run (pid ${holder.pid})`)
    if (theirs !== undefined) removeStale(path, theirs)
  }
}

/** A link appears with its content, so that no other run ever reads a half-written lock. */
function createWhole(path: string, content: string): boolean {
  const part = `${path}.${process.pid}.part`
  writeFileSync(part, content)
  try {
    linkSync(part, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(part, { force: true })
  }
}

/** Moves the stale lock away first: of two runs that found it, only one moves that very file. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    if (readIfThere(aside) !== stale) linkSync(aside, path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function releaseLock(path: string, mine: string): void {
  if (readIfThere(path) === mine) rmSync(path, { force: true })
}

function parseHolder(text: string): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
