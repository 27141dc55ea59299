import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Encrypter } from 'age-encryption'
import { expect } from 'vitest'
import { makeBackup } from '../../../local/backup/backup.ts'
import { restoreBackup, type RestoreOptions } from '../../../local/backup/restore.ts'
import { readConfig } from '../../../server/config.ts'
import { mongod, temporal } from '../../../local/engines/pins.ts'

/** Where the folders of a test file lie. */
export const root = mkdtempSync(join(tmpdir(), 'zhigai-archive-'))
const quiet = () => undefined
let serial = 0
let folder = ''

/** Gives the test that begins a folder of its own. */
export function makeFolder(): void {
  folder = join(root, String((serial += 1)))
  mkdirSync(folder, { recursive: true })
}

/** Removes what the tests of a file leave. */
export function removeFolders(): void {
  rmSync(root, { recursive: true, force: true })
}

/** A path in the folder of the test that runs. */
export function at(...path: string[]): string {
  return join(folder, ...path)
}

/** What a data folder of a test holds, by path. */
export const contents: Record<string, Buffer> = {
  'temporal.db': Buffer.from('histories'),
  'temporal.db-wal': Buffer.alloc(300_000, 'steps'),
  'mongo/collection.wt': Buffer.alloc(70_000, 1),
  'mongo/journal/WiredTigerLog.0000000001': Buffer.alloc(0),
  'issuer.json': Buffer.from('{}'),
}

/** A data folder as a stopped installation leaves it, with what no backup has, and with more, if anything. */
export function dataFolder(more: Record<string, Buffer> = {}): string {
  const dataDir = at('data')
  for (const [path, content] of Object.entries({
    ...contents,
    ...more,
    'mongo.log': Buffer.from('a line'),
  })) {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true })
    writeFileSync(join(dataDir, path), content)
  }
  return dataDir
}

/** The configuration of a data folder, and of no surroundings. */
export function configOf(dataDir: string, env: NodeJS.ProcessEnv = {}) {
  return readConfig({ DATA_DIR: dataDir, ...env })
}

/** A cache with engines that can do no more than tell their versions. */
export function aCache(): string {
  for (const [{ command, sources }, says] of [
    [mongod, 'db version v6.0'],
    [temporal, 'Server 1.32'],
  ] as const)
    for (const { version, path } of sources[`${process.platform}-${process.arch}`] ?? []) {
      const binary = at('cache', 'engines', `${command}-${version}`, path)
      mkdirSync(dirname(binary), { recursive: true })
      writeFileSync(binary, `#!/bin/sh\necho "${says}"\n`, { mode: 0o755 })
    }
  return at('cache')
}

/** Backs a data folder up. */
export function backUp(
  env: NodeJS.ProcessEnv = {},
  out = at('backup'),
  say: (line: string) => void = quiet,
): Promise<string> {
  return makeBackup(configOf(dataFolder(), env), { out, atMost: 20 }, say)
}

/** Encrypted by age as a backup is, but so that one guess of the passphrase takes no second of work. */
export async function backUpCheaply({
  ZHIGAI_BACKUP_PASSPHRASE: passphrase,
}: NodeJS.ProcessEnv): Promise<string> {
  const file = await backUp()
  if (passphrase === undefined) return file
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(10)
  writeFileSync(file, await encrypter.encrypt(readFileSync(file)))
  return file
}

/** Restores a file into another data folder. */
export function restore(
  file: string,
  env: NodeJS.ProcessEnv = {},
  options: RestoreOptions = {},
): Promise<string> {
  return restoreBackup(configOf(at('restored'), env), file, options, quiet)
}

/** A file that was restored. */
export function readBack(path: string): Buffer {
  return readFileSync(at('restored', path))
}

/** What was said by what refused to work, and which files are new all the same. */
export async function refusalOf(work: Promise<string>): Promise<{ said: unknown; left: string[] }> {
  const names = readdirSync(folder)
  const said = await work.catch((error: unknown) => error)
  return { said, left: readdirSync(folder).filter((name) => !names.includes(name) && name !== 'data') }
}

/** A refusal in such a sentence, which leaves nothing. */
export function refused(sentence: RegExp) {
  return {
    said: expect.objectContaining({ name: 'UserError', message: expect.stringMatching(sentence) }),
    left: [],
  }
}
