import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aLine, aPerson, aReminder, at, finish, openDelivery } from './fixture.ts'
import { aNotice } from '../support/a-notice.ts'
import { openMailFixture, sorted, type MailFixture } from './mail-fixture.ts'
import { engines } from '../support/engines.ts'
import { endsWithTask, noticeLabels, type NoticeKind } from '../../policy/notices/notice.ts'

let delivery: MailFixture
beforeEach(async () => {
  delivery = await openMailFixture()
})
afterEach(() => delivery.stop())

describe('nothing is sent', () => {
  it('at night, not even what should have gone before', async () => {
    await delivery.notify([aNotice()], { at: new Date(at('2021-04-01T21:00')).toISOString() })
    await delivery.notify([aNotice({ entry: 4 })], { at: new Date(at('2021-04-01T19:00')).toISOString() })
    for (const night of ['2021-04-01T21:00', '2021-04-02T03:00', '2021-04-02T07:59']) {
      await delivery.deliver(night)
      expect(await delivery.subjects()).toEqual([])
    }
    await delivery.deliver('2021-04-02T08:00')
    expect(await delivery.subjects()).toHaveLength(2)
  })

  it('of a task that is done, but for what was decided, moved or stopped', async () => {
    const kinds = Object.keys(noticeLabels) as NoticeKind[]
    const notices = kinds.map((kind) => aNotice({ kind, deduplicationKey: kind }))
    await finish(delivery.models, aNotice())
    await delivery.notify(notices)
    await delivery.deliver()
    const kept = kinds.filter((kind) => !endsWithTask(kind))
    const cancelled = kinds.length - kept.length
    expect(await delivery.statuses()).toEqual({
      'email cancelled': cancelled,
      'email sent': kept.length,
      'inbox cancelled': cancelled,
      'inbox sent': kept.length,
    })
    expect(kept).toEqual([
      ...(['moved', 'hold', 'endHold', 'suspend', 'resume'] as const),
      ...(['released', 'withdrawn', 'replaced', 'outcome'] as const),
    ])
  })

  it('of a task that is done by the time the mail server is back', async () => {
    await delivery.server.goDown()
    await delivery.notify([aNotice(), aNotice({ entry: 4 })])
    await delivery.deliver()
    await finish(delivery.models, aNotice())
    await delivery.server.comeBack()
    await delivery.deliver('2021-04-01T10:00')
    expect(await delivery.subjects()).toHaveLength(1)
    expect(await delivery.statuses()).toEqual({ 'email cancelled': 1, 'email sent': 1, 'inbox sent': 2 })
    expect(await delivery.models.messages.countDocuments({ status: 'pending' })).toBe(0)
  })

  it('by mail where none is set up: it is declined, and nothing piles up', async () => {
    const silent = await openDelivery()
    try {
      await silent.models.people.create(
        aPerson({ webhook: { url: 'https://a.example.org', secret: 's', goneAt: null } }),
      )
      await silent.notify([aNotice(), aReminder()])
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
  await delivery.models.people.insertMany(persons)
  const notices = Array.from({ length: 10 }, (_, entry) =>
    entry % 2 ? aNotice({ entry }) : aReminder({ entry }),
  )
  await delivery.notify(
    notices.flatMap((notice) => persons.map(({ _id }) => ({ ...notice, user: _id, deduplicationKey: _id }))),
  )
  const second = delivery.employ()
  const drain = async (dispatcher: typeof second) => {
    while ((await dispatcher.deliverDue()) > 0);
  }
  await Promise.all([drain(delivery.dispatcher), drain(second)])
  await delivery.deliver()
  const arrived = await delivery.server.arrived()
  const digests = arrived.filter(({ mail }) => mail.subject?.includes('5项'))
  expect(sorted(digests.map(({ to }) => to[0]))).toEqual(sorted(persons.map(({ email }) => email)))
  expect(arrived).toHaveLength(20 + 20 * 5)
  expect(new Set(arrived.map(({ mail }) => mail.messageId)).size).toBe(120)
  expect(await delivery.statuses()).toEqual({ 'email sent': 200, 'inbox sent': 200 })
})

it('goes round by himself until he is stopped', async () => {
  const second = delivery.employ()
  const running = second.run()
  await delivery.notify([aNotice()])
  await vi.waitFor(
    async () => expect(await delivery.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 }),
    {
      timeout: 20_000,
    },
  )
  await second.stop()
  await running
})

it('waits for a database that is away, and says so once', async () => {
  const { connection } = delivery.models
  const uri = engines().mongoUri.replace('/zhigai?', `/${connection.name}?`)
  await delivery.notify([aNotice()])
  await connection.close()
  const running = delivery.dispatcher.run()
  const said = (text: string) => delivery.logged.filter((line) => line.includes(text)).length
  await vi.waitFor(() => expect(said('the dispatcher is interrupted')).toBe(1), { timeout: 20_000 })
  await connection.openUri(uri, { bufferCommands: false })
  await vi.waitFor(() => expect(said('the dispatcher is going again')).toBe(1), { timeout: 20_000 })
  await vi.waitFor(
    async () => expect(await delivery.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 }),
    {
      timeout: 20_000,
    },
  )
  expect(said('the dispatcher is interrupted')).toBe(1)
  await delivery.dispatcher.stop()
  await running
})

it('looks nothing up without an index', async () => {
  const { connection, notices, messages, tasks } = delivery.models
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
  await finish(delivery.models, aNotice({ task: 'hearing' }))
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
  await delivery.notify([aNotice(), aReminder(), aNotice({ task: 'hearing' })])
  const since = new Date()
  await db.command({ profile: 2 })
  await delivery.deliver()
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
  expect(await delivery.subjects()).toHaveLength(2)
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
