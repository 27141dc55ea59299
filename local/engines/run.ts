import { spawn } from 'node:child_process'

/** What a finished command said; `code` is undefined when it could not be run or was killed. */
export type Finished = { code: number | undefined; output: string }

/** Runs a command to its end, keeping what it printed; `show` also lets its progress through to the terminal. */
export function run(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; timeout?: number; show?: boolean } = {},
): Promise<Finished> {
  const { show = false, ...rest } = options
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...rest, stdio: ['ignore', show ? process.stderr : 'pipe', 'pipe'] })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += String(chunk)))
    child.stderr?.on('data', (chunk) => (output += String(chunk)))
    child.once('error', (error) => resolve({ code: undefined, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? undefined, output }))
  })
}
