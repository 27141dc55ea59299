import { log } from '@temporalio/activity'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { correlateActivities } from '../../telemetry/activities.ts'
import { createLogger, createTemporalLogger } from '../../telemetry/log.ts'
import { createPathMask, maskMessage } from '../../telemetry/mask.ts'
import { startTracing, type Tracing } from '../../telemetry/tracing.ts'

const secrets = ['欧阳若兰', '13812345678', '91500112MA5ABCD195', 'ruolan@example.org']

/** A logger and what it has written, line by line. */
function listening() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { logger: createLogger('info', { write }), lines }
}

describe('a message', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:27017', 'connect ECONNREFUSED 127.0.0.1:27017'],
    ['E11000 duplicate key: { name: "Lan", uscc: "x" }', 'E11000 duplicate key: { name: …, uscc: … }'],
    ['no mailbox of ruolan@example.org', 'no mailbox of …'],
    ['call 13812345678 or 91500112MA5ABCD195', 'call … or …'],
    ['欧阳若兰 is not known', '… is not known'],
    ["it is 'hers'", 'it is …'],
  ])('%s', (message, masked) => {
    expect(maskMessage(message)).toBe(masked)
  })

  it('has an end', () => {
    expect(maskMessage('a '.repeat(1_000))).toHaveLength(300)
  })

  it.each(['a', 'a@', '@', '"', "'", '`', '7', 'a7 ', '欧', '"a'])(
    'costs in proportion to its length: %s',
    (part) => {
      const timeOf = (length: number) => {
        const message = part.repeat(length / part.length)
        const begun = performance.now()
        maskMessage(message)
        return performance.now() - begun
      }
      timeOf(10_000)
      // A hundred times the length: ten thousand times the time, if it were quadratic.
      expect(timeOf(1_000_000)).toBeLessThan(Math.max(20, timeOf(10_000)) * 500)
    },
  )
})

describe('a path', () => {
  const mask = createPathMask(['api/v1', '/projects/:id/events', '/feeds/:secret'])

  it.each([
    [
      '/api/v1/projects/p-0123456789abcdef01234567/events?name=lan',
      '/api/v1/projects/p-0123456789abcdef01234567/events',
    ],
    ['/api/v1/enterprises/91500112MA5ABCD195', '/api/v1/…/…'],
    ['/API/V1/FEEDS/abc.ics', '/API/V1/FEEDS/…'],
    ['/%E6%AC%A7', '/…'],
    ['/', '/'],
  ])('%s', (path, masked) => {
    expect(mask(path)).toBe(masked)
  })
})

describe('an error', () => {
  it('is told by kind, code and place, its cause as well, and by no property', () => {
    const { logger, lines } = listening()
    const cause = Object.assign(new Error(`E11000 dup key: "${secrets[0]}"`), {
      code: 11000,
      keyValue: { secrets },
    })
    logger.error({ err: new TypeError(`no ${secrets[3]}`, { cause }) }, 'it failed')
    expect(lines[0]).toMatchObject({
      err: { type: 'TypeError', message: 'no …', cause: { code: 11000, message: 'E11000 dup key: …' } },
    })
    const told = JSON.stringify(lines)
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([])
    expect(told).toContain('log.unit.spec.ts')
  })
})

describe('what Temporal logs', () => {
  it('is one JSON line with what names the work, and nothing that the work was about', () => {
    const { logger, lines } = listening()
    const temporal = createTemporalLogger(logger)
    const meta = {
      workflowId: 'project/p-1',
      activityType: 'recordSteps',
      attempt: 2,
      args: secrets,
      error: Object.assign(new Error(secrets.join(' ')), { details: secrets }),
    }
    temporal.info('Worker state changed', meta)
    temporal.warn('Activity failed', meta)
    expect(lines).toMatchObject([
      {
        level: 40,
        msg: 'Activity failed',
        workflowId: 'project/p-1',
        activityType: 'recordSteps',
        attempt: 2,
      },
    ])
    const told = JSON.stringify(lines)
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([])
  })
})

function failing(_input: object): Promise<never> {
  log.error('the record is not what the histories say', { differences: 3, person: secrets[0] })
  return Promise.reject(new Error('E11000 duplicate key'))
}

describe('an activity that fails', () => {
  afterAll(() => tracing.stop())
  let tracing: Tracing
  beforeAll(async () => {
    // Nobody listens there: what is traced is of no matter, that it is traced is.
    tracing = await startTracing('http://127.0.0.1:1', 'zhigai-test')
  })

  it('is logged with the request that caused it and its trace, as what it said itself', async () => {
    const { logger, lines } = listening()
    const environment = new MockActivityEnvironment(
      { activityType: 'recordSteps' },
      {
        interceptors: [...tracing.activities, correlateActivities()],
        logger: createTemporalLogger(logger),
      },
    )
    await expect(environment.run(failing, [{ request: '' }, { request: 'asked-for' }])).rejects.toThrow(
      'E11000',
    )
    const thread = { request: 'asked-for', trace_id: expect.stringMatching(/^[\da-f]{32}$/) }
    expect(lines).toMatchObject([
      { msg: 'the record is not what the histories say', differences: 3, ...thread },
      { msg: 'Activity failed', err: { message: 'E11000 duplicate key' }, ...thread },
    ])
    expect(new Set(lines.map((line) => line['trace_id'])).size).toBe(1)
    expect(Object.keys(lines[0] ?? {})).not.toContain('person')
  })

  it('is logged without a request where none caused it', async () => {
    const { logger, lines } = listening()
    const interceptors = [correlateActivities()]
    const environment = new MockActivityEnvironment(
      {},
      { interceptors, logger: createTemporalLogger(logger) },
    )
    await expect(environment.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(Object.keys(lines[0] ?? {})).not.toContain('request')
  })
})

it('a line outside of any request has neither request nor trace', () => {
  const { logger, lines } = listening()
  logger.info('the dispatcher is going again')
  expect(Object.keys(lines[0] ?? {})).not.toContain('request')
  expect(Object.keys(lines[0] ?? {})).not.toContain('trace_id')
})
