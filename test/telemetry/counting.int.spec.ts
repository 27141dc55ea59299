import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { people } from '../fixtures.ts'
import { aFreshBody, bodyOf, file, register, stations, walk } from '../support/cases.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk } = people
const patience = { timeout: 30_000, interval: 50 }
const text = async (url: string) => (await fetch(url)).text()

let zhigai: Zhigai
let waiting: string
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  waiting = (await walk(zhigai, await file(zhigai), stations['districtVerification unclaimed'])).id
})
afterAll(() => zhigai.stop())

/** How much a counter of events grows by what is done. */
async function grows(type: string, outcome: string, work: () => Promise<unknown>): Promise<number> {
  const read = async () => {
    const { values } = await zhigai.deps.metrics.events.get()
    return values.find(({ labels }) => labels.type === type && labels.outcome === outcome)?.value ?? 0
  }
  const before = await read()
  await work()
  return (await read()) - before
}

/** How many events no workflow has answered. */
async function failed(): Promise<string | undefined> {
  const scraped = await text(`${zhigai.origin}/metrics`)
  return /update_duration_seconds_count\{outcome="failed"\} \d+/.exec(scraped)?.[0]
}

describe('the API counts', () => {
  it('a filing, and an event that is sent again under its key as repeated', async () => {
    const body = aFreshBody()
    const key = 'of-a-metric'
    expect(await grows('file', 'accepted', () => zhigai.as(clerk).file(body, { key }))).toBe(1)
    const again = () => zhigai.as(clerk).file(body, { key })
    expect(await grows('file', 'accepted', again)).toBe(0)
    expect(await grows('file', 'repeated', again)).toBe(1)
    const { id } = (await again()).body
    const send = () => zhigai.as(clerk).event(id, bodyOf('completeAssessment'), { key })
    expect(await grows('completeAssessment', 'accepted', send)).toBe(1)
    expect(await grows('completeAssessment', 'accepted', send)).toBe(0)
    expect(await grows('completeAssessment', 'repeated', send)).toBe(1)
  })

  it('what cannot be read or is not there, under types that there are', async () => {
    const cases: [type: string, outcome: string, project: string, body: object][] = [
      ['withdraw', 'invalid-request', waiting, { type: 'withdraw' }],
      ['unknown', 'invalid-request', waiting, { type: 'toString' }],
      ['submit', 'not-found', 'p-000000000000000000000000', bodyOf('submit')],
    ]
    for (const [type, outcome, project, body] of cases)
      expect(await grows(type, outcome, () => zhigai.as(clerk).event(project, body))).toBe(1)
  })

  it('a refusal of the workflow as its answer', async () => {
    const before = await failed()
    expect((await zhigai.as(clerk).event(waiting, bodyOf('completeAssessment'))).status).toBe(409)
    expect(await failed()).toEqual(before)
  })

  it('requests by route, however they are written, and those whose caller has left', async () => {
    await zhigai.send('/API/v1/tasks')
    expect(await text(`${zhigai.origin}/metrics`)).not.toContain('route="/API')
    const { id } = await file(zhigai)
    // Somebody has the project in hand, and whoever writes it has to wait.
    const { connection, projects } = zhigai.models
    const session = await connection.startSession()
    session.startTransaction()
    await projects.updateOne({ _id: id }, { $set: { assignees: ['nobody'] } }, { session })
    const left = new AbortController()
    const sent = fetch(`${zhigai.origin}/api/v1/projects/${id}/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await zhigai.tokenOf(clerk)}`,
      },
      body: JSON.stringify(bodyOf('completeAssessment')),
      signal: left.signal,
    })
    setTimeout(() => left.abort(), 500)
    await expect(sent).rejects.toThrow('aborted')
    await vi.waitFor(
      async () =>
        expect(await text(`${zhigai.origin}/metrics`)).toContain(
          'route="/api/v1/projects/:id/events",status="aborted"',
        ),
      patience,
    )
    await session.abortTransaction()
    await session.endSession()
  })

  it('a request under one route, wherever it was answered', async () => {
    const path = '/api/v1/projects/p-unknown/events'
    const authorization = `Bearer ${await zhigai.tokenOf(clerk)}`
    const json = { 'content-type': 'application/json' }
    const ask = (headers: Record<string, string>, body: string) =>
      zhigai.send(path, { method: 'POST', headers: { ...json, ...headers }, body })
    const answers = [
      await ask({}, '{}'),
      await ask({ authorization }, '{'),
      await ask({ authorization }, '{}'),
      await ask({ authorization, 'idempotency-key': 'ä' }, '{}'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 400, 404, 422])
    const scraped = await text(`${zhigai.origin}/metrics`)
    for (const status of [401, 400, 404, 422])
      expect(scraped).toContain(`method="POST",route="/api/v1/projects/:id/events",status="${status}"`)
    expect(scraped).not.toMatch(/route="(\/projects|\/api\/v1unknown)/)
  })

  it('no live stream as a slow request', async () => {
    const headers = { authorization: `Bearer ${await zhigai.tokenOf(clerk)}` }
    const stream = await fetch(`${zhigai.origin}/api/v1/inbox/stream`, { headers })
    expect(stream.status).toBe(200)
    // As a process does that leaves; from then on there are no streams.
    zhigai.deps.inboxStreams.leave()
    await stream.text()
    await zhigai.as(clerk).get('/inbox')
    const scraped = await text(`${zhigai.origin}/metrics`)
    expect(scraped).toContain('route="/api/v1/inbox"')
    expect(scraped).not.toContain('route="/api/v1/inbox/stream"')
  })
})
