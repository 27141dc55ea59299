import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWebhookChannel } from '../../delivery/channels/webhook/webhook.ts'
import { openMailFixture, type MailFixture } from './mail-fixture.ts'
import { addProject, aPerson, aReminder, openDelivery, type DeliveryFixture } from './fixture.ts'
import { aNotice } from '../support/a-notice.ts'
import { secret, startReceiver, type Receiver } from './receiver.ts'

/** Twenty kilobytes: more than common receivers take at the least. */
const largest = 20_000

describe('a receiver of calls', () => {
  let receiver: Receiver
  let delivery: DeliveryFixture
  beforeEach(async () => {
    receiver = await startReceiver()
    delivery = await openDelivery({ email: null, webhook: createWebhookChannel({ toPrivate: true }) })
    const webhook = { url: receiver.url, secret, goneAt: null }
    await delivery.models.people.create(aPerson({ email: null, webhook }))
    await addProject(delivery.models, 'p-1', '齿轮生产线数字化改造')
  })
  afterEach(async () => {
    await delivery.stop()
    await receiver.stop()
  })

  const bodies = () =>
    receiver.calls.map(({ body }) => JSON.parse(body) as { data: { project: string }[]; more: number })
  const ids = () => new Set(receiver.calls.map(({ headers }) => headers['webhook-id']))
  const answer = (status: number, headers: Record<string, string> = {}) =>
    receiver.answers.push({ status, headers })

  it('that is gone (410) is called no more, also for what waits already', async () => {
    answer(410)
    await delivery.notify([aNotice()])
    await delivery.deliver()
    await delivery.notify([aNotice({ entry: 4 })])
    await delivery.deliver('2021-04-01T09:30')
    await delivery.deliver('2021-04-03T09:00')
    expect(receiver.calls).toHaveLength(1)
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 2, 'webhook failed': 1 })
    expect((await delivery.models.people.findById('wang').lean())?.webhook?.goneAt).toEqual(expect.any(Date))
  })

  it('that is gone (410) is not called for what was to be tried again', async () => {
    answer(500)
    answer(410)
    await delivery.notify([aNotice()])
    await delivery.deliver()
    await delivery.notify([aNotice({ entry: 4 })])
    await delivery.deliver()
    await delivery.deliver('2021-04-01T09:30')
    expect(receiver.calls).toHaveLength(2)
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 2, 'webhook declined': 1, 'webhook failed': 1 })
    expect(await delivery.models.messages.countDocuments({ status: 'pending' })).toBe(0)
  })

  it('that is gone is called again once it has an address anew', async () => {
    answer(500)
    answer(410)
    await delivery.notify([aNotice()])
    await delivery.deliver()
    const url = `${receiver.url}?new`
    await delivery.models.people.updateOne({ _id: 'wang' }, { $set: { 'webhook.url': url } })
    await delivery.deliver('2021-04-01T09:02')
    await delivery.models.people.updateOne(
      { _id: 'wang' },
      { $set: { webhook: { url: receiver.url, secret, goneAt: null } } },
    )
    await delivery.notify([aNotice({ entry: 4 })])
    await delivery.deliver()
    expect(receiver.calls.map((call) => call.url)).toEqual(['/hook', '/hook?new', '/hook'])
  })

  it('is told of 1,100 reminders of a day in one small call, with the count of the rest', async () => {
    answer(500)
    await delivery.notify(Array.from({ length: 1_100 }, (_, entry) => aReminder({ entry })))
    await delivery.deliver()
    await delivery.deliver('2021-04-01T09:02')
    expect(receiver.calls).toHaveLength(2)
    expect(ids().size).toBe(1)
    for (const { body } of receiver.calls) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(largest)
    for (const { data, more } of bodies()) {
      expect(data.length).toBeGreaterThan(5)
      expect(data.length + more).toBe(1_100)
    }
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 1_100, 'webhook sent': 1_100 })
  })

  it('that takes less (413) is told of one, and how many more there are', async () => {
    answer(413)
    await delivery.notify([1, 2, 3].map((entry) => aReminder({ entry })))
    await delivery.deliver()
    await delivery.deliver('2021-04-01T09:02')
    expect(bodies().map(({ data, more }) => [data.length, more])).toEqual([
      [3, 0],
      [1, 2],
    ])
    expect(ids().size).toBe(1)
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 3, 'webhook sent': 3 })
  })

  it('that takes not even one (413) is not asked again', async () => {
    answer(413)
    answer(413)
    await delivery.notify([1, 2, 3].map((entry) => aReminder({ entry })))
    await delivery.deliver()
    await delivery.deliver('2021-04-01T09:02')
    await delivery.deliver('2021-04-03T09:00')
    expect(receiver.calls).toHaveLength(2)
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 3, 'webhook failed': 3 })
    expect(await delivery.models.messages.findOne().lean()).toMatchObject({ status: 'dead' })
  })

  it.each([
    [429, () => '3600'],
    [503, () => new Date(Date.now() + 3_600_000).toUTCString()],
    [413, () => '3600'],
  ])('that asks to be left alone for an hour is (%i)', async (status, retryAfter) => {
    answer(status, { 'retry-after': retryAfter() })
    await delivery.notify([1, 2].map((entry) => aReminder({ entry })))
    await delivery.deliver()
    await delivery.deliver('2021-04-01T09:58')
    expect(receiver.calls).toHaveLength(1)
    await delivery.deliver('2021-04-01T10:01')
    expect(receiver.calls).toHaveLength(2)
    expect(ids().size).toBe(1)
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 2, 'webhook sent': 2 })
  })
})

describe('a mail server', () => {
  let delivery: MailFixture
  beforeEach(async () => {
    delivery = await openMailFixture()
  })
  afterEach(() => delivery.stop())

  it.each([
    ['RCPT', 550],
    ['DATA', 554],
  ] as const)('that refuses a recipient or a mail for good (%s %i) is not asked again', async (at, code) => {
    delivery.server.refusals.push({ at, code })
    await delivery.notify([aNotice()])
    await delivery.deliver()
    expect(await delivery.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    await delivery.deliver('2021-04-03T09:00')
    expect(await delivery.subjects()).toEqual([])
    const message = await delivery.models.messages.findOne().lean()
    expect(message).toMatchObject({ status: 'dead', attempts: 1, error: expect.stringContaining(`${code}`) })
    await delivery.notify([aNotice({ entry: 4 })])
    await delivery.deliver()
    expect(await delivery.subjects()).toHaveLength(1)
  })

  it.each([
    ['RCPT', 450],
    ['DATA', 451],
    ['MAIL', 550],
  ] as const)(
    'that cannot now, or takes no mail of ours at all, is asked again (%s %i)',
    async (at, code) => {
      delivery.server.refusals.push({ at, code })
      await delivery.notify([aNotice()])
      await delivery.deliver()
      expect(await delivery.statuses()).toEqual({ 'email pending': 1, 'inbox sent': 1 })
      await delivery.deliver('2021-04-01T09:02')
      expect(await delivery.subjects()).toHaveLength(1)
      expect(await delivery.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
    },
  )
})
