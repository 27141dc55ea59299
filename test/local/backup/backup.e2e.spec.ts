import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inTurns, prepareProjects, type Underway } from '../../faults/cases.ts'
import { createRecordingClient, sendAll, type RecordingClient } from '../../faults/recording-client.ts'
import { install, type Installation } from '../../faults/installation.ts'
import { expectGaplessSerials, expectToldOnce, findDisagreements } from '../../faults/record.ts'
import { isThere, untilSo, zhigai } from './command.ts'

const passphrase = '一二三 correct horse'
const folder = mkdtempSync(join(tmpdir(), 'zhigai-backup-'))
const running: Installation[] = []
let installation: Installation
let client: RecordingClient
/** What was acknowledged before the backup began, as it was told then. */
const before: Underway[] = []
let told: unknown[] = []
let under: Underway[] = []

/** Starts an installation on a data folder that was restored. */
async function startRestored(
  dataDir: string,
): Promise<{ restored: Installation; newClient: RecordingClient }> {
  const restored = await install(dataDir)
  running.push(restored)
  return { restored, newClient: await createRecordingClient(restored) }
}

/** Everything that can be read of cases. */
function tell(from: RecordingClient, cases: Underway[]): Promise<unknown[]> {
  return inTurns(cases.length, 4, async (index) => {
    const path = `/api/v1/projects/${cases[index]?.id}`
    const { items } = await from.read(`${path}/history?limit=100&kind=event`)
    return { project: await from.read(path), items }
  })
}

/** What a restored record must pass: it is what the histories say, and nobody has altered it. */
async function expectTrue(dataDir: string): Promise<void> {
  for (const check of [
    ['reconcile', '--all'],
    ['audit', 'verify'],
  ])
    expect(await zhigai(dataDir, check).ended).toMatchObject({ code: 0 })
}

beforeAll(async () => {
  installation = await install()
  running.push(installation)
  client = await createRecordingClient(installation)
  const prepared = await prepareProjects(client, 16, 0)
  // Half of them go on, so that some are certified; the others wait for an event after the restoration.
  for (const { next } of prepared.slice(8)) await client.expectOk(next)
  before.push(...prepared.slice(0, 8).map((each) => ({ ...each, told: each.told.slice(0, -1) })))
  before.push(...prepared.slice(8))
  told = await tell(client, before)
  await zhigai(installation.dataDir, ['audit', 'anchor']).ended
  under = await prepareProjects(client, 32, 16)
})
afterAll(async () => {
  for (const each of running) await each.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe('a backup that is made and encrypted while officers work', () => {
  const out = join(folder, 'running.tar.gz.age')
  const dataDir = join(folder, 'from-running')

  it('fails no request, and leaves one file that only its owner can read', async () => {
    client.attempts.length = 0
    const backup = zhigai(installation.dataDir, ['backup', '--out', out], {
      ZHIGAI_BACKUP_PASSPHRASE: passphrase,
    })
    const state = { made: false }
    const made = backup.ended.then((ended) => {
      state.made = true
      return ended
    })
    await untilSo(backup, () => isThere(installation.dataDir, 'backup.staging', 'lock'))
    await sendAll(
      client,
      under.map(({ next }) => next),
    ).done
    // Others are filed until the file is there, whenever the engines stood still in between.
    for (let from = 100; !state.made; from += 8) await prepareProjects(client, 8, from)
    expect(await made).toMatchObject({ code: 0, out: `${out}\n` })
    expect(client.attempts.filter(({ status }) => status < 200 || status >= 300)).toEqual([])
    expect(statSync(out).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['running.tar.gz.age'])
    expect(readdirSync(installation.dataDir)).not.toContain('backup.staging')
  })

  it('is refused without its passphrase, and with another', async () => {
    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, 'another\n')
    const without = await zhigai(dataDir, ['restore', out]).ended
    expect([without.code, without.out]).toEqual([1, ''])
    expect(without.err).toMatch(/is encrypted: give its passphrase/)
    const other = await zhigai(dataDir, ['restore', out, '--passphrase-file', wrong]).ended
    expect([other.code, other.out]).toEqual([1, ''])
    expect(other.err).toMatch(/^口令不符 · the passphrase is not the one/)
    expect(readdirSync(folder).toSorted()).toEqual(['running.tar.gz.age', 'wrong'])
  })

  it('restores every case that was acknowledged before, and workflows that agree with the record', async () => {
    const right = join(folder, 'right')
    writeFileSync(right, `${passphrase}\n`)
    const restore = zhigai(dataDir, ['restore', out, '--passphrase-file', right])
    expect(await restore.ended).toMatchObject({ code: 0, out: expect.stringContaining(dataDir) })
    const { restored, newClient } = await startRestored(dataDir)
    expect(await tell(newClient, before)).toEqual(told)
    await expectToldOnce(restored, newClient, before)
    // What was under way when the engines stood still is brought into the record; how soon is no matter.
    const ids = under.map(({ id }) => id)
    await vi.waitFor(async () => expect(await findDisagreements(restored, newClient, ids)).toEqual([]), {
      timeout: 90_000,
      interval: 500,
    })
    await expectTrue(dataDir)
  })

  it('restores cases that go on, and numbers certificates without a gap', async () => {
    const restored = running.at(-1)
    if (!restored) throw new Error('nothing was restored')
    expect(restored.dataDir).toBe(dataDir)
    const newClient = await createRecordingClient(restored)
    // Also those whose event was acknowledged at the old place after the copy: here it never was.
    const all = await inTurns(under.length, 4, async (index) => {
      const each = under[index]
      if (!each) throw new RangeError('no such case')
      await newClient.expectOk(each.next)
      return each
    })
    const waiting = before.slice(0, 8)
    const went = await inTurns(waiting.length, 4, async (index) => {
      const each = waiting[index]
      if (!each) throw new RangeError('no such case')
      await newClient.expectOk(each.next)
      return { ...each, told: [...each.told, (each.next.body as { type: string }).type] }
    })
    const everything = [...went, ...before.slice(8), ...all]
    await expectToldOnce(restored, newClient, everything)
    await expectGaplessSerials(
      restored,
      everything.filter(({ told: lines }) => lines.includes('approve')),
    )
  })
})

describe('a backup of a stopped installation', () => {
  it('is restored as it was, and is refused into a folder that has something', async () => {
    const out = join(folder, 'stopped.tar.gz')
    const dataDir = join(folder, 'from-stopped')
    const all = [...before, ...under]
    const last = await tell(client, all)
    installation.run.kill('SIGTERM')
    await installation.run.ended
    expect(await zhigai(installation.dataDir, ['backup', '--out', out]).ended).toMatchObject({ code: 0 })
    expect(await zhigai(dataDir, ['restore', out]).ended).toMatchObject({ code: 0 })
    const { restored, newClient } = await startRestored(dataDir)
    expect(await tell(newClient, all)).toEqual(last)
    await expectToldOnce(restored, newClient, all)
    await expectTrue(dataDir)
    const { code, err } = await zhigai(dataDir, ['restore', out]).ended
    expect(code).toBe(1)
    expect(err).toMatch(/is not empty; set DATA_DIR/)
    await newClient.read('/readyz')
  })
})
