import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { isAlive, type ProcessIdentity } from '../engines/process.ts'

/** Whether every thread of that very process is stopped by a signal, so that it writes nothing; not so when it has ended. */
export function standsStill(engine: ProcessIdentity): boolean {
  if (!isAlive(engine)) return false
  if (process.platform === 'linux') return threadStates(engine.pid).every((state) => /^[TtZX]$/.test(state))
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(engine.pid)], { encoding: 'utf8' })
  return stdout.trim().startsWith('T')
}

function threadStates(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] ?? ''
    })
  } catch {
    // A thread ended while we looked: not everything stands still.
    return ['']
  }
}
