import { describe, expect, it } from 'vitest'
import { isKept } from '../../bin/backup/kept-files.ts'
import { isPlainPath, parseManifest } from '../../bin/backup/manifest.ts'
import { findLack } from '../../bin/backup/room.ts'

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
