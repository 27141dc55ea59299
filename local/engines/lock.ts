import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { codeOf } from '../../server/file-errors.ts'
import { makeFolder } from '../../server/folders.ts'
import { UserError } from '../../server/user-error.ts'
import { findProcess, isAlive } from './process.ts'

const holderSchema = z.object({
  pid: z.number(),
  startedAt: z.string(),
  /** Whether the run is about to end, so that waiting for it helps. */
  stopping: z.boolean().optional(),
})

const mostAttempts = 100
/** More than a run takes that ends in good order: its processes one after the other, then the engines (milliseconds). */
const patience = 90_000

/** A data folder that another live run has. */
class InUse extends UserError {
  override name = 'InUse'
  readonly stopping: boolean

  constructor(dataDir: string, { pid, stopping = false }: z.infer<typeof holderSchema>) {
    super(
      `数据目录 ${dataDir} 正由另一进程使用（pid ${pid}）· data folder ${dataDir} is in use by another run (pid ${pid})`,
    )
    this.stopping = stopping
  }
}

/** Takes the data folder for this run, or says which live run has it; the lock of a dead run is taken over. */
export function lockDataDir(dataDir: string): () => void {
  return take(dataDir).release
}

/** A run's hold of a data folder. */
export type DataLock = {
  /** Whether another run had the folder shortly before, be it dead or not. */
  inherited: boolean
  /** Tells whoever comes that this run is about to end. */
  markStopping: () => void
  release: () => void
}

/** Takes the data folder as `lockDataDir` does, but waits for a run that is about to end. */
export async function awaitDataDir(dataDir: string, say: (line: string) => void): Promise<DataLock> {
  for (let began: number | undefined; ; await delay(100)) {
    try {
      const lock = take(dataDir)
      return { ...lock, inherited: lock.inherited || began !== undefined }
    } catch (error) {
      if (!(error instanceof InUse) || !error.stopping) throw error
      if (began === undefined) say('等待上一次运行结束… waiting for the run before this one to stop')
      began ??= Date.now()
      if (Date.now() - began > patience) throw error
    }
  }
}

function take(dataDir: string): DataLock {
  makeFolder(dataDir)
  const path = join(dataDir, 'lock')
  const self = findProcess(process.pid)
  const mine = JSON.stringify(self)
  let inherited = false
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (createWhole(path, mine)) {
      const parting = JSON.stringify({ ...self, stopping: true })
      return {
        inherited,
        markStopping: () => replaceLock(path, mine, parting),
        release: () => [mine, parting].forEach((content) => releaseLock(path, content)),
      }
    }
    const theirs = readIfThere(path)
    const holder = theirs === undefined ? undefined : parseHolder(theirs)
    if (holder && isAlive(holder)) throw new InUse(dataDir, holder)
    if (theirs !== undefined) removeStale(path, theirs)
    inherited = true
  }
  throw new UserError(`${path} 无法取得，请检查后删除 · cannot be taken: look what it is, and remove it`)
}

/** On a full disk the mark is missing, and whoever comes is told that the folder is in use. */
function replaceLock(path: string, mine: string, next: string): void {
  const part = `${path}.${process.pid}.part`
  try {
    if (readIfThere(path) !== mine) return
    writeFileSync(part, next)
    renameSync(part, path)
  } catch {
    rmSync(part, { force: true })
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
    if (codeOf(error) === 'EEXIST') return false
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
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
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
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
