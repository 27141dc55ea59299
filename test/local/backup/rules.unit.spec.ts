import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isKept } from '../../../local/backup/kept-files.ts'
import { isPlainPath, manifestText, parseManifest } from '../../../local/backup/manifest.ts'
import { hashFiles } from '../../../local/backup/pack.ts'
import { findLack } from '../../../server/room.ts'

describe('what a backup holds', () => {
  it.each([
    'issuer.json',
    'demo-data.json',
    'temporal.db',
    'temporal.db-wal',
    'mongo/WiredTiger.turtle',
    'mongo/journal/WiredTigerLog.0000000001',
    'mongo/collection-0-1.wt',
    'anything/else.json',
    'locksmith',
  ])('has %s', (path) => expect(isKept(path)).toBe(true))

  it.each([
    'lock',
    'lock.12.part',
    'lock.12.stale',
    'engines.json',
    'mongo.log',
    'temporal.log',
    'temporal.db-shm',
    'simulations',
    'simulations/a/result.json',
    'backups/zhigai.tar.gz',
    'backup.staging',
    'mongo/mongod.lock',
    'mongo/diagnostic.data',
    'mongo/_tmp',
    'mongo/journal/WiredTigerPreplog.0000000001',
  ])('has no %s', (path) => expect(isKept(path)).toBe(false))
})

it('a file that has grown since it was listed has the size of what was read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zhigai-hash-'))
  writeFileSync(join(folder, 'a'), 'grown')
  const hashed = await hashFiles(
    folder,
    [{ path: 'a', size: 1 }],
    () => undefined,
    new AbortController().signal,
  )
  rmSync(folder, { recursive: true })
  expect(hashed).toEqual([{ path: 'a', size: 5, sha256: createHash('sha256').update('grown').digest('hex') }])
})

describe('a path of a manifest', () => {
  it.each(['a', 'a/b.wt', '..a/b..', '证书/一'])('may be %s', (path) => expect(isPlainPath(path)).toBe(true))

  it.each(['', '..', '../a', 'a/../../b', '/etc/passwd', 'a//b', './a', 'a/', 'C:/a', 'a\\..\\b', 'a\0b'])(
    'may not be %j',
    (path) => expect(isPlainPath(path)).toBe(false),
  )
})

describe('a manifest', () => {
  const file = { path: 'a', size: 1, sha256: 'a'.repeat(64) }
  const manifest = {
    format: 'zhigai-backup',
    version: 1,
    at: '2021-06-01T00:00:00.000Z',
    zhigai: '0.1.0',
    engines: { MongoDB: '6.0' },
    files: [file],
  }

  it('is read as it was written', () => {
    expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest)
  })

  it.each([
    ['another version', { version: 2 }, 'expected 1'],
    ['a file twice', { files: [file, file] }, 'names a file twice'],
    ['a path that leads out', { files: [{ ...file, path: '../a' }] }, 'leads out of the data folder'],
    ['a negative size', { files: [{ ...file, size: -1 }] }, 'Too small'],
    ['a field of its own', { more: true }, 'more'],
  ])('is none with %s', (_what, change, reason) => {
    expect(() => parseManifest(JSON.stringify({ ...manifest, ...change }))).toThrow(reason)
  })

  it('is written only as it would be read', () => {
    expect(parseManifest(manifestText({ ...manifest, format: 'zhigai-backup', version: 1 }))).toEqual(
      manifest,
    )
    const files = [{ ...file, path: 'a'.repeat(1025) }]
    expect(() => manifestText({ ...manifest, format: 'zhigai-backup', version: 1, files })).toThrow(
      /cannot be backed up: .*1024 characters/,
    )
  })

  it('is not written where it would be too large to be read', () => {
    const files = Array.from({ length: 70_000 }, (_none, index) => ({
      ...file,
      path: `${'a'.repeat(1_000)}${index}`,
    }))
    expect(() => manifestText({ ...manifest, format: 'zhigai-backup', version: 1, files })).toThrow(
      'too many files',
    )
  })
})

const MB = 1024 * 1024

function need(folder: string, device: number, bytes: number, free: number) {
  return { folder, device, bytes, free }
}

describe('room on the disk', () => {
  it('suffices with 64 MB to spare', () => {
    expect(findLack([need('a', 1, 36 * MB, 100 * MB)])).toBeUndefined()
    expect(findLack([need('a', 1, 37 * MB, 100 * MB)])).toEqual({
      folder: 'a',
      bytes: 101 * MB,
      free: 100 * MB,
    })
  })

  it('is counted together where both go to one disk', () => {
    const [staging, out] = [need('a', 1, 100 * MB, 200 * MB), need('b', 1, 100 * MB, 200 * MB)]
    expect(findLack([staging, out])).toEqual({ folder: 'a', bytes: 264 * MB, free: 200 * MB })
    expect(findLack([staging, { ...out, device: 2 }])).toBeUndefined()
  })
})
