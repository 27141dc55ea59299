import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTracing, type Tracing } from '../../telemetry/tracing.ts'
import { anEnterprise, people } from '../fixtures.ts'
import { aFreshBody, bodyOf, file, register, walk } from '../support/cases.ts'
import { replayRuns } from '../support/histories.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import { startCollector, type Span } from './collector.ts'

const { clerk, verifier } = people
const patience = { timeout: 20_000, interval: 50 }

let collector: Awaited<ReturnType<typeof startCollector>>
let tracing: Tracing
let zhigai: Zhigai
const lines: string[] = []
beforeAll(async () => {
  collector = await startCollector()
  tracing = await startTracing(collector.url, 'zhigai-test')
  zhigai = await startZhigai({ tracing, onLine: (line) => lines.push(line) })
  await register(zhigai)
})
afterAll(async () => {
  await zhigai.stop()
  await tracing.stop()
  await collector.stop()
})

/** The headers by which a caller begins a trace. */
function aTrace() {
  const traceId = randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-01` } }
}

/** The spans of a trace, once those are among them whose names begin so. */
function spansOf(traceId: string, ...names: string[]): Promise<Span[]> {
  return vi.waitFor(() => {
    const spans = collector.spans().filter((span) => span.traceId === traceId)
    const missing = names.filter((name) => !spans.some((span) => span.name.startsWith(name)))
    expect(missing).toEqual([])
    return spans
  }, patience)
}

const childOf = (spans: Span[], parent: string, name: string) =>
  spans.find(
    (span) =>
      span.name.startsWith(name) &&
      spans.some(({ spanId, name: of }) => spanId === span.parentSpanId && of.startsWith(parent)),
  )

describe('one trace holds', () => {
  it('an event: the request, the update and what MongoDB did', async () => {
    const { id } = await file(zhigai)
    const { traceId, spanId, headers } = aTrace()
    const answer = await zhigai.as(clerk).event(id, bodyOf('completeAssessment'), { headers })
    expect(answer.status).toBe(200)
    const spans = await spansOf(traceId, 'POST ', 'StartWorkflowUpdate', 'update projects')
    const door = spans.find(({ name }) => name.startsWith('POST '))
    expect(door).toMatchObject({ name: 'POST /api/v1/projects/:id/events', parentSpanId: spanId })
    expect(childOf(spans, 'POST ', 'StartWorkflowUpdate:send')).toBeDefined()
    expect(childOf(spans, 'POST ', 'find projects')).toBeDefined()
    expect(childOf(spans, 'POST ', 'insert intents')).toBeDefined()
    expect(childOf(spans, 'POST ', 'insert history')).toBeDefined()
    expect(childOf(spans, 'POST ', 'update projects')).toBeDefined()
  })

  it('a filing, up to the record', async () => {
    const { traceId, headers } = aTrace()
    const answer = await zhigai.as(clerk).file(aFreshBody(), { headers })
    expect(answer.status).toBe(201)
    await spansOf(traceId, 'POST /api/v1/projects', 'UpdateWithStart', 'insert projects')
  })

  it('one request each: the next event of the same case belongs to another', async () => {
    const { id } = await file(zhigai)
    const [first, second] = [aTrace(), aTrace()]
    await zhigai.as(clerk).event(id, bodyOf('completeAssessment'), { headers: first.headers })
    await zhigai.as(clerk).event(id, bodyOf('submit'), { headers: second.headers })
    for (const { traceId } of [first, second]) {
      const spans = await spansOf(traceId, 'POST ', 'update projects')
      expect(spans.filter(({ name }) => name === 'update projects')).toHaveLength(1)
    }
  })
})

it('a request without a trace begins one', async () => {
  const known = new Set(collector.spans().map(({ traceId }) => traceId))
  const { id } = await file(zhigai)
  const isMine = ({ traceId, name }: Span) => !known.has(traceId) && name === 'POST /api/v1/projects'
  const door = await vi.waitFor(() => {
    const found = collector.spans().find(isMine)
    if (!found) throw new Error('there is no such span yet')
    return found
  }, patience)
  expect(door.parentSpanId ?? '').toBe('')
  await spansOf(door.traceId, 'insert projects')
  expect(id).toMatch(/^p-/)
})

it('nothing of the application, of people or of queries is in a span', async () => {
  const { traceId, headers } = aTrace()
  const body = aFreshBody()
  await zhigai.as(clerk).file(body, { headers })
  await zhigai.as(clerk).get(`/enterprises/${clerk.uscc}`, { headers })
  await spansOf(traceId, 'insert history', 'GET /api/v1/enterprises')
  const sent = collector.bodies.join('\n')
  const secrets = [body['name'], body['site'], clerk.uscc, anEnterprise().name].map(String)
  expect(secrets.filter((secret) => sent.includes(secret))).toEqual([])
})

it('a case that was traced is replayed as any other', async () => {
  const project = await file(zhigai)
  await walk(zhigai, project, [
    [clerk, 'completeAssessment'],
    [clerk, 'submit'],
    [verifier, 'claim'],
    [verifier, 'approve'],
  ])
  await expect(replayRuns(zhigai.temporal, `project/${project.id}`)).resolves.toBeUndefined()
})

it('a log line of a request has its id and its trace', async () => {
  const { traceId, headers } = aTrace()
  const request = `test-${traceId.slice(0, 8)}`
  await zhigai.as(clerk).get('/tasks', { headers: { ...headers, 'x-request-id': request } })
  await vi.waitFor(() => {
    const mine = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(mine).toContainEqual(
      expect.objectContaining({ request, trace_id: traceId, msg: 'request completed' }),
    )
  }, patience)
})

describe('the log', () => {
  const [name, phone, mail] = ['欧阳若兰', '13812345678', 'ruolan@example.org']
  const uscc = clerk.uscc ?? ''
  const ours = () => lines.filter((line) => [name, phone, mail, uscc].some((secret) => line.includes(secret)))

  it('tells of nobody, wherever they are named: path, query, header, body, and one that is broken', async () => {
    const before = lines.length
    const door = zhigai.as(clerk)
    const enterprise = anEnterprise({ name })
    await zhigai.as(people.administrator).put(`/enterprises/${uscc}`, enterprise)
    await door.get(`/enterprises/${uscc}`)
    await door.get(`/certification-status?uscc=${uscc}&project=${encodeURIComponent(name)}`)
    await door.get(`/${encodeURIComponent(name)}/${phone}/${mail}`)
    await door.post('/projects', { name, phone, mail }, { headers: { 'user-agent': mail, from: mail } })
    await zhigai.send(`/api/v1/projects?phone=${phone}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"name":"${name}`,
    })
    await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(before + 6), patience)
    expect(ours()).toEqual([])
    expect(lines.slice(before).filter((line) => line.includes('"/api/v1/enterprises/…"'))).toHaveLength(2)
    expect(lines.slice(before).filter((line) => line.includes('"/api/v1/…/…/…"'))).toHaveLength(1)
  })

  it('nor does what went wrong: an error of MongoDB that quotes what was to be written', async () => {
    const { db } = zhigai.models.connection
    await db?.command({ collMod: 'duplicateKeys', validator: { _id: uscc } })
    const answer = await zhigai.as(clerk).file(aFreshBody({ name: `${name}${phone}` }))
    await db?.command({ collMod: 'duplicateKeys', validator: {} })
    expect(answer.status).toBe(500)
    const told = await vi.waitFor(() => {
      const found = lines.find((line) => line.includes('"unexpected error"'))
      if (found === undefined) throw new Error('nothing is logged yet')
      return found
    }, patience)
    expect(JSON.parse(told)).toMatchObject({
      request: answer.headers.get('x-request-id'),
      trace_id: expect.stringMatching(/^[\da-f]{32}$/),
      err: { type: expect.stringContaining('Mongo'), code: 121 },
    })
    expect(ours()).toEqual([])
  })
})
