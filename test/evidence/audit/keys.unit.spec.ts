import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyFault, openSigner, readTrustedKeys, type KeyLocation } from '../../../evidence/audit/keys.ts'
import { assertKeyNamed, withKeys } from '../../../server/audit-keys.ts'
import { readConfig } from '../../../server/config.ts'
import { openOwnIssuer } from '../../../server/key-faults.ts'
import { UserError } from '../../../server/user-error.ts'

let folder: string
let dataDir: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zhigai-keys-'))
  dataDir = await mkdtemp(join(tmpdir(), 'zhigai-data-'))
})
afterEach(async () => {
  for (const each of [folder, dataDir]) await rm(each, { recursive: true, force: true })
})

/** A key that an operator has made and put somewhere, without its list. */
async function aKeyFile(): Promise<{ place: KeyLocation; key: string }> {
  const { key } = await openSigner({ dataDir: folder, suite: 'ed25519' })
  await rm(join(folder, 'audit-trusted.json'))
  return { place: { dataDir, keyFile: join(folder, 'audit-key.ed25519.json'), suite: 'ed25519' }, key }
}

describe('a key file that is named', () => {
  it('is used as it is: nothing is written beside it, and it alone is believed', async () => {
    const { place, key } = await aKeyFile()
    await chmod(folder, 0o500)
    expect((await openSigner(place)).key).toBe(key)
    expect((await readTrustedKeys(place)).map((each) => each.key)).toEqual([key])
    expect(await readdir(folder)).toEqual(['audit-key.ed25519.json'])
    expect(await readdir(dataDir)).toEqual([])
  })

  it('must be in the list beside it, if there is one', async () => {
    const { place, key } = await aKeyFile()
    const list = join(folder, 'audit-trusted.json')
    await writeFile(list, '{"keys":[]}')
    const refusal = await openSigner(place).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(KeyFault)
    const [entry = ''] = /\{.*\}$/.exec(String(refusal)) ?? []
    expect(entry).toContain(key)
    await writeFile(list, `{"keys":[${entry}]}`)
    expect((await openSigner(place)).key).toBe(key)
  })
})

it('processes that start at the same time on one data folder have one key', async () => {
  const place = { dataDir, suite: 'ed25519' } as const
  const signers = await Promise.all(Array.from({ length: 8 }, () => openSigner(place)))
  const [one, ...others] = new Set(signers.map(({ key }) => key))
  expect(others).toEqual([])
  expect(await readFile(join(dataDir, 'audit-trusted.json'), 'utf8')).toContain(one)
  expect((await readdir(dataDir)).toSorted()).toEqual(['audit-key.ed25519.json', 'audit-trusted.json'])
})

describe('where several machines may sign', () => {
  const here = { MONGODB_URI: 'mongodb://127.0.0.1:1,[::1]:2/z', TEMPORAL_ADDRESS: 'localhost:7233' }
  const elsewhere = { MONGODB_URI: 'mongodb://me:secret@127.0.0.1,db.example:27017/z?replicaSet=r' }
  const people = { OIDC_ISSUER: 'https://id.example.org' }

  it.each([
    ['MongoDB runs elsewhere', elsewhere],
    ['nobody knows where MongoDB runs', { MONGODB_URI: 'mongodb+srv://db.example/z' }],
    ['Temporal runs elsewhere', { ...here, TEMPORAL_ADDRESS: 'temporal:7233' }],
    ['people sign in at an issuer', { ...here, ...people }],
  ])('a key file must be named: %s', async (_why, env) => {
    expect(() => assertKeyNamed(readConfig(env))).toThrow('AUDIT_KEY_FILE is not set')
    await expect(withKeys(readConfig(env), openSigner)).rejects.toThrow(UserError)
    expect(() => assertKeyNamed(readConfig({ ...env, AUDIT_KEY_FILE: '/run/keys/a.json' }))).not.toThrow()
  })

  it.each([
    ['the engines are embedded', people],
    ['all is tried on one machine', here],
  ])('but not where %s', (_why, env) => {
    expect(() => assertKeyNamed(readConfig(env))).not.toThrow()
  })
})

it('a key that cannot be used is told in a sentence', async () => {
  const config = readConfig({ DATA_DIR: dataDir, AUDIT_KEY_FILE: join(folder, 'none.json') })
  await expect(withKeys(config, openSigner)).rejects.toThrow(
    new UserError(`${join(folder, 'none.json')} 不存在（AUDIT_KEY_FILE）· is not there (AUDIT_KEY_FILE)`),
  )
})

function openBoth() {
  return Promise.all([openOwnIssuer(dataDir), withKeys(readConfig({ DATA_DIR: dataDir }), openSigner)])
}

async function refusalOfBoth() {
  const error: unknown = await openBoth().then(
    () => 'taken',
    (reason: unknown) => reason,
  )
  return error instanceof UserError ? error.message : error
}

describe('a key file that is not as it should be is refused with what to do, in both languages', () => {
  const files = ['issuer.json', 'audit-key.ed25519.json', 'audit-trusted.json'] as const
  it.each(files.flatMap((file) => [0o620, 0o602, 0o606].map((mode) => [file, mode] as const)))(
    '%s that others may write (%o)',
    async (file, mode) => {
      await openBoth()
      await chmod(join(dataDir, file), mode)
      expect(await refusalOfBoth()).toMatch(/不予使用.* · .*is not used: .*chmod 600/)
    },
  )

  it.each([
    ['issuer.json', 0o640, true],
    ['issuer.json', 0o604, true],
    ['audit-key.ed25519.json', 0o604, true],
    ['audit-key.ed25519.json', 0o640, false],
    ['audit-trusted.json', 0o644, false],
  ] as const)('%s that others may read (%o): refused %s', async (file, mode, isRefused) => {
    await openBoth()
    await chmod(join(dataDir, file), mode)
    expect(await refusalOfBoth()).toEqual(isRefused ? expect.stringContaining('is not used') : 'taken')
  })

  it('all of them in a folder that everybody may write to, but for one like /tmp', async () => {
    await openBoth()
    await chmod(dataDir, 0o777)
    expect(await refusalOfBoth()).toMatch(/chmod o-w/)
    await chmod(dataDir, 0o1777)
    expect(await refusalOfBoth()).toBe('taken')
  })

  it.each(
    files.flatMap((file) =>
      ['', '{', 'null', '{}', '{"privateJwk":{"kty":"OKP"},"publicJwk":{"kty":"OKP"}}'].map(
        (text) => [file, text] as const,
      ),
    ),
  )('%s that holds %j', async (file, text) => {
    await openBoth()
    await writeFile(join(dataDir, file), text)
    expect(await refusalOfBoth()).toMatch(/为空或已损坏.*请从备份恢复.*Restore it from a backup/)
  })

  it('issuer.json whose two keys are no pair', async () => {
    await openOwnIssuer(dataDir)
    await openOwnIssuer(folder)
    const [own, other] = await Promise.all(
      [dataDir, folder].map(async (each) => JSON.parse(await readFile(join(each, 'issuer.json'), 'utf8'))),
    )
    await writeFile(join(dataDir, 'issuer.json'), JSON.stringify({ ...own, publicJwk: other.publicJwk }))
    expect(await refusalOfBoth()).toMatch(/为空或已损坏/)
  })
})

it('processes that start at the same time on one data folder have one issuer', async () => {
  const issuers = await Promise.all(Array.from({ length: 8 }, () => openOwnIssuer(dataDir)))
  expect(new Set(issuers.map(({ jwks }) => JSON.stringify(jwks))).size).toBe(1)
})
