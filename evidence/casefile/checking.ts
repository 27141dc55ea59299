import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Words } from '../../policy/edition/edition.ts'
import { faultsOfCase } from './checking-case.ts'
import { faultsOfRun } from './checking-runs.ts'
import type { TrustedKey } from '../audit/keys.ts'
import type { CaseFile, CaseFileManifest, Signature } from './content.ts'
import { names, pathOfRun, weigh } from './exporting.ts'
import { isSignedRight, SignedDocument } from './signing.ts'

/** Something that is wrong in a case file, and in which of its files. */
export type Fault = { file: string; what: Words }

/** What a check has found; `signature` is that of the case, if there is one to be read. */
export type CaseFileVerdict = { faults: Fault[]; signature: Signature | null; lines: number; files: number }

const ManifestFile = SignedDocument.extend({
  format: z.literal('zhigai-case-manifest'),
  version: z.literal(1),
  project: z.string(),
  files: z
    .array(z.strictObject({ path: z.string().max(200), size: z.int().min(0), sha256: z.string() }))
    .max(100_000),
})

const CaseDocument = SignedDocument.extend({
  format: z.literal('zhigai-case'),
  version: z.literal(1),
  project: z.looseObject({ id: z.string(), head: z.string(), revision: z.int(), state: z.unknown() }),
  edition: z.looseObject({ hash: z.string(), document: z.unknown() }),
  lines: z.array(z.looseObject({ revision: z.int(), link: z.string() })).min(1),
  snapshots: z.array(z.looseObject({ revision: z.int(), digest: z.string() })),
  runs: z.array(z.looseObject({ number: z.int(), runId: z.string().regex(/^[\w-]{1,60}$/) })),
  anchors: z.array(z.looseObject({ leaf: z.unknown(), anchor: z.unknown(), path: z.unknown() })),
})

/**
 * Checks a case file offline, with nothing but its folder: signatures, the hash of every file, what is missing or was added,
 * the chain of the lines, the edition, the anchors. `key`, if it is given, is the only one that is believed; of `trusted` keys one that was retired is not
 * believed for what it signs later.
 */
export async function checkCaseFile(
  folder: string,
  { key, trusted = [] }: { key?: string | undefined; trusted?: readonly TrustedKey[] } = {},
): Promise<CaseFileVerdict> {
  const faults: Fault[] = []
  const manifest = await readDocument(folder, names.manifest, ManifestFile, faults)
  const file = await readDocument(folder, names.case, CaseDocument, faults)
  const listed = manifest as unknown as CaseFileManifest | null
  const whole = file as unknown as CaseFile | null
  if (listed) faults.push(...(await faultsOfFiles(folder, listed)))
  if (whole) faults.push(...faultsOfCase(whole).map((what) => ({ file: names.case, what })))
  if (whole) faults.push(...(await faultsOfRuns(folder, whole)))
  if (listed && whole) faults.push(...faultsBetween(listed, whole))
  const keys = [
    [names.manifest, manifest?.signature.key],
    [names.case, file?.signature.key],
  ] as const
  for (const [name, signed] of keys) {
    if (signed !== undefined && key !== undefined && signed !== key)
      faults.push(fault(name, `签名密钥是 ${signed}，不是 ${key}`, `signed by ${signed}, not by ${key}`))
  }
  faults.push(...faultsOfRetired(trusted, { [names.manifest]: manifest, [names.case]: file }))
  if (manifest && file && manifest.signature.key !== file.signature.key)
    faults.push(fault(names.manifest, '与案卷的签名密钥不同', 'signed by another key than the case'))
  const signature = file?.signature ?? null
  return { faults, signature, lines: whole?.lines.length ?? 0, files: listed?.files.length ?? 0 }
}

type SignedOrNot = { signature: Signature } | null

function faultsOfRetired(trusted: readonly TrustedKey[], files: Record<string, SignedOrNot>): Fault[] {
  return Object.entries(files).flatMap(([name, document]) => {
    const { key: signer, at = '' } = document?.signature ?? {}
    const retiredAt = trusted.find(({ key }) => key === signer)?.retiredAt ?? null
    if (retiredAt === null || at <= retiredAt) return []
    return [fault(name, `签名密钥已于 ${retiredAt} 停用`, `signed by a key that was retired at ${retiredAt}`)]
  })
}

function fault(file: string, zh: string, en: string): Fault {
  return { file, what: { zh, en } }
}

async function readDocument<T extends { signature: Signature }>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
  faults: Fault[],
): Promise<T | null> {
  const path = join(folder, name)
  if (!existsSync(path)) {
    faults.push(fault(name, '缺失', 'is missing'))
    return null
  }
  try {
    const document = schema.parse(JSON.parse(await readFile(path, 'utf8')))
    if (!isSignedRight(document))
      faults.push(fault(name, '签名不符，内容已被改动', 'is not what was signed: it has been changed'))
    return document
  } catch {
    faults.push(fault(name, '不是案卷文件，无法读取', 'cannot be read: it is no file of a case'))
    return null
  }
}

async function faultsOfFiles(folder: string, { files }: CaseFileManifest): Promise<Fault[]> {
  const faults: Fault[] = []
  const there = new Set(await filesOf(folder))
  there.delete(names.manifest)
  for (const { path, size, sha256 } of files) {
    const weighed = there.delete(path) ? await weigh(join(folder, path)) : null
    if (!weighed) faults.push(fault(path, '缺失', 'is missing'))
    else if (weighed.size !== size || weighed.sha256 !== sha256)
      faults.push(
        fault(path, '与清单的摘要不符，已被改动', 'is not what the manifest says: it has been changed'),
      )
  }
  for (const path of there) faults.push(fault(path, '不在清单中', 'is not in the manifest'))
  return faults
}

async function faultsOfRuns(folder: string, file: CaseFile): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const run of file.runs) {
    const path = pathOfRun(run)
    // One that is missing is told already.
    const text = await readFile(join(folder, path), 'utf8').catch(() => null)
    if (text !== null) faults.push(...faultsOfRun(text, run, file).map((what) => ({ file: path, what })))
  }
  return faults
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, '/').length))
}

function faultsBetween({ project, files }: CaseFileManifest, file: CaseFile): Fault[] {
  const listed = new Set(files.map(({ path }) => path))
  const expected = [names.case, names.pdf, ...file.runs.map(pathOfRun)]
  return [
    ...(project === file.project.id
      ? []
      : [fault(names.manifest, '属于另一项目', 'is of another project than the case')]),
    ...expected
      .filter((path) => !listed.has(path))
      .map((path) => fault(path, '清单未列', 'belongs to the case, and the manifest does not list it')),
  ]
}
