import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aLine, aNotice, aPerson, aReminder, at, finish, openPost } from './post.ts'
import { openMailPost, sorted, type MailPost } from './mail-post.ts'
import { engines } from '../support/engines.ts'
import { endsWithTask, noticeLabels, type NoticeKind } from '../../policy/notices/notice.ts'

let post: MailPost
beforeEach(async () => {
  post = await openMailPost()
})
afterEach(() => post.stop())

describe('nothing is sent', () => {
  it('at night, not even what should have gone before', async () => {
    await post.tell([aNotice()], { at: new Date(at('2021-04-01T21:00')).toISOString() })
    await post.tell([aNotice({ entry: 4 })], { at: new Date(at('2021-04-01T19:00')).toISOString() })
    for (const night of ['2021-04-01T21:00', '2021-04-02T03:00', '2021-04-02T07:59']) {
      await post.deliver(night)
      expect(await post.subjects()).toEqual([])
    }
    await post.deliver('2021-04-02T08:00')
    expect(await post.subjects()).toHaveLength(2)
  })

  it('of a task that is done, but for what was decided, moved or stopped', async () => {
    const kinds = Object.keys(noticeLabels) as NoticeKind[]
    const notices = kinds.map((kind) => aNotice({ kind, occasion: kind }))
    await finish(post.models, aNotice())
    await post.tell(notices)
    await post.deliver()
    const kept = kinds.filter((kind) => !endsWithTask(kind))
    const moot = kinds.length - kept.length
    expect(await post.statuses()).toEqual({
      'email moot': moot,
      'email sent': kept.length,
      'inbox moot': moot,
      'inbox sent': kept.length,
    })
    expect(kept).toEqual([
      ...(['moved', 'hold', 'endHold', 'suspend', 'resume'] as const),
      ...(['released', 'withdrawn', 'replaced', 'outcome'] as const),
    ])
  })

  it('of a task that is done by the time the mail server is back', async () => {
    await post.server.goDown()
    await post.tell([aNotice(), aNotice({ entry: 4 })])
    await post.deliver()
    await finish(post.models, aNotice())
    await post.server.comeBack()
    await post.deliver('2021-04-01T10:00')
    expect(await post.subjects()).toHaveLength(1)
    expect(await post.statuses()).toEqual({ 'email moot': 1, 'email sent': 1, 'inbox sent': 2 })
    expect(await post.models.messages.countDocuments({ status: 'pending' })).toBe(0)
  })

  it('by mail where none is set up: it is declined, and nothing piles up', async () => {
    const silent = await openPost()
    try {
      await silent.models.people.create(
        aPerson({ webhook: { url: 'https://a.example.org', secret: 's', goneAt: null } }),
      )
      await silent.tell([aNotice(), aReminder()])
      await silent.deliver()
      expect(await silent.statuses()).toEqual({
        'email declined': 2,
        'inbox sent': 2,
        'webhook declined': 2,
      })
      expect(await silent.models.messages.countDocuments()).toBe(0)
    } finally {
      await silent.stop()
    }
  })
})

it('two dispatchers at once send two hundred notices once each', async () => {
  const persons = Array.from({ length: 20 }, (_, index) =>
    aPerson({ _id: `d-${index}`, email: `d-${index}@example.org` }),
  )
  await post.models.people.insertMany(persons)
  const notices = Array.from({ length: 10 }, (_, entry) =>
    entry % 2 ? aNotice({ entry }) : aReminder({ entry }),
  )
  await post.tell(
    notices.flatMap((notice) => persons.map(({ _id }) => ({ ...notice, user: _id, occasion: _id }))),
  )
  const second = post.employ()
  const drain = async (dispatcher: typeof second) => {
    while ((await dispatcher.deliverDue()) > 0);
  }
  await Promise.all([drain(post.dispatcher), drain(second)])
  await post.deliver()
  const arrived = await post.server.arrived()
  const digests = arrived.filter(({ mail }) => mail.subject?.includes('5项'))
  expect(sorted(digests.map(({ to }) => to[0]))).toEqual(sorted(persons.map(({ email }) => email)))
  expect(arrived).toHaveLength(20 + 20 * 5)
  expect(new Set(arrived.map(({ mail }) => mail.messageId)).size).toBe(120)
  expect(await post.statuses()).toEqual({ 'email sent': 200, 'inbox sent': 200 })
})

it('goes round by himself until he is stopped', async () => {
  const second = post.employ()
  const running = second.run()
  await post.tell([aNotice()])
  await vi.waitFor(async () => expect(await post.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 }), {
    timeout: 20_000,
  })
  await second.stop()
  await running
})

it('waits for a database that is away, and says so once', async () => {
  const { connection } = post.models
  const uri = engines().mongoUri.replace('/zhigai?', `/${connection.name}?`)
  await post.tell([aNotice()])
  await connection.close()
  const running = post.dispatcher.run()
  const said = (text: string) => post.logged.filter((line) => line.includes(text)).length
  await vi.waitFor(() => expect(said('the post is interrupted')).toBe(1), { timeout: 20_000 })
  await connection.openUri(uri, { bufferCommands: false })
  await vi.waitFor(() => expect(said('the post is going again')).toBe(1), { timeout: 20_000 })
  await vi.waitFor(async () => expect(await post.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 }), {
    timeout: 20_000,
  })
  expect(said('the post is interrupted')).toBe(1)
  await post.dispatcher.stop()
  await running
})

it('looks nothing up without an index', async () => {
  const { connection, notices, messages, tasks } = post.models
  const db = connection.db ?? expect.fail('the record is not connected')
  await notices.insertMany(
    Array.from({ length: 300 }, (_, index) => ({
      ...aDecoy(index),
      status: index % 2 ? 'sent' : 'declined',
    })),
  )
  await messages.insertMany(
    Array.from({ length: 300 }, (_, index) => ({
      _id: `m-${index}`,
      recipient: 'wang',
      channel: 'email',
      notices: [],
      digest: false,
      status: index % 2 ? 'sent' : 'dead',
      attempts: 1,
      nextAttemptAt: new Date(0),
      at: new Date(0),
    })),
  )
  await finish(post.models, aNotice({ task: 'hearing' }))
  await tasks.insertMany(
    Array.from({ length: 300 }, (_, index) => ({
      _id: `t-${index}`,
      project: `q-${index}`,
      task: 'hearing',
      entry: 1,
      open: false,
      roles: [],
      district: '渝北区',
      uscc: 'x',
      overdue: false,
      openedOn: '2021-01-01',
      revision: 1,
      at: new Date(0),
    })),
  )
  await post.tell([aNotice(), aReminder(), aNotice({ task: 'hearing' })])
  const since = new Date()
  await db.command({ profile: 2 })
  await post.deliver()
  await db.command({ profile: 0 })
  const profiled = await db
    .collection('system.profile')
    .find({ ts: { $gte: since }, planSummary: { $exists: true }, ns: { $not: /system\./ } })
    .toArray()
  const slow = profiled.filter(
    ({ planSummary, hasSortStage, docsExamined = 0, keysExamined = 0 }) =>
      planSummary === 'COLLSCAN' || hasSortStage === true || Math.max(docsExamined, keysExamined) > 40,
  )
  expect(slow).toEqual([])
  expect(new Set(profiled.map(({ ns }) => String(ns).split('.').at(-1)))).toEqual(
    new Set(['notices', 'messages', 'tasks', 'people', 'projects', 'editions']),
  )
  expect(await post.subjects()).toHaveLength(2)
})

const aDecoy = (index: number) => ({
  ...aLine(),
  _id: `n-${index}`,
  project: `q-${index}`,
  recipient: 'qian',
  channel: 'email',
  sendAt: new Date(0),
  at: new Date(0),
})
