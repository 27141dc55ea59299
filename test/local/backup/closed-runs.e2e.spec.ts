import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../../server/config.ts'
import { withEngines } from '../../../local/engines-at-hand.ts'
import { prepareProjects } from '../../faults/cases.ts'
import { createRecordingClient } from '../../faults/recording-client.ts'
import { install, type Installation } from '../../faults/installation.ts'
import { zhigai } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'zhigai-closed-'))
const running: Installation[] = []
let installation: Installation

beforeAll(async () => {
  installation = await install()
  running.push(installation)
})
afterAll(async () => {
  for (const each of running) await each.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Lets Temporal forget, as it does with closed runs when their retention is over. */
function forget(dataDir: string): void {
  const files = readdirSync(dataDir).filter((name) => name.startsWith('temporal.db'))
  expect(files).toContain('temporal.db')
  for (const name of files) rmSync(join(dataDir, name))
}

it('the embedded server keeps closed runs for longer than a year', async () => {
  const config = readConfig({ DATA_DIR: installation.dataDir })
  const { config: found } = await withEngines(config, ({ temporal: { workflowService } }) =>
    workflowService.describeNamespace({ namespace: 'default' }),
  )
  expect(Number(found?.workflowExecutionRetentionTtl?.seconds)).toBe(400 * 86_400)
})

it('what was closed right before a backup is on record, also when Temporal has it no more', async () => {
  const client = await createRecordingClient(installation)
  const [project] = await prepareProjects(client, 1, 0)
  if (!project) throw new Error('nothing was filed')
  await client.expectOk({ ...project.next, body: { type: 'withdraw', reason: '设备未到' }, key: 'withdraw' })
  const out = join(folder, 'backup.tar.gz')
  const dataDir = join(folder, 'restored')
  expect(await zhigai(installation.dataDir, ['backup', '--out', out]).ended).toMatchObject({ code: 0 })
  expect(await zhigai(dataDir, ['restore', out]).ended).toMatchObject({ code: 0 })
  forget(dataDir)
  running.push(await install(dataDir))
  expect(await zhigai(dataDir, ['reconcile', '--all']).ended).toMatchObject({ code: 0 })
  expect(await zhigai(dataDir, ['audit', 'verify']).ended).toMatchObject({ code: 0 })
})
