import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askForRestart, findRunning, offerRestart } from '../../bin/restart.ts'

type Held = { succeed: () => void; fail: (reason: string) => void }

let dataDir: string
/** The restarts that have begun, each until it is let go. */
let begun: Held[]
let withdraw: () => void

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'zhigai-restart-'))
  begun = []
  const restart = () =>
    new Promise<void>((resolve, reject) => {
      begun.push({ succeed: resolve, fail: (reason) => reject(new Error(reason)) })
    })
  withdraw = offerRestart({ dataDir, temporalAddress: '127.0.0.1:1' }, restart, () => undefined)
})
afterEach(() => {
  withdraw()
  rmSync(dataDir, { recursive: true, force: true })
})

const untilBegun = (count: number) => vi.waitFor(() => expect(begun).toHaveLength(count), { interval: 5 })

/** Asks, and tells what is answered. */
const ask = () =>
  askForRestart(dataDir).then(
    () => 'restarted',
    (error: Error) => error.message,
  )

describe('a restart', () => {
  it('is answered with how it went', async () => {
    const first = ask()
    await untilBegun(1)
    begun[0]?.fail('the new worker did not start')
    expect(await first).toBe('the new worker did not start')
    const second = ask()
    await untilBegun(2)
    begun[1]?.succeed()
    expect(await second).toBe('restarted')
  })

  it('that is asked for while another is under way comes after it, and has an outcome of its own', async () => {
    const first = ask()
    await untilBegun(1)
    const others = [ask(), ask()]
    begun[0]?.succeed()
    await untilBegun(2)
    begun[1]?.fail('no worker')
    expect(await Promise.all([first, ...others])).toEqual(['restarted', 'no worker', 'no worker'])
    expect(findRunning(dataDir)?.outcomes).toEqual([null, 'no worker'])
  })

  it('is refused where nothing runs', async () => {
    withdraw()
    expect(await ask()).toMatch(/nothing that could be restarted runs on/)
  })
})
