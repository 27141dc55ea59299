import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Decrypter } from 'age-encryption'
import { Header, type HeaderData } from 'tar'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { makeBackup } from '../../../local/backup/backup.ts'
import { parseManifest } from '../../../local/backup/manifest.ts'
import { restoreBackup } from '../../../local/backup/restore.ts'
import { unpackInto } from '../../../local/backup/unpack.ts'
import {
  aCache,
  at,
  backUp,
  backUpCheaply,
  configOf,
  contents,
  dataFolder,
  makeFolder,
  readBack,
  refusalOf,
  refused,
  removeFolders,
  restore,
  root,
} from './folders.ts'

const quiet = () => undefined

beforeEach(makeFolder)
afterAll(removeFolders)

describe('a backup', () => {
  it('gives each file back, and nothing else', async () => {
    await restore(await backUp())
    for (const [path, content] of Object.entries(contents))
      expect({ path, same: readBack(path).equals(content) }).toEqual({ path, same: true })
    const names = readdirSync(at('restored'), { recursive: true }).map(String)
    expect(names.toSorted()).toEqual([...Object.keys(contents), 'mongo', 'mongo/journal'].toSorted())
  })

  it('names its engines, also where they do not run', async () => {
    const file = await backUp({ CACHE_DIR: aCache() })
    const [manifest = ''] =
      /\{"format".*?"files":\[.*?\]\}/.exec(gunzipSync(readFileSync(file)).toString('latin1')) ?? []
    const { engines } = parseManifest(manifest)
    expect(engines).toEqual({
      MongoDB: expect.stringMatching(/^\d+\.\d+$/),
      Temporal: expect.stringMatching(/^\d+\.\d+$/),
    })
  })

  it('is encrypted as age does it', async () => {
    const file = await backUp({ ZHIGAI_BACKUP_PASSPHRASE: '一条足够长的备份口令' })
    const decrypter = new Decrypter()
    decrypter.addPassphrase('一条足够长的备份口令')
    const plain = await decrypter.decrypt(readFileSync(file))
    expect(gunzipSync(plain).toString('latin1', 0, 13)).toBe('manifest.json')
  })

  it('that is encrypted is read with its passphrase alone', async () => {
    const env = { ZHIGAI_BACKUP_PASSPHRASE: '一条足够长的备份口令' }
    const file = await backUpCheaply(env)
    expect(await refusalOf(restore(file, { ZHIGAI_BACKUP_PASSPHRASE: '另一条很长的备份口令' }))).toEqual(
      refused(/the passphrase is not the one/),
    )
    expect(await refusalOf(restore(file))).toEqual(refused(/is encrypted: give its passphrase/))
    await restore(file, env)
    expect(readBack('issuer.json').toString()).toBe('{}')
  })

  it('that is plain is restored with a passphrase only where that is meant', async () => {
    const file = await backUp()
    const env = { ZHIGAI_BACKUP_PASSPHRASE: 'one two three four' }
    expect(await refusalOf(restore(file, env))).toEqual(refused(/is not encrypted .* add --unencrypted$/))
    await restore(file, env, { unencrypted: true })
    expect(readBack('issuer.json').toString()).toBe('{}')
  })

  it.each([
    ['plain', {}],
    ['encrypted', { ZHIGAI_BACKUP_PASSPHRASE: 'one two three four' }],
  ])('that is %s and cut short or changed anywhere is refused', async (_what, env) => {
    const file = await backUpCheaply(env)
    const whole = readFileSync(file)
    const damaged = at('damaged')
    const changed = (place: number) =>
      Buffer.from(whole.map((byte, index) => (index === place ? byte ^ 1 : byte)))
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
  const file = at('crafted')
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])))
  return file
}

function manifestOf(
  files: { path: string; content: Buffer; size?: number }[],
  engines: Record<string, string> = {},
): Entry {
  const listed = files.map(({ path, content, size = content.length }) => {
    return { path, size, sha256: createHash('sha256').update(content).digest('hex') }
  })
  const manifest = {
    format: 'zhigai-backup',
    version: 1,
    at: '2021-06-01T00:00:00.000Z',
    zhigai: '0',
    engines,
    files: listed,
  }
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

  it('is refused where its engines were newer than those here', async () => {
    const newer = manifestOf([{ path: 'a', content }], { MongoDB: '99.1' })
    const env = { CACHE_DIR: aCache() }
    expect(await refusalOf(restore(archiveOf([newer, file]), env))).toEqual(
      refused(/MongoDB is \d+\.\d+ here and was 99\.1: .* install 99\.1 or later/),
    )
    await restore(
      archiveOf([manifestOf([{ path: 'a', content }], { MongoDB: '4.4', another: '9' }), file]),
      env,
    )
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
    ['zeros before anything else', gzipSync(Buffer.alloc(8 * 1024 * 1024))],
    [
      'the header of an encrypted file without end',
      Buffer.from(`age-encryption.org/v1\n${'x'.repeat(100_000)}`),
    ],
  ])('is refused if it is %s', async (_what, bytes) => {
    const path = at('crafted')
    writeFileSync(path, bytes)
    expect(await refusalOf(restore(path))).toEqual(damaged)
  })
})

async function anyManifest() {}

describe('an archive that goes on for longer than its manifest says', () => {
  const content = Buffer.from('content')
  const zeros = Buffer.alloc(1024 * 1024)

  it.each<[string, Entry[]]>([
    ['before the manifest', []],
    ['after the last file', [manifestOf([{ path: 'a', content }]), { path: 'data/a', content }]],
  ])('%s is not read to its end', async (_what, entries) => {
    const start = entries.length === 0 ? Buffer.alloc(0) : gunzipSync(readFileSync(archiveOf(entries)))
    const file = at('crafted')
    writeFileSync(file, gzipSync(Buffer.concat([start, ...Array.from({ length: 256 }, () => zeros)])))
    let read = 0
    const { size } = statSync(file)
    const { signal } = new AbortController()
    const options = {
      passphrase: undefined,
      signal,
      onManifest: anyManifest,
      advance: (bytes: number) => (read += bytes),
    }
    await expect(unpackInto(at('restored'), file, options)).rejects.toThrow(/more than the manifest names/)
    expect(read).toBeLessThan(size / 2)
  })
})

describe('what cannot be', () => {
  it.each(['MONGODB_URI', 'TEMPORAL_ADDRESS'])(
    'neither backs up nor restores where %s is set',
    async (name) => {
      const env = { [name]: name === 'MONGODB_URI' ? 'mongodb://db/zhigai' : 'temporal:7233' }
      expect(await refusalOf(backUp(env))).toEqual(refused(new RegExp(`${name} is set: .*docs/backup.md`)))
      expect(await refusalOf(restore(at('any'), env))).toEqual(
        refused(new RegExp(`${name} is set: .*docs/backup.md`)),
      )
    },
  )

  it('backs up nothing where nothing is', async () => {
    const config = configOf(at('nowhere'))
    expect(await refusalOf(makeBackup(config, { atMost: 20 }, quiet))).toEqual(
      refused(/holds no installation to back up/),
    )
  })

  it('overwrites no file', async () => {
    const out = at('kept')
    writeFileSync(out, 'kept')
    expect(await refusalOf(backUp({}, out))).toEqual(refused(/exists already; a backup overwrites nothing/))
    expect(readFileSync(out, 'utf8')).toBe('kept')
  })

  it('removes no unfinished file of somebody else', async () => {
    const part = at('backup.part')
    writeFileSync(part, 'theirs')
    expect(await refusalOf(backUp())).toEqual(refused(/backup\.part .*exists already/))
    expect(readFileSync(part, 'utf8')).toBe('theirs')
  })

  it('makes no backup that could not be restored: of a file whose name no restoration takes', async () => {
    dataFolder({ 'a:b': Buffer.from('x') })
    expect(await refusalOf(backUp())).toEqual(refused(/a:b .*no backup can hold this name/))
  })

  it('keeps a backup among what is backed up in its own folder alone', async () => {
    expect(await refusalOf(backUp({}, at('data', 'backup')))).toEqual(
      refused(/must not lie in the data folder/),
    )
    const file = await makeBackup(configOf(dataFolder()), { atMost: 20 }, quiet)
    expect(file).toMatch(/\/data\/backups\/zhigai-\d{8}T\d{6}Z\.tar\.gz$/)
  })

  it('takes a data folder with a slash at its end for the same one', async () => {
    const config = configOf(`${dataFolder()}/`)
    expect(await refusalOf(makeBackup(config, { out: at('data', 'backup'), atMost: 20 }, quiet))).toEqual(
      refused(/must not lie in the data folder/),
    )
    await restoreBackup(configOf(`${at('restored')}/`), await backUp(), {}, quiet)
    expect(readBack('issuer.json').toString()).toBe('{}')
  })

  it('tells whose key is not in it', async () => {
    const keyFile = at('keys', 'audit-key.json')
    const said: string[] = []
    await backUp({ AUDIT_KEY_FILE: keyFile }, at('outside'), (line) => said.push(line))
    expect(said.join('\n')).toContain(`NOT in the backup: the signing key ${keyFile}`)
    said.length = 0
    await backUp({ AUDIT_KEY_FILE: at('data', 'own.json') }, at('inside'), (line) => said.push(line))
    expect(said.join('\n')).not.toContain('NOT in the backup')
  })

  it('restores into no folder that has something, and from no file that is not there', async () => {
    expect(await refusalOf(restore(at('missing')))).toEqual(refused(/no such file or folder/))
    mkdirSync(at('restored'))
    writeFileSync(at('restored', 'mine'), 'mine')
    expect(await refusalOf(restore(await backUp()))).toEqual(refused(/it is not empty; set DATA_DIR/))
    expect(readdirSync(at('restored'))).toEqual(['mine'])
  })
})
