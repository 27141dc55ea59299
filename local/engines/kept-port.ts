import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { freePort, isPortFree } from '../../server/ports.ts'

/** Where the data folder remembers the port of Temporal's Web UI. */
export const portsFile = 'ports.json'
const kept = z.object({ temporalUi: z.int().min(1).max(65_535) })

/** The port that Temporal's Web UI had at the last start, so that its address stays; another where somebody else has taken that. */
export async function keptUiPort(dataDir: string | undefined): Promise<number> {
  if (dataDir === undefined) return freePort()
  const path = join(dataDir, portsFile)
  const before = await readKept(path)
  if (before !== undefined && (await isPortFree(before))) return before
  const temporalUi = await freePort()
  // A port that cannot be remembered is no reason not to start.
  await writeFile(path, `${JSON.stringify({ temporalUi })}\n`).catch(() => undefined)
  return temporalUi
}

async function readKept(path: string): Promise<number | undefined> {
  try {
    return kept.parse(JSON.parse(await readFile(path, 'utf8'))).temporalUi
  } catch {
    return undefined
  }
}
