import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MessageRecord } from '../../models/index.ts'
import { people } from '../fixtures.ts'
import type { Page } from '../support/http.ts'
import { aDeadLetter, aNoticeTo } from '../support/notices.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
})
afterAll(() => zhigai.stop())
beforeEach(async () => {
  await zhigai.models.messages.deleteMany({})
})

const put = (...messages: MessageRecord[]) => zhigai.models.messages.insertMany(messages)
const resend = (id: string, who: Parameters<Zhigai['as']>[0] = administrator) =>
  zhigai.as(who).post(`/dead-letters/${encodeURIComponent(id)}/resend`, { reason: '邮箱已更正' })

const order = (message: MessageRecord) => `${message.at.toISOString()} ${message._id}`

describe('dead letters', () => {
  it('are listed with what went wrong, newest first, page by page', async () => {
    const at = new Date('2021-04-01T01:00:00Z')
    const dead = Array.from({ length: 5 }, (_, index) =>
      aDeadLetter({ at: new Date(at.getTime() + Math.floor(index / 2)) }),
    )
    await put(...dead, aDeadLetter({ status: 'pending' }), aDeadLetter({ status: 'sent' }))
    const found: Record<string, unknown>[] = []
    for (let cursor = ''; ;) {
      const { status, body } = await zhigai.as(auditor).get<Page>(`/dead-letters?limit=2${cursor}`)
      expect(status).toBe(200)
      found.push(...body.items)
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
    }
    const expected = dead.toSorted((a, b) => (order(a) < order(b) ? 1 : -1))
    expect(found).toEqual(
      expected.map((message) => ({
        id: message._id,
        recipient: 'wang',
        channel: 'email',
        status: 'dead',
        attempts: 12,
        error: '550 no such mailbox',
        at: message.at.toISOString(),
      })),
    )
  })

  it('go out again with their notices, once', async () => {
    const carried = [aNoticeTo('wang', { channel: 'email', status: 'failed', message: 'm-1' })]
    const other = aNoticeTo('wang', { channel: 'email', status: 'failed', message: 'm-2' })
    const done = aNoticeTo('wang', { channel: 'email', status: 'cancelled', message: 'm-1' })
    await zhigai.models.notices.insertMany([...carried, other, done])
    const notices = [...carried, done].map(({ _id }) => _id)
    const leasedUntil = new Date()
    await put(aDeadLetter({ _id: 'm-1', notices, nextAttemptAt: new Date(0), leasedUntil }))
    const before = Date.now()
    expect(await resend('m-1')).toMatchObject({
      status: 200,
      body: { id: 'm-1', status: 'pending', attempts: 0 },
    })
    const message = await zhigai.models.messages.findById('m-1').lean()
    expect(message).toMatchObject({ status: 'pending', attempts: 0, leasedUntil: null })
    expect(message?.nextAttemptAt.getTime()).toBeGreaterThanOrEqual(before)
    const statuses = await zhigai.models.notices.find({}, { status: 1, message: 1 }).lean()
    expect(new Map(statuses.map(({ _id, status }) => [_id, status]))).toEqual(
      new Map([
        [carried[0]?._id, 'pending'],
        [other._id, 'failed'],
        [done._id, 'cancelled'],
      ]),
    )
    expect(await resend('m-1')).toMatchObject({
      status: 409,
      body: { code: 'message-not-dead', messageStatus: 'pending', status: 409 },
    })
  })

  it('are sent again by one of several who ask at once, which is kept as an operation', async () => {
    const told = aNoticeTo('wang', { channel: 'email', status: 'failed', message: 'm-3', project: 'p-told' })
    await zhigai.models.notices.create(told)
    await put(aDeadLetter({ _id: 'm-3', notices: [told._id] }))
    const answers = await Promise.all(Array.from({ length: 6 }, () => resend('m-3')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5)
    const kept = await zhigai.models.operations.find({ 'target.message': 'm-3' }).lean()
    expect(kept).toMatchObject([
      {
        kind: 'resend',
        status: 'done',
        reason: '邮箱已更正',
        by: { user: administrator.user },
        tally: { total: 1, done: 1 },
      },
    ])
    const items = await zhigai.models.batchItems.find({ projects: 'p-told' }).lean()
    expect(items).toMatchObject([
      { operation: kept[0]?._id, target: 'm-3', outcome: 'done', by: [administrator.user] },
    ])
  })

  it('are not sent again without a reason', async () => {
    await put(aDeadLetter({ _id: 'm-5' }))
    const answer = await zhigai.as(administrator).post('/dead-letters/m-5/resend', {})
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-request', field: 'reason' } })
    expect(await zhigai.models.messages.exists({ _id: 'm-5', status: 'dead' })).not.toBeNull()
  })

  it('that are not there are not found', async () => {
    expect(await resend('nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })
})

const readers = new Set<string>(['auditor', 'administrator'])

it.each(Object.entries(people))('%s may do what their role may', async (_name, actor) => {
  await put(aDeadLetter({ _id: 'm-4' }))
  const list = await zhigai.as(actor).get('/dead-letters')
  const sent = await resend('m-4', actor)
  expect([list.status, sent.status]).toEqual([
    readers.has(actor.role) ? 200 : 403,
    actor.role === 'administrator' ? 200 : 403,
  ])
  for (const { status, body } of [list, sent]) if (status === 403) expect(body['code']).toBe('not-your-role')
  const isDead = await zhigai.models.messages.exists({ _id: 'm-4', status: 'dead' })
  expect(isDead === null).toBe(actor.role === 'administrator')
})

it('nobody may do anything without a token', async () => {
  expect((await zhigai.as(null).get('/dead-letters')).status).toBe(401)
  expect((await resend('m-4', null)).status).toBe(401)
})

it.each([
  ['/dead-letters?cursor=W10', 'cursor'],
  ['/dead-letters?limit=101', 'limit'],
  ['/dead-letters?status=sent', 'status'],
])('%s is refused, and the field is named', async (path, field) => {
  const { status, body } = await zhigai.as(auditor).get(path)
  expect({ status, code: body['code'], field: body['field'] }).toEqual({
    status: 422,
    code: 'invalid-request',
    field,
  })
})
