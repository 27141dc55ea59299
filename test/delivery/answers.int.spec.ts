import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWebhookCarrier } from '../../delivery/channels/webhook/webhook.ts'
import { openMailPost, type MailPost } from './mail-post.ts'
import { addProject, aNotice, aPerson, aReminder, openPost, type Post } from './post.ts'
import { secret, startReceiver, type Receiver } from './receiver.ts'

/** Twenty kilobytes: more than common receivers take at the least. */
const largest = 20_000

describe('a receiver of calls', () => {
  let receiver: Receiver
  let post: Post
  beforeEach(async () => {
    receiver = await startReceiver()
    post = await openPost({ email: null, webhook: createWebhookCarrier({ toPrivate: true }) })
    const webhook = { url: receiver.url, secret, goneAt: null }
    await post.models.people.create(aPerson({ email: null, webhook }))
    await addProject(post.models, 'p-1', '齿轮生产线数字化改造')
  })
  afterEach(async () => {
    await post.stop()
    await receiver.stop()
  })

  const bodies = () =>
    receiver.calls.map(({ body }) => JSON.parse(body) as { data: { project: string }[]; more: number })
  const ids = () => new Set(receiver.calls.map(({ headers }) => headers['webhook-id']))
  const answer = (status: number, headers: Record<string, string> = {}) =>
    receiver.answers.push({ status, headers })

  it('that is gone (410) is called no more, also for what waits already', async () => {
    answer(410)
    await post.tell([aNotice()])
    await post.deliver()
    await post.tell([aNotice({ entry: 4 })])
    await post.deliver('2021-04-01T09:30')
    await post.deliver('2021-04-03T09:00')
    expect(receiver.calls).toHaveLength(1)
    expect(await post.statuses()).toEqual({ 'inbox sent': 2, 'webhook failed': 1 })
    expect((await post.models.people.findById('wang').lean())?.webhook?.goneAt).toEqual(expect.any(Date))
  })

  it('that is gone (410) is not called for what was to be tried again', async () => {
    answer(500)
    answer(410)
    await post.tell([aNotice()])
    await post.deliver()
    await post.tell([aNotice({ entry: 4 })])
    await post.deliver()
    await post.deliver('2021-04-01T09:30')
    expect(receiver.calls).toHaveLength(2)
    expect(await post.statuses()).toEqual({ 'inbox sent': 2, 'webhook declined': 1, 'webhook failed': 1 })
    expect(await post.models.messages.countDocuments({ status: 'pending' })).toBe(0)
  })

  it('that is gone is called again once it has an address anew', async () => {
    answer(500)
    answer(410)
    await post.tell([aNotice()])
    await post.deliver()
    const url = `${receiver.url}?new`
    await post.models.people.updateOne({ _id: 'wang' }, { $set: { 'webhook.url': url } })
    await post.deliver('2021-04-01T09:02')
    await post.models.people.updateOne(
      { _id: 'wang' },
      { $set: { webhook: { url: receiver.url, secret, goneAt: null } } },
    )
    await post.tell([aNotice({ entry: 4 })])
    await post.deliver()
    expect(receiver.calls.map((call) => call.url)).toEqual(['/hook', '/hook?new', '/hook'])
  })

  it('is told of 1,100 reminders of a day in one small call, with the count of the rest', async () => {
    answer(500)
    await post.tell(Array.from({ length: 1_100 }, (_, entry) => aReminder({ entry })))
    await post.deliver()
    await post.deliver('2021-04-01T09:02')
    expect(receiver.calls).toHaveLength(2)
    expect(ids().size).toBe(1)
    for (const { body } of receiver.calls) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(largest)
    for (const { data, more } of bodies()) {
      expect(data.length).toBeGreaterThan(5)
      expect(data.length + more).toBe(1_100)
    }
    expect(await post.statuses()).toEqual({ 'inbox sent': 1_100, 'webhook sent': 1_100 })
  })

  it('that takes less (413) is told of one, and how many more there are', async () => {
    answer(413)
    await post.tell([1, 2, 3].map((entry) => aReminder({ entry })))
    await post.deliver()
    await post.deliver('2021-04-01T09:02')
    expect(bodies().map(({ data, more }) => [data.length, more])).toEqual([
      [3, 0],
      [1, 2],
    ])
    expect(ids().size).toBe(1)
    expect(await post.statuses()).toEqual({ 'inbox sent': 3, 'webhook sent': 3 })
  })

  it('that takes not even one (413) is not asked again', async () => {
    answer(413)
    answer(413)
    await post.tell([1, 2, 3].map((entry) => aReminder({ entry })))
    await post.deliver()
    await post.deliver('2021-04-01T09:02')
    await post.deliver('2021-04-03T09:00')
    expect(receiver.calls).toHaveLength(2)
    expect(await post.statuses()).toEqual({ 'inbox sent': 3, 'webhook failed': 3 })
    expect(await post.models.messages.findOne().lean()).toMatchObject({ status: 'dead' })
  })

  it.each([
    [429, () => '3600'],
    [503, () => new Date(Date.now() + 3_600_000).toUTCString()],
    [413, () => '3600'],
  ])('that asks to be left alone for an hour is (%i)', async (status, retryAfter) => {
    answer(status, { 'retry-after': retryAfter() })
    await post.tell([1, 2].map((entry) => aReminder({ entry })))
    await post.deliver()
    await post.deliver('2021-04-01T09:58')
    expect(receiver.calls).toHaveLength(1)
    await post.deliver('2021-04-01T10:01')
    expect(receiver.calls).toHaveLength(2)
    expect(ids().size).toBe(1)
    expect(await post.statuses()).toEqual({ 'inbox sent': 2, 'webhook sent': 2 })
  })
})

describe('a mail server', () => {
  let post: MailPost
  beforeEach(async () => {
    post = await openMailPost()
  })
  afterEach(() => post.stop())

  it.each([
    ['RCPT', 550],
    ['DATA', 554],
  ] as const)('that refuses a recipient or a mail for good (%s %i) is not asked again', async (at, code) => {
    post.server.refusals.push({ at, code })
    await post.tell([aNotice()])
    await post.deliver()
    expect(await post.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    await post.deliver('2021-04-03T09:00')
    expect(await post.subjects()).toEqual([])
    const message = await post.models.messages.findOne().lean()
    expect(message).toMatchObject({ status: 'dead', attempts: 1, error: expect.stringContaining(`${code}`) })
    await post.tell([aNotice({ entry: 4 })])
    await post.deliver()
    expect(await post.subjects()).toHaveLength(1)
  })

  it.each([
    ['RCPT', 450],
    ['DATA', 451],
    ['MAIL', 550],
  ] as const)(
    'that cannot now, or takes no mail of ours at all, is asked again (%s %i)',
    async (at, code) => {
      post.server.refusals.push({ at, code })
      await post.tell([aNotice()])
      await post.deliver()
      expect(await post.statuses()).toEqual({ 'email pending': 1, 'inbox sent': 1 })
      await post.deliver('2021-04-01T09:02')
      expect(await post.subjects()).toHaveLength(1)
      expect(await post.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
    },
  )
})
