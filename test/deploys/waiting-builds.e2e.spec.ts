import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { environment } from '../../bin/config.ts'
import { makeCurrent } from '../../bin/deployment.ts'
import { withTemporal } from '../../bin/engines-at-hand.ts'
import { createDesk } from '../faults/desk.ts'
import { partOf, portOf } from '../faults/processes.ts'
import { openSite, type Site } from './site.ts'

let site: Site

/** Kills a program and waits until another of it is ready. */
async function killAndWait(program: 'worker' | 'api'): Promise<void> {
  const old = site.running(program)
  for (const pid of old) process.kill(pid, 'SIGKILL')
  const desk = await createDesk(site)
  await vi.waitFor(
    async () => {
      expect(site.running(program).filter((pid) => !old.includes(pid))).toHaveLength(1)
      expect(await desk.read('/readyz')).toBeTruthy()
    },
    { timeout: 60_000, interval: 200 },
  )
}

describe('what is built while an installation runs', () => {
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site.remove())

  it('is not put to work by a process that dies, whether a restart has failed before or none was asked for', async () => {
    const first = site.buildHere()
    await site.bringNext()
    const next = site.buildHere()
    expect(next).not.toBe(first)
    await killAndWait('worker')
    await killAndWait('api')
    expect(await site.currentBuild()).toBe(first)

    const program = join(site.root, 'dist', 'bin', 'worker.js')
    const right = readFileSync(program)
    writeFileSync(program, 'process.exit(3)')
    await expect(site.restart()).rejects.toThrow(
      'the new worker did not start (exit code 3); the old one goes on',
    )
    await killAndWait('worker')
    expect(await site.currentBuild()).toBe(first)

    writeFileSync(program, right)
    await site.restart()
    expect(await site.currentBuild()).toBe(next)
    await killAndWait('worker')
    expect(await site.currentBuild()).toBe(next)
    expect(readdirSync(join(site.dataDir, 'builds'))).toHaveLength(1)
  })
})

describe('where an operator says which build is current', () => {
  beforeAll(async () => {
    site = await openSite({ WORKER_VERSIONING: 'manual' })
  })
  afterAll(() => site.remove())

  it('nothing is replaced by a build that would get no work', async () => {
    const first = site.buildHere()
    expect(await site.currentBuild()).toBe(first)
    await site.restart()
    const running = [...site.running('worker'), ...site.running('api')]
    await site.bringNext()
    const next = site.buildHere()
    await expect(site.restart()).rejects.toThrow(`build ${next} is not current (${first} is)`)
    expect([...site.running('worker'), ...site.running('api')]).toEqual(running)
    expect(await site.currentBuild()).toBe(first)

    const worker = startWorkerByHand()
    try {
      await once(worker, 'message')
      await withTemporal(site.temporalAddress(), 'default', (temporal) => makeCurrent(temporal, next))
      await site.restart()
    } finally {
      worker.kill('SIGTERM')
      await once(worker, 'exit')
    }
    expect(await site.currentBuild()).toBe(next)
    const desk = await createDesk(site)
    expect(await desk.read('/readyz')).toBeTruthy()
  })
})

/** A worker of the build that lies in the folder, beside those that the command runs. */
function startWorkerByHand() {
  const mongo = portOf(partOf(site.pid, 'MongoDB'))
  return fork(join(site.root, 'dist', 'bin', 'worker.js'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...environment,
      LOG_LEVEL: 'error',
      DATA_DIR: site.dataDir,
      TEMPORAL_ADDRESS: site.temporalAddress(),
      MONGODB_URI: `mongodb://127.0.0.1:${mongo}/zhigai?replicaSet=rs0`,
    },
  })
}
