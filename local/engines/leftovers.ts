import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { findProcess, isAlive, type ProcessIdentity, signalProcess } from './process.ts'

const entrySchema = z.object({ name: z.string(), pid: z.number(), startedAt: z.string() })
type Entry = z.infer<typeof entrySchema>

const patience = 10_000

/** Notes in the data folder that an engine runs on it. */
export function recordEngine(dataDir: string, name: string, pid: number): void {
  const identity = findProcess(pid)
  if (identity) writeEntries(dataDir, [...entriesBut(dataDir, name), { name, ...identity }])
}

/** The process of each engine that runs on the data folder, by the engine's name. */
export function enginePids(dataDir: string): Record<string, number> {
  return Object.fromEntries(readEntries(dataDir).map(({ name, pid }) => [name, pid]))
}

/** The engines that run on the data folder now, by name, each the very process that was noted. */
export function liveEngines(dataDir: string): Record<string, ProcessIdentity> {
  const live = readEntries(dataDir).filter(isAlive)
  return Object.fromEntries(live.map(({ name, pid, startedAt }) => [name, { pid, startedAt }]))
}

/** Strikes an engine that has ended from the data folder's note. */
export function forgetEngine(dataDir: string, name: string): void {
  writeEntries(dataDir, entriesBut(dataDir, name))
}

/** Ends the engine of that name which a killed run has left on the data folder, if it is the very same process. */
export async function endLeftover(dataDir: string, name: string, log: (line: string) => void): Promise<void> {
  const left = readEntries(dataDir).find((entry) => entry.name === name && isAlive(entry))
  if (!left) return
  log(`结束上次遗留的 ${name}… ending the ${name} that an earlier run left (pid ${left.pid})`)
  signalProcess(left, 'SIGTERM')
  // One that stands still hears nothing until it goes on.
  signalProcess(left, 'SIGCONT')
  if (await hasEnded(left)) return
  signalProcess(left, 'SIGKILL')
  await hasEnded(left)
}

async function hasEnded(entry: Entry): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end;) {
    if (!isAlive(entry)) return true
    await delay(50)
  }
  return false
}

function entriesBut(dataDir: string, name: string): Entry[] {
  return readEntries(dataDir).filter((entry) => entry.name !== name)
}

function readEntries(dataDir: string): Entry[] {
  const path = fileOf(dataDir)
  if (!existsSync(path)) return []
  try {
    return z.array(entrySchema).parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return []
  }
}

function writeEntries(dataDir: string, entries: Entry[]): void {
  const path = fileOf(dataDir)
  writeFileSync(`${path}.part`, JSON.stringify(entries, null, 2))
  renameSync(`${path}.part`, path)
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'engines.json')
}
