import { EventEmitter, once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { type SupervisedProcess, supervise } from '../../local/supervise.ts'
import { UserError } from '../../server/user-error.ts'

/** A process that ends when it is told to. */
function engine() {
  const told = new EventEmitter()
  const ended = once(told, 'end').then(([reason]) => String(reason))
  const end = (reason: string) => void told.emit('end', reason)
  const running: SupervisedProcess = { name: 'MongoDB', ended, stop: async () => end('asked') }
  return { ...running, end }
}

/** A disk that is full until it is not; `waits` counts who waited. */
function disk() {
  const state = { isFull: false, waits: 0 }
  return {
    state,
    untilRoom: async (signal: AbortSignal) => {
      if (!state.isFull) return false
      state.waits += 1
      await vi.waitFor(() => expect(state.isFull && !signal.aborted).toBe(false), { timeout: 5_000 })
      return true
    },
  }
}

async function falling(): Promise<SupervisedProcess> {
  const next = engine()
  next.end('exit code 1')
  return next
}

function missing(): Promise<SupervisedProcess> {
  return Promise.reject(new UserError('no such binary'))
}

describe('a supervised process that ends', () => {
  it('on a full disk is started when there is room, however often that happens', async () => {
    const room = disk()
    const engines = [engine()]
    const again = vi.fn<() => Promise<SupervisedProcess>>(async () => {
      const next = engine()
      engines.push(next)
      return next
    })
    const kept = supervise(engines[0] ?? engine(), again, { log: () => undefined, room })
    for (let times = 1; times <= 6; times += 1) {
      room.state.isFull = true
      engines.at(-1)?.end('SIGABRT')
      await vi.waitFor(() => expect(room.state.waits).toBe(times))
      expect(again).toHaveBeenCalledTimes(times - 1)
      room.state.isFull = false
      await vi.waitFor(() => expect(again).toHaveBeenCalledTimes(times), { timeout: 10_000 })
    }
    expect(await Promise.race([kept.failed, Promise.resolve('goes on')])).toBe('goes on')
    await kept.stop()
  })

  it('for another reason again and again is given up', async () => {
    const kept = supervise(await falling(), falling, { log: () => undefined, room: disk() })
    expect(await kept.failed).toMatch(/keeps ending, 6 times in a minute \(exit code 1\)/)
  })

  it('and cannot even be tried is given up at once, but not on a full disk', async () => {
    const first = engine()
    first.end('SIGKILL')
    const kept = supervise(first, missing, { log: () => undefined, room: disk() })
    expect(await kept.failed).toBe('no such binary')
  })
})
