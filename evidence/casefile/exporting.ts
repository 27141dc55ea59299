import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { Signer } from '../audit/keys.ts'
import { composeDocument } from './compose.ts'
import type { Exporter, CaseFileManifest, RunOfCase } from './content.ts'
import { printDocument } from './pdf.ts'
import { CaseFault, findCase, textOf, type CaseFileSources } from './reading.ts'
import { noteExport } from './reads.ts'
import { signDocument } from './signing.ts'
import { readVerifiedCase } from './verified-case.ts'

/** The names of the files of a case file. */
export const names = {
  case: 'case.json',
  pdf: 'case.pdf',
  manifest: 'manifest.json',
  engine: 'engine',
} as const

/** What to export, where to, by whom and when (ISO 8601); `advance` hears of each line, notice, run and part of the print. */
export type ExportRequest = {
  id: string
  out: string
  by: Exporter
  at: string
  signer: Signer
  advance?: (steps: number) => void
}

/**
 * Writes a case file into a new folder `<out>/<id>` and gives its path. Until it is whole, the folder is called `<id>.part-…`,
 * another for each export; one that was killed leaves it there. Throws `CaseFault` if the folder is there already,
 * and as `readCase`.
 */
export async function exportCase(sources: CaseFileSources, request: ExportRequest): Promise<string> {
  const { id, out } = request
  if (!/^[\w-]{1,60}$/.test(id)) throw new CaseFault(`没有项目 ${id} · there is no project ${id}`)
  const folder = join(out, id)
  assertNew(folder)
  await findCase(sources.models, id)
  await mkdir(out, { recursive: true })
  const part = await mkdtemp(`${folder}.part-`)
  try {
    await mkdir(join(part, names.engine))
    await writeCase(sources, request, part)
    assertNew(folder)
    await rename(part, folder)
    return folder
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

/** A case file names people: it is for whoever takes it out. */
const ownerAlone = { mode: 0o600 }

async function writeCase(sources: CaseFileSources, request: ExportRequest, part: string): Promise<void> {
  const { id, by, at, signer, advance } = request
  const engine = join(part, names.engine)
  // Noted before anything is shown: nobody takes a case out unseen.
  await noteExport(sources.models, id, by, new Date(at))
  const content = await readVerifiedCase(
    sources,
    id,
    { at, by },
    {
      ...(advance && { advance }),
      onRun: ({ runId, history }) =>
        writeFile(join(engine, `${runId}.json`), `${historyToJSON(history)}\n`, ownerAlone),
    },
  )
  for (const run of content.runs) await rename(join(engine, `${run.runId}.json`), join(part, pathOfRun(run)))
  const file = signDocument(content, signer, at)
  await writeFile(join(part, names.case), textOf(file), ownerAlone)
  const pdf = await printDocument(composeDocument(file), at, advance)
  await pipeline(pdf, createWriteStream(join(part, names.pdf), ownerAlone))
  const paths = [names.case, names.pdf, ...content.runs.map(pathOfRun)]
  const files: CaseFileManifest['files'] = []
  for (const path of paths) files.push({ path, ...(await weigh(join(part, path))) })
  const manifest: CaseFileManifest = { format: 'zhigai-case-manifest', version: 1, project: id, files }
  await writeFile(join(part, names.manifest), textOf(signDocument(manifest, signer, at)), ownerAlone)
}

/** Where the history of a run lies in a case file. */
export function pathOfRun({ number, runId }: Pick<RunOfCase, 'number' | 'runId'>): string {
  return `${names.engine}/${number}-${runId}.json`
}

/** The size and the SHA-256 of a file, however large it is. */
export async function weigh(
  path: string,
): Promise<Pick<CaseFileManifest['files'][number], 'size' | 'sha256'>> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { size: (await stat(path)).size, sha256: `sha256:${hash.digest('hex')}` }
}

function assertNew(folder: string): void {
  if (existsSync(folder))
    throw new CaseFault(`${folder} 已存在 · exists already; an export overwrites nothing`)
}
