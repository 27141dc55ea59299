import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** A process that cannot be mistaken for a later one with the same pid. */
export type ProcessIdentity = { pid: number; startedAt: string }

/** Identifies a live process; undefined when there is none, a zombie included. */
export function findProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startInProc(pid) : startInPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** Whether that very process still lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  return findProcess(identity.pid)?.startedAt === identity.startedAt
}

/** Sends a signal to that very process; a process that has ended is no error. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, signal)
  } catch {
    // It ended in between, which is what the caller wants.
  }
}

/** The program that started us, past the shells in which it may have wrapped us, and past the older Node that only waits for us. */
export function findStarter(pid: number = process.ppid): ProcessIdentity | undefined {
  const { parent, command } = parentage(pid)
  const waits = pid === process.ppid && process.connected
  return parent !== undefined && (waits || /^-?\w*sh$/.test(command)) ? findStarter(parent) : findProcess(pid)
}

function parentage(pid: number): { parent: number | undefined; command: string } {
  const text =
    process.platform === 'linux'
      ? parentageInProc(pid)
      : (spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '')
  const [parent, command = ''] = text.trim().split(/\s+/)
  return { parent: parent ? Number(parent) : undefined, command: basename(command) }
}

function parentageInProc(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
    return `${parent} ${stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))}`
  } catch {
    return ''
  }
}

function startInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets itself: the numbers begin after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}:${fields[19]}`
  } catch {
    return undefined
  }
}

function startInPs(pid: number): string | undefined {
  const text =
    spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
  return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '')
}
