import { readFileSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { mongod, temporal } from '../engines/pins.ts'
import type { ProcessIdentity } from '../engines/process.ts'
import { run } from '../engines/run.ts'
import { projectRoot } from '../root.ts'

/** The version of zhigai. */
export function ownVersion(): string {
  const text = readFileSync(join(projectRoot, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

/** The versions of running engines, by name, as far as the system lets us ask their programs. */
export async function engineVersions(
  engines: Record<string, ProcessIdentity>,
): Promise<Record<string, string>> {
  const told = [mongod, temporal].map(async ({ name, version }) => {
    const pid = engines[name]?.pid
    const program = await readlink(`/proc/${pid}/exe`).catch(() => undefined)
    if (!version || program === undefined) return []
    const { output } = await run(program, version.args, { timeout: 15_000 })
    const found = version.pattern.exec(output)?.[1]
    return found === undefined ? [] : [[name, found]]
  })
  return Object.fromEntries((await Promise.all(told)).flat())
}
