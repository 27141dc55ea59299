import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../server/root.ts'
import { openRecord } from '../support/record.ts'

it('what an engine logs is for its owner alone, also where the file was open to others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zhigai-logs-'))
  const log = join(folder, 'mongo.log')
  writeFileSync(log, 'before\n')
  chmodSync(log, 0o644)
  const supervisor = fork(join(projectRoot, 'local', 'engines', 'supervisor.mjs'), [
    log,
    process.execPath,
    '-p',
    '1 + 1',
  ])
  await once(supervisor, 'exit')
  expect(readFileSync(log, 'utf8')).toBe('before\n2\n')
  expect(statSync(log).mode & 0o777).toBe(0o600)
  rmSync(folder, { recursive: true })
})

it('MongoDB logs nothing of what slow operations are about', async () => {
  const { models, drop } = await openRecord()
  const { db } = models.connection
  await db?.collection<{ _id: string }>('slow').insertOne({ _id: '欧阳若兰' })
  const $where = 'sleep(400) || true'
  const found = await db?.collection<{ _id: string }>('slow').find({ _id: '欧阳若兰', $where }).toArray()
  const log = await db?.admin().command({ getLog: 'global' })
  await drop()
  expect(found).toHaveLength(1)
  expect(log?.['totalLinesWritten']).toBeGreaterThan(0)
  expect(JSON.stringify(log)).not.toMatch(/Slow query|欧阳若兰/)
})
