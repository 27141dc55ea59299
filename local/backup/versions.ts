import { readFileSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { mongod, temporal } from '../engines/pins.ts'
import type { ProcessIdentity } from '../engines/process.ts'
import { compareVersions, findBinary, versionOf } from '../engines/provide-binary.ts'
import { projectRoot } from '../../server/root.ts'
import { UserError } from '../../server/user-error.ts'

/** The version of zhigai. */
export function ownVersion(): string {
  const text = readFileSync(join(projectRoot, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

/**
 * The versions of the engines by name, of those that run and else of those that would, as far as the system lets us ask their
 * programs.
 */
export async function engineVersions(
  engines: Record<string, ProcessIdentity>,
  cacheDir: string,
): Promise<Record<string, string>> {
  const told = [mongod, temporal].map(async (engine): Promise<[string, string][]> => {
    const running = engines[engine.name]
    const program = running
      ? await readlink(`/proc/${running.pid}/exe`).catch(() => undefined)
      : await findBinary(engine, { cacheDir, log: () => undefined })
    const found = program && (await versionOf(engine, program))
    return found ? [[engine.name, found]] : []
  })
  return Object.fromEntries((await Promise.all(told)).flat())
}

/** Throws where an engine that would run here is older than the one whose files they are. */
export async function assertNoOlder(engines: Record<string, string>, cacheDir: string): Promise<void> {
  const here = await engineVersions({}, cacheDir)
  for (const [name, then] of Object.entries(engines)) {
    const now = here[name]
    if (now !== undefined && compareVersions(now, then) < 0)
      throw new UserError(
        `本机 ${name} 为 ${now}，备份时为 ${then}，旧版打不开新版的文件 · ` +
          `${name} is ${now} here and was ${then}: an older one does not open the files of a newer one; install ${then} or later`,
      )
  }
}
