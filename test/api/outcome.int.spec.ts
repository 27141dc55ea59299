import { ServiceError, type WorkflowClientInterceptor } from '@temporalio/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { people } from '../fixtures.ts'
import { aFreshBody, bring, register } from '../support/cases.ts'
import { connectTemporal } from '../support/engines.ts'
import { createHttp, type Answer } from '../support/http.ts'
import { aDeadLetter } from '../support/notices.ts'
import { problemOf } from '../support/problems.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, verifier, administrator } = people

type Loss = 'question' | 'answer' | 'nothing'
let loss: Loss = 'nothing'
let zhigai: Zhigai
let temporal: Awaited<ReturnType<typeof connectTemporal>>
let listener: Awaited<ReturnType<typeof listen>>
/** Calls through a door whose way to Temporal loses the question, or the answer. */
let as: ReturnType<typeof createHttp>['as']

async function lossy<T>(ask: () => Promise<T>): Promise<T> {
  if (loss === 'question') throw new ServiceError('the question was lost')
  const answer = await ask()
  if (loss === 'answer') throw new ServiceError('the answer was lost')
  return answer
}

const way: WorkflowClientInterceptor = {
  startUpdate: (input, next) => lossy(() => next(input)),
  startUpdateWithStart: (input, next) => lossy(() => next(input)),
  signalWithStart: (input, next) => lossy(() => next(input)),
}

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  temporal = await connectTemporal([way])
  listener = await listen({ ...zhigai.deps, temporal })
  ;({ as } = createHttp(listener.origin, zhigai.issuer))
})
afterAll(async () => {
  await listener.close()
  await temporal.connection.close()
  await zhigai.stop()
})
beforeEach(() => {
  loss = 'nothing'
})

/** Something that is done once under a key: how it is asked for, and how often it has been done. */
type Deed = { ask: (key?: string) => Promise<Answer>; done: () => Promise<number> }

const deeds = {
  async 'a filing'() {
    const body = aFreshBody()
    const before = await zhigai.models.projects.countDocuments()
    return {
      ask: (key) => as(clerk).post('/projects', body, key === undefined ? {} : { key }),
      done: async () => (await zhigai.models.projects.countDocuments()) - before,
    }
  },
  async 'an event'() {
    const { id } = await bring(zhigai, 'districtVerification unclaimed')
    return {
      ask: (key) =>
        as(verifier).post(`/projects/${id}/events`, { type: 'claim' }, key === undefined ? {} : { key }),
      done: () => zhigai.models.history.countDocuments({ project: id, type: 'claim' }),
    }
  },
  async 'an operation'() {
    const reason = crypto.randomUUID()
    const proposal = { kind: 'resend', target: { deadLetters: {} }, reason }
    return {
      ask: (key) => as(administrator).post('/operations', proposal, key === undefined ? {} : { key }),
      done: () => zhigai.models.operations.countDocuments({ reason }),
    }
  },
} satisfies Record<string, () => Promise<Deed>>

describe.each(Object.entries<() => Promise<Deed>>(deeds))('%s', (_what, prepare) => {
  it.each<Loss>(['question', 'answer'])(
    'that came without a key and whose %s was lost is asked for by the key that is given, and done once',
    async (lost) => {
      const { ask, done } = await prepare()
      loss = lost
      const first = await ask()
      const problem = problemOf(first)
      expect(problem).toMatchObject({ status: 503, code: 'outcome-unknown' })
      const key = String(problem['idempotencyKey'])
      expect(first.headers.get('idempotency-key')).toBe(key)
      expect(problem['zh']).toContain(key)
      expect(problem['en']).toContain(key)
      expect(first.headers.get('retry-after')).not.toBeNull()
      loss = 'nothing'
      const answers = [await ask(key), await ask(key)]
      expect(answers.map(({ status }) => status < 300)).toEqual([true, true])
      expect(answers.map(({ headers }) => headers.get('idempotency-key'))).toEqual([key, key])
      expect(await done()).toBe(1)
    },
  )
})

it('a key of the caller is given back, and named where the outcome is not known', async () => {
  const key = crypto.randomUUID()
  const body = aFreshBody()
  loss = 'answer'
  expect(problemOf(await as(clerk).post('/projects', body, { key }))).toMatchObject({ idempotencyKey: key })
  loss = 'nothing'
  const filed = await as(clerk).post('/projects', body, { key })
  expect([filed.status, filed.headers.get('idempotency-key')]).toEqual([201, key])
})

it('ids that are made of no key of the caller end in no hyphen', async () => {
  const filed = await as(clerk).file(aFreshBody())
  expect(filed.body.id).toMatch(/^p-[\da-f]{24}$/)
  await zhigai.models.messages.insertMany([aDeadLetter({ _id: 'm-hyphen' })])
  await as(administrator).post('/dead-letters/m-hyphen/resend', { reason: '邮箱已更正' })
  const kept = await zhigai.models.operations.findOne({ 'target.message': 'm-hyphen' }).lean()
  expect(kept?._id).toMatch(/^op-[\da-f]{24}$/)
})

it('a dead message that is sent again under one key goes out once, and the same answer comes again', async () => {
  await zhigai.models.messages.insertMany([aDeadLetter({ _id: 'm-key' })])
  const key = crypto.randomUUID()
  const ask = (reason: string) => as(administrator).post('/dead-letters/m-key/resend', { reason }, { key })
  expect([(await ask('邮箱已更正')).status, (await ask('邮箱已更正')).status]).toEqual([200, 200])
  expect(problemOf(await ask('另一理由'))).toMatchObject({ code: 'idempotency-key-reused' })
  expect(await zhigai.models.operations.countDocuments({ 'target.message': 'm-key' })).toBe(1)
})

it('a call that uses no key is given none', async () => {
  const read = await as(administrator).get('/operations')
  expect(read.headers.get('idempotency-key')).toBeNull()
})
