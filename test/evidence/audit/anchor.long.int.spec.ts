import { fork } from 'node:child_process'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { saveEdition } from '../../../api/editions/editions.ts'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { KeyFault, openSigner, readTrustedKeys, rotateKey } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import { certify, certifiedMs, recordCertified } from '../../../tools/bench/certified.ts'
import type { Models } from '../../../models/index.ts'
import { suiteNames, type SuiteName } from '../../../policy/integrity/anchors.ts'
import { chongqing } from '../../fixtures.ts'
import { engines } from '../../support/engines.ts'
import { openRecord } from '../../support/record.ts'

const program = fileURLToPath(new URL('./anchorer.ts', import.meta.url))
const rotator = fileURLToPath(new URL('./rotator.ts', import.meta.url))
const count = 12

let models: Models
let drop: () => Promise<void>
let folder: string
/** What a killed process leaves open is given up after this time (seconds). */
const giveUpAfter = (seconds: number) =>
  models.connection.db?.admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds })

beforeAll(async () => {
  ;({ models, drop } = await openRecord())
  await giveUpAfter(1)
})
afterAll(async () => {
  await giveUpAfter(60)
  await drop()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zhigai-audit-'))
  const editionHash = await saveEdition(models, chongqing.edition)
  await recordCertified(
    models,
    Array.from({ length: count }, (_, serial) => aCase(`p-${serial}`, serial, editionHash)),
  )
  return async () => {
    for (const model of Object.values(models.connection.models)) await model.deleteMany()
    await rm(folder, { recursive: true, force: true })
  }
})

function aCase(project: string, serial: number, editionHash: string) {
  const wanted = {
    project,
    enterprise: serial,
    beforeMs: certifiedMs + 1,
    atMs: Date.now(),
  }
  return certify({ process: chongqing, editionHash }, wanted)
}

const place = (suite: SuiteName = 'ed25519') => ({ dataDir: folder, suite })

/** Anchors in a process of its own; killed after so many writes, if any. */
async function anchorElsewhere(suite: SuiteName, killAfter = 0): Promise<string> {
  const uri = engines().mongoUri.replace('/zhigai?', `/${models.connection.name}?`)
  const child = fork(program, [uri, folder, suite, String(killAfter)], { stdio: ['ignore', 2, 2, 'ipc'] })
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))))
}

/** What there is, and what is wrong with it. */
async function whole() {
  const trusted = await readTrustedKeys(place())
  const { cases, anchors, leaves, findings } = await verify({ models, trusted, pauses: [] })
  const unanchored = await models.projects.countDocuments({ anchored: false })
  return { cases, anchors, leaves, findings, unanchored }
}
const wholeIn = (anchors: number) => ({ cases: count, anchors, leaves: count, findings: [], unanchored: 0 })

describe.each(suiteNames)('anchors by %s', (suite) => {
  it.each([1, 2, 3])(
    'are made once, whatever a process did that was killed after write %i',
    async (writes) => {
      expect(await anchorElsewhere(suite, writes)).toBe('SIGKILL')
      expect(await anchorElsewhere(suite)).toBe('0')
      expect(await whole()).toEqual(wholeIn(1))
    },
  )

  it('have one serial each, however many are at it', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () => anchorDay({ models, location: place(suite), now: Date.now })),
    )
    expect(await whole()).toEqual(wholeIn(1))
  })
})

it('an anchor holds so many leaves; what is left makes the next', async () => {
  await anchorDay({ models, location: place(), now: Date.now, most: 5 })
  expect(await whole()).toEqual(wholeIn(3))
})

it('a day without changes has an anchor too, and a day without an anchor shows', async () => {
  const on = (day: string) =>
    anchorDay({ models, location: place(), now: () => Date.parse(`${day}T08:00+08:00`) })
  await on('2026-03-01')
  expect(await on('2026-03-02')).toMatchObject({ serial: 2, count: 0, day: '2026-03-02' })
  expect(await on('2026-03-02')).toMatchObject({ serial: 2 })
  await on('2026-03-05')
  const { findings, idleDays } = await verify({ models, trusted: await readTrustedKeys(place()) })
  expect(findings).toEqual([])
  expect(idleDays).toEqual(['2026-03-03', '2026-03-04'])
})

describe('keys', () => {
  it('are for their owner alone, and stay', async () => {
    const { key } = await openSigner(place())
    expect((await stat(join(folder, 'audit-key.ed25519.json'))).mode & 0o777).toBe(0o600)
    expect((await openSigner(place())).key).toBe(key)
  })
  it('that were replaced stay trusted for what is older', async () => {
    const { key } = await openSigner(place())
    const now = new Date('2026-03-01T00:00:00Z')
    const after = await rotateKey(place(), now)
    expect((await readTrustedKeys(place())).map((each) => [each.key, each.retiredAt])).toEqual([
      [key, now.toISOString()],
      [after.key, null],
    ])
    expect((await openSigner(place())).key).toBe(after.key)
  })
  it.each([1, 2, 3])('are whole, whatever a change did that was killed after file %i', async (files) => {
    await openSigner(place())
    const child = fork(rotator, [folder, String(files)], { stdio: ['ignore', 2, 2, 'ipc'] })
    await new Promise((resolve) => child.once('exit', resolve))
    expect(child.signalCode).toBe('SIGKILL')
    await anchorDay({ models, location: place(), now: Date.now })
    const { key } = await rotateKey(place(), new Date())
    const inUse = (await readTrustedKeys(place())).filter(({ retiredAt }) => retiredAt === null)
    expect(inUse.map((each) => each.key)).toEqual([key])
    expect(await whole()).toEqual(wholeIn(1))
  })
  it('are refused where others can read them', async () => {
    await openSigner(place())
    await chmod(join(folder, 'audit-key.ed25519.json'), 0o644)
    await expect(openSigner(place())).rejects.toThrow('chmod 600')
  })
  it('are refused where a file is not there, broken, or of another suite', async () => {
    const keyFile = join(folder, 'own.json')
    await expect(openSigner({ ...place(), keyFile })).rejects.toThrow(KeyFault)
    await writeFile(keyFile, '{}', { mode: 0o600 })
    await expect(openSigner({ ...place(), keyFile })).rejects.toThrow('is not a key file')
    await openSigner(place('sm2'))
    const other = join(folder, 'audit-key.sm2.json')
    await expect(openSigner({ ...place(), keyFile: other })).rejects.toThrow('has a key of sm2')
  })
})
