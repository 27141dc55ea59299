import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createScheduledJobs } from '../../../activities/scheduled-jobs.ts'
import { saveEdition } from '../../../api/editions/editions.ts'
import { openSigner } from '../../../evidence/audit/keys.ts'
import { latestVerification } from '../../../evidence/audit/nightly.ts'
import type { VerifyReport } from '../../../evidence/audit/verify.ts'
import { certify, certifiedMs, recordCertified } from '../../../tools/bench/certified.ts'
import { auditCommands } from '../../../cli/audit-commands.ts'
import { UserError } from '../../../server/user-error.ts'
import type { Models } from '../../../models/index.ts'
import { chongqing } from '../../fixtures.ts'
import { connectTemporal, engines } from '../../support/engines.ts'
import { openRecord } from '../../support/record.ts'
import { quietRuntime } from '../../support/runtime.ts'

let models: Models
let drop: () => Promise<void>
let folder: string
const cases = ['p-1', 'p-2']

beforeAll(async () => {
  quietRuntime()
  ;({ models, drop } = await openRecord())
  folder = await mkdtemp(join(tmpdir(), 'zhigai-audit-'))
  const mongoUri = engines().mongoUri.replace('/zhigai?', `/${models.connection.name}?`)
  for (const [name, value] of Object.entries({ MONGODB_URI: mongoUri, DATA_DIR: folder }))
    vi.stubEnv(name, value)
  await fileCases(cases)
})
afterAll(async () => {
  process.exitCode = undefined
  vi.unstubAllEnvs()
  await drop()
  await rm(folder, { recursive: true, force: true })
})

async function fileCases(projects: string[]): Promise<void> {
  const editionHash = await saveEdition(models, chongqing.edition)
  const made = projects.map((project, enterprise) =>
    certify(
      { process: chongqing, editionHash },
      { project, enterprise, beforeMs: certifiedMs + 1, atMs: Date.now() },
    ),
  )
  await recordCertified(models, made)
}

/** With which code the process would end now. */
const codeSoFar = () => Number(process.exitCode ?? 0)

/** Does what the command line does, in this process: what it prints, and with which code it would end. */
async function audit(...args: string[]): Promise<{ code: number; out: string }> {
  process.exitCode = undefined
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text))
  try {
    const program = new Command()
    auditCommands(program)
    await program.parseAsync(['audit', ...args], { from: 'user' })
    return { code: codeSoFar(), out: printed.join('\n') }
  } finally {
    log.mockRestore()
  }
}

const reportOf = ({ out }: { out: string }) => JSON.parse(out) as VerifyReport

describe('zhigai audit', () => {
  it('anchors, and finds nothing wrong', async () => {
    const anchored = await audit('anchor')
    expect(anchored.out).toMatch(/^锚点 anchor 1 · \d{4}-\d\d-\d\d · 条目 leaves 2\n根 root sha256:/)
    const { code, out } = await audit('verify')
    expect(code).toBe(0)
    expect(out).toContain('案卷 cases 2 · 记录 lines 10 · 运行 runs 0 · 锚点 anchors 1 · 条目 leaves 2')
    expect(out).toContain('未发现篡改 · nothing is wrong')
    expect(out).toContain(anchored.out)
    const { last } = reportOf(await audit('verify', '--json'))
    for (const value of [last?.root, last?.digest, last?.key]) expect(anchored.out).toContain(value)
  })

  it('fails where something is wrong, and looks at one case alone where one is named', async () => {
    await models.history.updateOne({ _id: 'p-1:2' }, { $set: { article: '另一条' } })
    const all = await audit('verify', '--json')
    expect([all.code, reportOf(all).cases]).toEqual([1, 2])
    expect(reportOf(all).findings).toMatchObject([
      { collection: 'history', id: 'p-1:2', kind: 'line-changed' },
    ])
    expect((await audit('verify')).out).toMatch(/^history p-1:2: .*\n {2}应为 expected sha256:/)
    expect((await audit('verify', '--project', 'p-1')).code).toBe(1)
    const other = await audit('verify', '--project', 'p-2', '--json')
    expect([other.code, reportOf(other).cases]).toEqual([0, 1])
    await expect(audit('verify', '--project', 'p-none')).rejects.toThrow('there is no project p-none')
    const { article } = (await models.history.findById('p-2:2').lean()) ?? {}
    await models.history.updateOne({ _id: 'p-1:2' }, { $set: { article } })
    expect((await audit('verify')).code).toBe(0)
  })

  it('begins with an anchor', async () => {
    const { code, out } = await audit('verify', '--from', '1', '--json')
    expect([code, reportOf({ out }).anchors]).toEqual([0, 1])
    await expect(audit('verify', '--from', '2')).rejects.toThrow('there is no anchor 2')
    await expect(audit('verify', '--from', '0')).rejects.toThrow(UserError)
  })

  it('says by its exit code that it could not look', async () => {
    const refused = audit('verify', '--from', '0').catch(codeSoFar)
    expect(await refused).toBe(2)
  })

  it('believes one key alone where one is named', async () => {
    const [entry] = JSON.parse((await audit('key', 'show')).out) as { publicKey: string }[]
    const [own, other] = [join(folder, 'own.pem'), join(folder, 'other.txt')]
    await writeFile(own, `-----BEGIN PUBLIC KEY-----\n${entry?.publicKey}\n-----END PUBLIC KEY-----\n`)
    await writeFile(other, (await openSigner({ dataDir: join(folder, 'other'), suite: 'sm2' })).publicKey)
    expect((await audit('verify', '--public-key', own)).code).toBe(0)
    const stranger = await audit('verify', '--public-key', other, '--json')
    expect([stranger.code, reportOf(stranger).findings[0]?.kind]).toEqual([1, 'anchor-key'])
    await expect(audit('verify', '--public-key', join(folder, 'none'))).rejects.toThrow(UserError)
  })

  it('goes on with a new key', async () => {
    const [key = ''] = (await audit('key', 'rotate')).out.split('\n')
    expect(await readFile(join(folder, 'audit-trusted.json'), 'utf8')).toContain(key)
    await models.projects.updateOne({ _id: 'p-1' }, { $set: { anchored: false } })
    expect((await audit('verify')).code).toBe(0)
  })
})

describe('the duty of every day', () => {
  it('signs with the key of its worker, and waits for a worker that has one', async () => {
    const temporal = await connectTemporal()
    try {
      const sources = { models, temporal }
      const activity = new MockActivityEnvironment()
      await expect(
        activity.run(() => createScheduledJobs(sources).runScheduledJob('anchor')),
      ).rejects.toThrow('has no key')
      const before = await models.anchors.countDocuments()
      await fileCases(['p-3'])
      const sign = createScheduledJobs({ ...sources, keys: { dataDir: folder, suite: 'ed25519' } })
      await activity.run(() => sign.runScheduledJob('anchor'))
      expect(await models.anchors.countDocuments()).toBe(before + 1)
      const { key } = await openSigner({ dataDir: folder, suite: 'ed25519' })
      expect(await models.anchors.findById(before + 1).lean()).toMatchObject({ key })
      await activity.run(() => sign.runScheduledJob('verify'))
      // Temporal knows none of these cases, so that nothing vouches for any of their lines but their anchors.
      const lines = await models.history.countDocuments()
      expect(await latestVerification(models)).toMatchObject({ cases: 3, findings: lines })
    } finally {
      await temporal.connection.close()
    }
  })
})
