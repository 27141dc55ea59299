import { execFileSync } from 'node:child_process'
import { expect, vi } from 'vitest'
import { findProcess } from '../../local/engines/process.ts'

/** A line of the process table. */
export type Listed = { pid: number; parent: number; command: string }

/** The parts of an installation that a fault can hit, besides the command itself. */
export type Part = 'api' | 'worker' | 'MongoDB' | 'Temporal'

const looks: Record<Part, RegExp> = {
  api: /\/server\/api\.js$/,
  worker: /\/server\/worker\.js$/,
  MongoDB: /^(?!.*supervisor\.mjs).* --dbpath /,
  Temporal: /^(?!.*supervisor\.mjs).* server start-dev /,
}

/** Every process under a process. */
export function descendantsOf(pid: number): Listed[] {
  const table = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const listed = table.split('\n').flatMap((line): Listed[] => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return own && parent && command ? [{ pid: Number(own), parent: Number(parent), command }] : []
  })
  const under = (parent: number): Listed[] =>
    listed.flatMap((each) => (each.parent === parent ? [each, ...under(each.pid)] : []))
  return under(pid)
}

/** The running process of a part, under the command that runs it. */
export function partOf(command: number, part: Part): Listed {
  const found = descendantsOf(command).find((each) => looks[part].test(each.command))
  if (!found) throw new Error(`there is no ${part} under process ${command}`)
  return found
}

/** The port that an engine was told to listen on. */
export function portOf({ command }: Listed): string {
  return / --port (\d+)/.exec(command)?.[1] ?? ''
}

/** Waits until processes have ended. */
export async function untilGone(pids: number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter((pid) => findProcess(pid))).toEqual([]), {
    timeout: 60_000,
    interval: 100,
  })
}

/**
 * Kills an engine and keeps it from being started again, by holding its supervisor, which would have told of its death;
 * the function that comes back lets go.
 */
export function holdDown(command: number, engine: 'MongoDB' | 'Temporal'): () => void {
  const { pid, parent } = partOf(command, engine)
  process.kill(parent, 'SIGSTOP')
  process.kill(pid, 'SIGKILL')
  return () => process.kill(parent, 'SIGCONT')
}
