import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keepLease } from '../../operations/worker-lease.ts'
import type { Dependencies } from '../../api/dependencies.ts'
import { createRoutes } from '../../api/routes.ts'
import { eventTypes } from '../../policy/case/events.ts'
import { errors } from '../../policy/errors.ts'
import { freePort } from '../../server/ports.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { aFreshBody, bodyOf, register } from '../support/cases.ts'
import { payloadsOf } from '../support/histories.ts'
import { openRecord } from '../support/record.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Every value under a key, anywhere in a document. */
function collect(document: unknown, key: string): unknown[] {
  if (!isObject(document)) return []
  return Object.entries(document).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...collect(value, key),
  ])
}

const at = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, part) => (isObject(value) ? value[part.replaceAll('~1', '/')] : undefined),
      document,
    )

const read = async () => (await zhigai.send<Record<string, unknown>>('/openapi.json')).body

describe('the OpenAPI document', () => {
  it('is of version 3.1 and every reference in it leads somewhere', async () => {
    const document = await read()
    expect(document['openapi']).toMatch(/^3\.1\./)
    expect(document['info']).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const references = collect(document, '$ref').map(String)
    expect(references.length).toBeGreaterThan(10)
    expect(references.filter((reference) => at(document, reference.slice(1)) === undefined)).toEqual([])
  })

  it('has every call that is served, and no other', async () => {
    const paths = (await read())['paths'] as Record<string, Record<string, unknown>>
    const written = Object.entries(paths).flatMap(([path, calls]) =>
      Object.keys(calls).map((method) => `${method} ${path}`),
    )
    const served = createRoutes(zhigai.deps).map(({ method, path }) => `${method} /api/v1${path}`)
    expect(written.toSorted()).toEqual(served.toSorted())
    for (const call of written) {
      const [method = '', path = ''] = call.split(' ')
      const address = path.replaceAll(/\{\w+\}/g, 'x')
      const { body } = await zhigai.send<Record<string, unknown>>(address, { method: method.toUpperCase() })
      // A path that is not mounted is "not found" before anybody is asked who they are.
      if (!/\{(certificateNumber|secret)\}|^\S+ \S+\/editions\/\{id\}$/.test(call))
        expect([call, body['code']]).not.toEqual([call, 'not-found'])
    }
  })

  it('describes each call: a summary, an answer, its problems', async () => {
    const paths = (await read())['paths'] as Record<string, Record<string, Record<string, unknown>>>
    const successes: Record<string, string[]> = {}
    for (const [path, calls] of Object.entries(paths))
      for (const [method, { responses }] of Object.entries(calls))
        successes[`${method} ${path}`] = Object.keys(responses as object).filter((status) =>
          status.startsWith('2'),
        )
    const several = Object.entries(successes).filter(([, statuses]) => statuses.length !== 1)
    // A dry run proposes nothing.
    expect(several).toEqual([
      ['put /api/v1/calendars/cn', ['200', '201']],
      ['put /api/v1/calendars/{id}', ['200', '201']],
      ['put /api/v1/enterprises/{uscc}', ['200', '202']],
      ['post /api/v1/operations', ['200', '201']],
    ])
    for (const call of Object.values(paths).flatMap((calls) => Object.values(calls))) {
      expect(call['summary']).toMatch(/ · /)
      for (const name of collect(call['parameters'], 'name')) expect(name).toEqual(expect.any(String))
    }
    for (const path of Object.keys(paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const call of Object.values(paths[path] ?? {})) {
        const parameters = (call['parameters'] ?? []) as { in: string; name: string }[]
        expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(inPath)
      }
    }
  })

  it('lists the events that there are, and the codes of the catalogue', async () => {
    const document = await read()
    const event = at(document, '/paths/~1api~1v1~1projects~1{id}~1events/post/requestBody')
    const types = new Set(
      collect(event, 'const').filter((value) => eventTypes.some((type) => type === value)),
    )
    expect([...types].map(String).toSorted()).toEqual(eventTypes.toSorted())
    expect(at(document, '/components/schemas/Problem/properties/code/enum')).toEqual(Object.keys(errors))
  })

  it('can be browsed without a request to another host', async () => {
    const page = await zhigai.send<string>('/docs/')
    expect(page.status).toBe(200)
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(assets.length).toBeGreaterThan(2)
    for (const path of assets) {
      expect(path).toMatch(/^\//)
      expect([path, (await zhigai.send(path)).status]).toEqual([path, 200])
    }
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  })
})

describe('what operators ask', () => {
  it('/healthz says that the door is open', async () => {
    expect(await zhigai.send('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })

  it('/readyz says that nothing is missing', async () => {
    const { status, body } = await zhigai.send('/readyz')
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ready', checks: { mongodb: true, temporal: true, worker: true }, missing: [] },
    })
  })

  it('/metrics counts requests by route and events by outcome', async () => {
    const { body } = await zhigai.as(clerk).file(aFreshBody())
    await zhigai.as(clerk).event(body.id, bodyOf('completeAssessment'))
    await zhigai.as(clerk).event(body.id, bodyOf('completeAssessment'))
    const metrics = (await zhigai.send<string>('/metrics')).body
    expect(metrics).toContain('zhigai_project_events_total{type="completeAssessment",outcome="accepted"} 1')
    expect(metrics).toContain(
      'zhigai_project_events_total{type="completeAssessment",outcome="event-not-allowed"} 1',
    )
    expect(metrics).toMatch(
      /zhigai_http_request_duration_seconds_count\{method="POST",route="[^"]*\/projects\/:id\/events",status="409"\} 1/,
    )
    expect(metrics).not.toContain(body.id)
  })

  it('/.well-known/jwks.json gives the public half of the key only', async () => {
    const { body } = await zhigai.send<{ keys: Record<string, unknown>[] }>('/.well-known/jwks.json')
    expect(body.keys).toMatchObject([{ kty: 'OKP', alg: 'EdDSA' }])
    expect(body.keys[0]).not.toHaveProperty('d')
  })
})

describe('the name of a request', () => {
  it('given by the caller is in the answer, in the business history and in the workflow', async () => {
    const [filing, event] = [`test-${randomUUID()}`, `test-${randomUUID()}`]
    const filed = await zhigai.as(clerk).file(aFreshBody(), { headers: { 'x-request-id': filing } })
    const { id } = filed.body
    const sent = await zhigai
      .as(clerk)
      .event(id, bodyOf('completeAssessment'), { headers: { 'x-request-id': event } })
    expect([filed, sent].map(({ headers }) => headers.get('x-request-id'))).toEqual([filing, event])
    const lines = await zhigai.models.history.find({ project: id }).sort({ revision: 1 }).lean()
    expect(lines.map(({ request }) => request)).toEqual([filing, event])
    const kept = await payloadsOf(zhigai.temporal, `project/${id}`)
    expect(
      kept.filter(({ eventType }) => eventType === 'started').map(({ text }) => text.includes(filing)),
    ).toEqual([true])
    expect(
      kept.filter(({ eventType }) => eventType === 'update').map(({ text }) => text.includes(event)),
    ).toEqual([false, true])
  })

  it.each(['with space', 'x'.repeat(65), 'a/b', ''])('that is not plain is replaced: "%s"', async (given) => {
    const { headers } = await zhigai.send('/healthz', { headers: { 'x-request-id': given } })
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })
})

const missing = async (deps: Dependencies) => {
  const listener = await listen(deps)
  const [ready, health] = await Promise.all([
    fetch(`${listener.origin}/readyz`),
    fetch(`${listener.origin}/healthz`),
  ])
  const body = (await ready.json()) as { status: string; missing: string[] }
  await listener.close()
  expect(health.status).toBe(200)
  return [ready.status, body.status, ...body.missing]
}

describe('/readyz names what is missing', () => {
  it('a worker, where none asks for work', async () => {
    const namespace = `test-${randomUUID()}`
    const { connection, workflowService } = zhigai.temporal
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    })
    await vi.waitFor(() => workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } }), {
      timeout: 30_000,
      interval: 200,
    })
    const temporal = new Client({ connection, namespace })
    expect(await missing({ ...zhigai.deps, temporal })).toEqual([503, 'not ready', 'worker'])
  })

  it('a worker that was killed, within seconds: nobody renews its word', async () => {
    const { models, drop } = await openRecord()
    const { namespace } = zhigai.temporal.options
    const lease = await keepLease(models, { namespace, buildId: undefined })
    expect(await missing({ ...zhigai.deps, models })).toEqual([200, 'ready'])
    await models.watermarks.updateMany(
      { _id: /^worker\// },
      [{ $set: { at: { $subtract: ['$$NOW', 9_000] } } }],
      {
        updatePipeline: true,
      },
    )
    expect(await missing({ ...zhigai.deps, models })).toEqual([503, 'not ready', 'worker'])
    // One that only hung gives its word again.
    await vi.waitFor(async () => expect(await missing({ ...zhigai.deps, models })).toEqual([200, 'ready']), {
      timeout: 20_000,
    })
    await lease.drop()
    expect(await missing({ ...zhigai.deps, models })).toEqual([503, 'not ready', 'worker'])
    await drop()
  })

  it.each([
    ['of another build', { buildId: '1.0.0-other' }],
    ['of another namespace', { namespace: 'elsewhere' }],
  ])('a worker, where there is only one %s', async (_what, other) => {
    const { models, drop } = await openRecord()
    const { namespace } = zhigai.temporal.options
    const lease = await keepLease(models, { namespace, buildId: undefined, ...other })
    expect(await missing({ ...zhigai.deps, models })).toEqual([503, 'not ready', 'worker'])
    await lease.drop()
    await drop()
  })

  it('Temporal and with it the worker, where no server answers', async () => {
    // It stays open: a call that the client is about to repeat would throw, with nobody to catch it, once it is closed.
    const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}` })
    expect(await missing({ ...zhigai.deps, temporal: new Client({ connection }) })).toEqual([
      503,
      'not ready',
      'temporal',
      'worker',
    ])
  })

  it('MongoDB, where it does not answer', async () => {
    const { models } = await openRecord()
    await models.connection.close()
    expect(await missing({ ...zhigai.deps, models })).toEqual([503, 'not ready', 'mongodb'])
  })
})
