import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { awaitDataDir, lockDataDir } from '../../local/engines/lock.ts'
import { assertPortFree, freePort } from '../../server/ports.ts'
import { findProcess } from '../../local/engines/process.ts'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'zhigai-lock-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function leaveLock(content: string) {
  writeFileSync(join(dataDir, 'lock'), content)
}

describe('the lock of a data folder', () => {
  it('refuses a second run and names the first', () => {
    const release = lockDataDir(dataDir)
    expect(() => lockDataDir(dataDir)).toThrow(
      `data folder ${dataDir} is in use by another run (pid ${process.pid})`,
    )
    release()
    expect(existsSync(join(dataDir, 'lock'))).toBe(false)
  })

  it('is taken over from a run that has died', async () => {
    const child = spawn('sleep', ['60'])
    await once(child, 'spawn')
    leaveLock(JSON.stringify(findProcess(child.pid ?? 0)))
    expect(() => lockDataDir(dataDir)).toThrow(`(pid ${child.pid})`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockDataDir(dataDir)()
  })

  it('is taken over when another process has the pid of the dead run', () => {
    leaveLock(JSON.stringify({ pid: process.pid, startedAt: 'another time' }))
    lockDataDir(dataDir)()
    expect(readdirSync(dataDir)).toEqual([])
  })

  it.each(['', 'not JSON', '{}'])('is taken over when it holds nothing sensible: %j', (content) => {
    leaveLock(content)
    const release = lockDataDir(dataDir)
    expect(JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    release()
  })

  it('is waited for when the run that has it is about to end, and no longer', async () => {
    const said: string[] = []
    const first = await awaitDataDir(dataDir, (line) => said.push(line))
    await expect(awaitDataDir(dataDir, (line) => said.push(line))).rejects.toThrow(/in use by another run/)
    expect(said).toEqual([])
    first.markStopping()
    expect(() => lockDataDir(dataDir)).toThrow(/in use by another run/)
    const second = awaitDataDir(dataDir, (line) => said.push(line))
    setTimeout(first.release, 300)
    expect(await second).toMatchObject({ inherited: true })
    expect(said).toHaveLength(1)
  })

  it('is told to be no lock when it leads nowhere', () => {
    symlinkSync(join(dataDir, 'nowhere'), join(dataDir, 'lock'))
    expect(() => lockDataDir(dataDir)).toThrow(/cannot be taken/)
  })

  it('is not released by a run that no longer has it', () => {
    const release = lockDataDir(dataDir)
    leaveLock('of another run')
    release()
    expect(readFileSync(join(dataDir, 'lock'), 'utf8')).toBe('of another run')
  })
})

describe('ports', () => {
  it('says when a port is in use', async () => {
    const port = await freePort()
    await assertPortFree('127.0.0.1', port)
    const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('up'))`
    const holder = spawn(process.execPath, ['-e', script])
    await once(holder.stdout, 'data')
    await expect(assertPortFree('127.0.0.1', port)).rejects.toThrow(
      `port ${port} is in use; set PORT to another`,
    )
    setTimeout(() => holder.kill(), 300)
    await assertPortFree('127.0.0.1', port, 10_000)
  })
})
