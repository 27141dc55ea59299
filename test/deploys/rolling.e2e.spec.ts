import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildIdOf, readDeployment } from '../../bin/deployment.ts'
import { people } from '../../bin/people.ts'
import { openIssuer } from '../../portal/issuer.ts'
import { createDesk } from '../faults/desk.ts'
import { partOf, portOf } from '../faults/processes.ts'
import { startLoad, type Done } from './load.ts'
import { openSite, type Site } from './site.ts'

const clients = 4
let site: Site

beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.remove())

const buildHere = () => buildIdOf({ workerBuildId: undefined }, site.codePath)

async function currentBuild(): Promise<string | null | undefined> {
  const connection = await Connection.connect({
    address: `127.0.0.1:${portOf(partOf(site.pid, 'Temporal'))}`,
  })
  try {
    return (await readDeployment(new Client({ connection })))?.current
  } finally {
    await connection.close()
  }
}

/** Every project tells exactly what was acknowledged, in its order, and has a certificate if that is how it ended. */
async function expectToldOnce({ told }: Done): Promise<void> {
  const desk = await createDesk(site)
  for (const [id, types] of told) {
    const { items } = await desk.read(`/api/v1/projects/${id}/history?kind=event&limit=100`)
    expect((items as { type: string }[]).map(({ type }) => type)).toEqual(types)
  }
}

/** Clients work before, while and after something happens to the installation. */
async function underLoad(happens: () => Promise<void>): Promise<Done> {
  const load = await startLoad(site, clients)
  const untilMore = async (more: number) => {
    const before = load.done.told.size
    await vi.waitFor(() => expect(load.done.told.size).toBeGreaterThanOrEqual(before + more), {
      timeout: 60_000,
      interval: 50,
    })
  }
  try {
    await untilMore(clients)
    await happens()
    await untilMore(clients)
  } finally {
    await load.stop()
  }
  return load.done
}

describe('an installation under load', () => {
  it('is brought to the next build and once more restarted without a request that fails', async () => {
    const first = buildHere()
    expect(await currentBuild()).toBe(first)
    const before = new Set([...site.running('api'), ...site.running('worker')])
    const done = await underLoad(async () => {
      await site.bringNext()
      await site.restart()
      expect(await currentBuild()).toBe(buildHere())
      await site.restart()
    })
    expect(done.failures).toEqual([])
    await expectToldOnce(done)
    expect(buildHere()).not.toBe(first)
    const after = [...site.running('api'), ...site.running('worker')]
    expect(after).toHaveLength(2)
    expect(after.filter((pid) => before.has(pid))).toEqual([])
  })

  it.each(['worker', 'api'] as const)(
    'goes on when a new %s is killed before it is ready',
    async (program) => {
      const [old] = site.running(program)
      const newOnes = () => site.running(program).filter((pid) => pid !== old)
      const done = await underLoad(async () => {
        const outcome = site.restart().then(
          () => 'done',
          (error: Error) => error.message,
        )
        await vi.waitFor(() => expect(newOnes()).not.toEqual([]), {
          timeout: 60_000,
          interval: 5,
        })
        for (const pid of newOnes()) process.kill(pid, 'SIGKILL')
        expect(await outcome).toBe(`the new ${program} did not start (SIGKILL); the old one goes on`)
      })
      expect(done.failures).toEqual([])
      await expectToldOnce(done)
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
