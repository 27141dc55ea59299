import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { people } from '../../bin/people.ts'
import { openIssuer } from '../../portal/issuer.ts'
import { createDesk } from '../faults/desk.ts'
import { expectToldOnce, underLoad } from './load.ts'
import { openSite, type Site } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.remove())

describe('an installation under load', () => {
  it('is brought to the next build and once more restarted without a request that fails', async () => {
    const first = site.buildHere()
    expect(await site.currentBuild()).toBe(first)
    const before = new Set([...site.running('api'), ...site.running('worker')])
    const done = await underLoad(site, async () => {
      await site.bringNext()
      await site.restart()
      expect(await site.currentBuild()).toBe(site.buildHere())
      await site.restart()
    })
    expect(done.failures).toEqual([])
    await expectToldOnce(site, done)
    expect(site.buildHere()).not.toBe(first)
    const after = [...site.running('api'), ...site.running('worker')]
    expect(after).toHaveLength(2)
    expect(after.filter((pid) => before.has(pid))).toEqual([])
  })

  it.each(['worker', 'api'] as const)(
    'goes on when a new %s is killed before it is ready',
    async (program) => {
      const [old] = site.running(program)
      const newOnes = () => site.running(program).filter((pid) => pid !== old)
      const done = await underLoad(site, async () => {
        const outcome = site.restart().then(
          () => 'done',
          (error: Error) => error.message,
        )
        await vi.waitFor(() => expect(newOnes()).not.toEqual([]), {
          timeout: 60_000,
          interval: 5,
        })
        for (const pid of newOnes()) process.kill(pid, 'SIGKILL')
        expect(await outcome).toBe(
          `新的 ${program} 进程未能启动，旧的继续工作 · the new ${program} did not start (SIGKILL); the old one goes on`,
        )
      })
      expect(done.failures).toEqual([])
      await expectToldOnce(site, done)
      expect(site.running(program)).toEqual([old])
    },
  )
})

it('a live stream ends with the old API, and goes on with the new one', async () => {
  const desk = await createDesk(site)
  const issuer = await openIssuer(site.dataDir)
  const token = await issuer.sign(people.district('渝北区'))
  const open = () =>
    fetch(`${site.baseUrl}/api/v1/inbox/stream`, { headers: { authorization: `Bearer ${token}` } })
  const stream = await open()
  const [text] = await Promise.all([stream.text(), site.restart()])
  expect(text).toContain('retry: 3000')
  const again = await open()
  expect(again.status).toBe(200)
  await again.body?.cancel()
  await desk.read('/readyz')
})
