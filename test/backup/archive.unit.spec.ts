import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Decrypter } from 'age-encryption'
import { Header, type HeaderData } from 'tar'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { makeBackup } from '../../bin/backup/backup.ts'
import { restoreBackup } from '../../bin/backup/restore.ts'
import { readConfig } from '../../bin/config.ts'

const root = mkdtempSync(join(tmpdir(), 'zhigai-archive-'))
const quiet = () => undefined
let folder = ''
let serial = 0

beforeEach(() => {
  folder = join(root, String((serial += 1)))
  mkdirSync(folder)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const contents: Record<string, Buffer> = {
  'temporal.db': Buffer.from('histories'),
  'temporal.db-wal': Buffer.alloc(300_000, 'steps'),
  'mongo/collection.wt': Buffer.alloc(70_000, 1),
  'mongo/journal/WiredTigerLog.0000000001': Buffer.alloc(0),
  'issuer.json': Buffer.from('{}'),
}

/** A data folder as a stopped installation leaves it, with what no backup has. */
function dataFolder(): string {
  const dataDir = join(folder, 'data')
  for (const [path, content] of Object.entries({ ...contents, 'mongo.log': Buffer.from('a line') })) {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true })
    writeFileSync(join(dataDir, path), content)
  }
  return dataDir
}

function configOf(dataDir: string, env: NodeJS.ProcessEnv = {}) {
  return readConfig({ DATA_DIR: dataDir, ...env })
}

function backUp(env: NodeJS.ProcessEnv = {}, out = join(folder, 'backup')): Promise<string> {
  return makeBackup(configOf(dataFolder(), env), { out, atMost: 20 }, quiet)
}

function restore(file: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return restoreBackup(configOf(join(folder, 'restored'), env), file, {}, quiet)
}

function readBack(path: string): Buffer {
  return readFileSync(join(folder, 'restored', path))
}

/** What was said by what refused to work, and which files are new all the same. */
async function refusalOf(work: Promise<string>): Promise<{ said: unknown; left: string[] }> {
  const names = readdirSync(folder)
  const said = await work.catch((error: unknown) => error)
  return { said, left: readdirSync(folder).filter((name) => !names.includes(name) && name !== 'data') }
}

function refused(sentence: RegExp) {
  return {
    said: expect.objectContaining({ name: 'UserError', message: expect.stringMatching(sentence) }),
    left: [],
  }
}

describe('a backup', () => {
  it('gives each file back, and nothing else', async () => {
    await restore(await backUp())
    for (const [path, content] of Object.entries(contents))
      expect({ path, same: readBack(path).equals(content) }).toEqual({ path, same: true })
    const names = readdirSync(join(folder, 'restored'), { recursive: true }).map(String)
    expect(names.toSorted()).toEqual([...Object.keys(contents), 'mongo', 'mongo/journal'].toSorted())
  })

  it('is encrypted as age does it, and read with its passphrase alone', async () => {
    const env = { ZHIGAI_BACKUP_PASSPHRASE: '口令' }
    const file = await backUp(env)
    const decrypter = new Decrypter()
    decrypter.addPassphrase('口令')
    const plain = await decrypter.decrypt(readFileSync(file))
    expect(gunzipSync(plain).toString('latin1', 0, 13)).toBe('manifest.json')
    expect(await refusalOf(restore(file, { ZHIGAI_BACKUP_PASSPHRASE: '口令二' }))).toEqual(
      refused(/the passphrase is not the one/),
    )
    expect(await refusalOf(restore(file))).toEqual(refused(/is encrypted: give its passphrase/))
    await restore(file, env)
    expect(readBack('issuer.json').toString()).toBe('{}')
  })

  it.each([
    ['plain', {}],
    ['encrypted', { ZHIGAI_BACKUP_PASSPHRASE: 'one two three' }],
  ])('that is %s and cut short or changed anywhere is refused', async (_what, env) => {
    const file = await backUp(env)
    const whole = readFileSync(file)
    const damaged = join(folder, 'damaged')
    const changed = (at: number) => Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte)))
    const last = whole.length - 1
    const bad = [whole.subarray(0, last), changed(last >> 1)]
    writeFileSync(damaged, '')
    for (const bytes of bad) {
      writeFileSync(damaged, bytes)
      expect(await refusalOf(restore(damaged, env))).toEqual(
        refused(/is cut short, changed or no backup; nothing was restored/),
      )
    }
  })
})

type Entry = { path: string; content: Buffer; type?: HeaderData['type']; linkpath?: string }

/** An archive that says whatever it is told to. */
function archiveOf(entries: Entry[]): string {
  const blocks = entries.flatMap(({ path, content, type = 'File', linkpath }) => {
    const block = Buffer.alloc(512)
    const header = new Header({
      path,
      size: content.length,
      mode: 0o644,
      type,
      ...(linkpath && { linkpath }),
    })
    header.encode(block)
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  const file = join(folder, 'crafted')
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])))
  return file
}

function manifestOf(files: { path: string; content: Buffer; size?: number }[]): Entry {
  const listed = files.map(({ path, content, size = content.length }) => {
    return { path, size, sha256: createHash('sha256').update(content).digest('hex') }
  })
  const at = '2021-06-01T00:00:00.000Z'
  const manifest = { format: 'zhigai-backup', version: 1, at, zhigai: '0', engines: {}, files: listed }
  return { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) }
}

describe('an archive that somebody made', () => {
  const content = Buffer.from('content')
  const other = Buffer.from('another')
  const file = { path: 'data/a', content }
  const evil = { path: 'evil', content }
  const manifest = manifestOf([{ path: 'a', content }])
  const damaged = refused(/is cut short, changed or no backup/)

  it('is taken if it is as its manifest says', async () => {
    await restore(archiveOf([manifest, file]))
    expect(readBack('a').toString()).toBe('content')
  })

  it.each<[string, Entry[]]>([
    ['a path in the manifest that leads out', [manifestOf([{ path: '../evil', content }]), file]],
    ['a path in the archive that leads out', [manifest, file, { ...evil, path: 'data/../../evil' }]],
    ['an absolute path', [manifest, file, { ...evil, path: join(root, 'evil') }]],
    ['a link', [manifest, { ...file, content: Buffer.alloc(0), type: 'SymbolicLink', linkpath: '/etc' }]],
    ['a file that the manifest does not name', [manifest, file, { ...evil, path: 'data/b' }]],
    ['a file twice', [manifest, file, file]],
    ['a file too few', [manifest]],
    ['another content', [manifest, { ...file, content: other }]],
    ['another size', [manifestOf([{ path: 'a', content, size: 8 }]), file]],
    ['its manifest in the second place', [file, manifest]],
    ['no manifest', [file]],
    ['nothing', []],
  ])('is refused with %s', async (_what, entries) => {
    expect(await refusalOf(restore(archiveOf(entries)))).toEqual(damaged)
    expect(readdirSync(root)).not.toContain('evil')
  })

  it.each([
    ['a text', Buffer.from('good morning')],
    ['an empty file', Buffer.alloc(0)],
    ['a text in gzip', gzipSync('good morning')],
  ])('is refused if it is %s', async (_what, bytes) => {
    const path = join(folder, 'crafted')
    writeFileSync(path, bytes)
    expect(await refusalOf(restore(path))).toEqual(damaged)
  })
})

describe('what cannot be', () => {
  it.each(['MONGODB_URI', 'TEMPORAL_ADDRESS'])(
    'neither backs up nor restores where %s is set',
    async (name) => {
      const env = { [name]: name === 'MONGODB_URI' ? 'mongodb://db/zhigai' : 'temporal:7233' }
      expect(await refusalOf(backUp(env))).toEqual(refused(new RegExp(`${name} is set: .*docs/backup.md`)))
      expect(await refusalOf(restore(join(folder, 'any'), env))).toEqual(
        refused(new RegExp(`${name} is set: .*docs/backup.md`)),
      )
    },
  )

  it('backs up nothing where nothing is', async () => {
    const config = configOf(join(folder, 'nowhere'))
    expect(await refusalOf(makeBackup(config, { atMost: 20 }, quiet))).toEqual(
      refused(/holds no installation to back up/),
    )
  })

  it('overwrites no file', async () => {
    const out = join(folder, 'kept')
    writeFileSync(out, 'kept')
    expect(await refusalOf(backUp({}, out))).toEqual(refused(/exists already; a backup overwrites nothing/))
    expect(readFileSync(out, 'utf8')).toBe('kept')
  })

  it('keeps a backup among what is backed up in its own folder alone', async () => {
    expect(await refusalOf(backUp({}, join(folder, 'data', 'backup')))).toEqual(
      refused(/must not lie in the data folder/),
    )
    const file = await makeBackup(configOf(dataFolder()), { atMost: 20 }, quiet)
    expect(file).toMatch(/\/data\/backups\/zhigai-\d{8}T\d{6}Z\.tar\.gz$/)
  })

  it('restores into no folder that has something, and from no file that is not there', async () => {
    expect(await refusalOf(restore(join(folder, 'missing')))).toEqual(refused(/ENOENT/))
    mkdirSync(join(folder, 'restored'))
    writeFileSync(join(folder, 'restored', 'mine'), 'mine')
    expect(await refusalOf(restore(await backUp()))).toEqual(refused(/it is not empty; set DATA_DIR/))
    expect(readdirSync(join(folder, 'restored'))).toEqual(['mine'])
  })

  it.each([
    ['is missing', undefined, /--passphrase-file: ENOENT/],
    ['is empty', '\n', /must hold a passphrase/],
  ])('encrypts nothing where the passphrase file %s', async (_what, text, sentence) => {
    const passphraseFile = join(folder, 'passphrase')
    if (text !== undefined) writeFileSync(passphraseFile, text)
    const config = configOf(dataFolder())
    const out = join(folder, 'backup')
    expect(await refusalOf(makeBackup(config, { out, passphraseFile, atMost: 20 }, quiet))).toEqual(
      refused(sentence),
    )
  })
})
