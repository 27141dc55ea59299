import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMailer } from '../../notices/email.ts'
import { mostAttempts } from '../../notices/retries.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { addProject, aNotice, aPerson, aReminder, at, finish, openPost, type Post } from './post.ts'

const hour = 3_600_000
let server: MailServer
let post: Post
beforeEach(async () => {
  server = await startMailServer()
  const email = createMailer(server.url, 'zhigai@example.org')
  post = await openPost({ email, webhook: null })
  await post.models.people.create(aPerson())
  await addProject(post.models, 'p-1', '齿轮生产线数字化改造')
})
afterEach(async () => {
  await post.stop()
  await server.stop()
})

const subjects = async () => (await server.arrived()).map(({ mail }) => mail.subject).toSorted()

describe('a mail', () => {
  it('says what is to be done until when, to one address, with the date for a calendar', async () => {
    await post.tell([aReminder({ words: '<b>请尽快</b>' })])
    await post.deliver()
    const [arrived, ...others] = await server.arrived()
    expect(others).toEqual([])
    const { to, mail } = arrived ?? expect.fail('no mail arrived')
    expect(to).toEqual(['wang@example.org'])
    expect(mail.subject).toBe('【智改】区县核实还有5个工作日到期：齿轮生产线数字化改造')
    expect(mail.from?.text).toContain('zhigai@example.org')
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail.text).toContain('查看：https://zhigai.example.org/projects/p-1')
    expect(mail.text).toContain('district verification: due in 5 working days')
    expect(mail.html).toContain('&lt;b&gt;请尽快&lt;/b&gt;')
    const [calendar] = mail.attachments
    expect(calendar).toMatchObject({ filename: 'zhigai.ics', contentType: 'text/calendar' })
    const ics = String(calendar?.content).replaceAll('\r\n ', '')
    expect(ics).toContain('METHOD:PUBLISH\r\n')
    expect(ics).toContain('UID:p-1:districtVerification::3@zhigai\r\n')
    expect(ics).toContain('DTSTART;VALUE=DATE:20210409\r\n')
    expect(ics).toContain('SUMMARY:区县核实到期：齿轮生产线数字化改造\r\n')
    expect(await post.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
  })

  it('has no calendar where there is no date', async () => {
    await post.tell([aNotice({ dueOn: null })])
    await post.deliver()
    const [arrived] = await server.arrived()
    expect(arrived?.mail.attachments).toEqual([])
    expect(arrived?.mail.subject).toBe('【智改】新待办：区县核实：齿轮生产线数字化改造')
  })

  it('has no header that somebody else wrote, and goes to nobody else', async () => {
    const name = '齿轮\r\nBcc: all@example.org\r\n\r\n<p>甲</p>'
    await addProject(post.models, 'p-2', '齿轮')
    await post.models.projects.updateOne({ _id: 'p-2' }, { $set: { 'state.case.application.name': name } })
    await post.tell([aNotice({ words: 'x\r\nBcc: all@example.org' })], { project: 'p-2' })
    await post.deliver()
    const [arrived] = await server.arrived()
    expect(arrived?.to).toEqual(['wang@example.org'])
    expect(arrived?.mail.subject).toContain('齿轮 Bcc: all@example.org <p>甲</p>')
    expect(arrived?.mail.headers.has('bcc')).toBe(false)
    expect(arrived?.raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc/im)
  })

  it.each(['a@example.org,b@example.org', 'a@example.org\r\nBcc: b@example.org', '"a" <a@example.org>'])(
    'is not sent to %j, which is more than an address',
    async (email) => {
      await post.models.people.updateOne({ _id: 'wang' }, { $set: { email } })
      await post.tell([aNotice()])
      await post.deliver()
      expect(await server.arrived()).toEqual([])
      expect(await post.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    },
  )

  it('is one, however often it is told and carried', async () => {
    for (let time = 0; time < 10; time += 1) {
      await post.tell([aNotice()])
      await post.deliver()
    }
    expect(await subjects()).toHaveLength(1)
  })
})

describe('the digest', () => {
  it('gathers what reminds of due dates into one mail a day; the rest goes on its own', async () => {
    const reminders = [1, 2, 3].map((entry) => aReminder({ entry }))
    await post.tell([
      ...reminders,
      aNotice({ kind: 'due', entry: 4, dueOn: '2021-04-01', days: 0 }),
      aNotice(),
    ])
    await post.deliver()
    const arrived = await server.arrived()
    expect(arrived.map(({ mail }) => mail.subject).toSorted()).toEqual([
      '【智改】今日提醒4项',
      '【智改】新待办：区县核实：齿轮生产线数字化改造',
    ])
    const digest = arrived.find(({ mail }) => mail.subject?.includes('4项'))?.mail
    expect(digest?.text?.match(/区县核实还有5个工作日到期/g)).toHaveLength(3)
    expect(digest?.text).toContain('区县核实今日到期')
    expect(String(digest?.attachments[0]?.content).match(/BEGIN:VEVENT/g)).toHaveLength(4)
  })

  it('of another day has what came too late for it, with dates instead of counted days', async () => {
    await post.tell([aReminder()])
    await post.deliver()
    await post.tell([aReminder({ entry: 9 })])
    await post.deliver()
    expect(await subjects()).toHaveLength(1)
    await post.deliver('2021-04-02T08:29')
    expect(await subjects()).toEqual([])
    await post.deliver('2021-04-02T08:30')
    expect(await subjects()).toEqual(['【智改】区县核实将于2021年4月9日 周五到期：齿轮生产线数字化改造'])
  })

  it('does not go before 08:30 with what was left from the day before', async () => {
    await post.tell([aReminder()])
    await post.tell([aReminder({ entry: 9 })], { at: new Date(at('2021-04-02T00:10')).toISOString() })
    await post.deliver('2021-04-02T08:10')
    expect(await subjects()).toEqual([])
    await post.deliver('2021-04-02T08:30')
    expect(await subjects()).toEqual(['【智改】今日提醒2项'])
  })

  it('is one although there are more reminders than one pass sorts', async () => {
    await post.tell(Array.from({ length: 1_100 }, (_, entry) => aReminder({ entry })))
    await post.deliver()
    expect(await subjects()).toEqual(['【智改】今日提醒1100项'])
  })
})

describe('nothing is sent', () => {
  it('at night, not even what should have gone before', async () => {
    await post.tell([aNotice()], { at: new Date(at('2021-04-01T21:00')).toISOString() })
    await post.tell([aNotice({ entry: 4 })], { at: new Date(at('2021-04-01T19:00')).toISOString() })
    for (const night of ['2021-04-01T21:00', '2021-04-02T03:00', '2021-04-02T07:59']) {
      await post.deliver(night)
      expect(await subjects()).toEqual([])
    }
    await post.deliver('2021-04-02T08:00')
    expect(await subjects()).toHaveLength(2)
  })

  it('of a task that is done, but for what was decided or moved', async () => {
    const kinds = ['opened', 'before', 'due', 'after', 'escalation', 'urge', 'moved', 'outcome'] as const
    const notices = kinds.map((kind) => aNotice({ kind, occasion: kind }))
    await finish(post.models, aNotice())
    await post.tell(notices)
    await post.deliver()
    expect(await post.statuses()).toEqual({
      'email moot': 6,
      'email sent': 2,
      'inbox moot': 6,
      'inbox sent': 2,
    })
    expect(await subjects()).toEqual([
      '【智改】办理结果：区县核实：齿轮生产线数字化改造',
      '【智改】区县核实到期日调整为2021年4月9日 周五：齿轮生产线数字化改造',
    ])
  })

  it('of a task that is done by the time the mail server is back', async () => {
    await server.goDown()
    await post.tell([aNotice(), aNotice({ entry: 4 })])
    await post.deliver()
    await finish(post.models, aNotice())
    await server.comeBack()
    await post.deliver('2021-04-01T10:00')
    expect(await subjects()).toHaveLength(1)
    expect(await post.statuses()).toEqual({ 'email moot': 1, 'email sent': 1, 'inbox sent': 2 })
    expect(await post.models.messages.countDocuments({ status: 'pending' })).toBe(0)
  })

  it('by mail where none is set up: it is declined, and nothing piles up', async () => {
    const silent = await openPost()
    try {
      await silent.models.people.create(aPerson({ webhook: { url: 'https://a.example.org', secret: 's' } }))
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

it('two postmen at once carry two hundred notices once each', async () => {
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
  const drain = async (postman: typeof second) => {
    while ((await postman.deliverDue()) > 0);
  }
  await Promise.all([drain(post.postman), drain(second)])
  await post.deliver()
  const arrived = await server.arrived()
  const digests = arrived.filter(({ mail }) => mail.subject?.includes('5项'))
  expect(digests.map(({ to }) => to[0]).toSorted()).toEqual(persons.map(({ email }) => email).toSorted())
  expect(arrived).toHaveLength(20 + 20 * 5)
  expect(new Set(arrived.map(({ mail }) => mail.messageId)).size).toBe(120)
  expect(await post.statuses()).toEqual({ 'email sent': 200, 'inbox sent': 200 })
})

describe('a mail server that is down', () => {
  /** Moves the clock to the next moment at which something is tried; nothing, if nothing is waiting. */
  const nextTry = async () => {
    const waiting = await post.models.messages
      .findOne({ status: 'pending' })
      .sort({ nextAttemptAt: 1 })
      .lean()
    if (waiting) post.clock.ms = Math.max(post.clock.ms, waiting.nextAttemptAt.getTime())
    return waiting !== null
  }

  it('is asked again after longer and longer pauses, until the mail is dead; then somebody sends it again', async () => {
    await server.goDown()
    await post.tell([aNotice()])
    const pauses: number[] = []
    do {
      const before = post.clock.ms
      await post.deliver()
      const message = await post.models.messages.findOne().lean()
      if (message?.status === 'pending') pauses.push(message.nextAttemptAt.getTime() - before)
    } while ((await nextTry()) && (post.clock.ms = daytime(post.clock.ms)))
    expect(pauses).toHaveLength(mostAttempts - 1)
    for (const [index, seconds] of [30, 120, 600, 3_600, 14_400, 43_200, 86_400].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(seconds * 1_000)
      expect(pauses[index]).toBeLessThanOrEqual(seconds * 1_100)
    }
    const dead = await post.models.messages.findOne().lean()
    expect(dead).toMatchObject({ status: 'dead', attempts: mostAttempts })
    expect(dead?.error).toContain('ECONNREFUSED')
    expect(await post.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    expect(post.logged.join('')).not.toContain('wang')

    await server.comeBack()
    const id = dead?._id ?? expect.fail('there is no message')
    await post.deliver()
    expect(await server.arrived()).toEqual([])
    expect(await post.postman.resend(id)).toBe(true)
    await post.deliver()
    expect(await subjects()).toHaveLength(1)
    expect(await post.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
    expect(await post.postman.resend(id)).toBe(false)
  })

  it('gets each mail when it is back', async () => {
    await server.goDown()
    await post.tell([aNotice(), aReminder()])
    await post.deliver()
    expect(await post.statuses()).toEqual({ 'email pending': 2, 'inbox sent': 2 })
    await server.comeBack()
    await post.deliver('2021-04-01T09:01')
    expect(await subjects()).toHaveLength(2)
    expect(await post.statuses()).toEqual({ 'email sent': 2, 'inbox sent': 2 })
  })

  const daytime = (ms: number) => {
    const hours = new Date(ms + 8 * hour).getUTCHours()
    return hours >= 8 && hours < 20 ? ms : ms + 12 * hour
  }
})

describe('a postman who dies', () => {
  it('after sending, before writing it down, has the same mail sent again, with the same Message-ID', async () => {
    await post.tell([aNotice()])
    await post.deliver()
    await post.models.messages.updateMany(
      {},
      {
        $set: {
          status: 'pending',
          leasedUntil: new Date(post.clock.ms),
          nextAttemptAt: new Date(post.clock.ms),
        },
      },
    )
    await post.models.notices.updateMany({ channel: 'email' }, { $set: { status: 'pending' } })
    await post.deliver()
    const ids = (await server.arrived()).map(({ mail }) => mail.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('between his two marks has nothing sent again', async () => {
    await post.tell([aNotice()])
    await post.deliver()
    await post.models.messages.updateMany({}, { $set: { status: 'pending', nextAttemptAt: new Date(0) } })
    await post.deliver()
    expect(await subjects()).toHaveLength(1)
    expect(await post.models.messages.countDocuments({ status: 'sent' })).toBe(1)
  })

  it('between writing a message and linking its notices leaves nothing behind', async () => {
    await post.tell([aNotice(), aReminder()])
    await post.deliver()
    await post.models.notices.updateMany({ channel: 'email' }, { $set: { status: 'pending', message: null } })
    await post.models.messages.updateMany(
      {},
      { $set: { status: 'pending', attempts: 0, nextAttemptAt: new Date(post.clock.ms) } },
    )
    await server.arrived()
    await post.deliver()
    expect(await subjects()).toHaveLength(2)
    expect(await post.statuses()).toEqual({ 'email sent': 2, 'inbox sent': 2 })
  })
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
  expect(await subjects()).toHaveLength(2)
})

const aDecoy = (index: number) => ({
  ...aNotice(),
  _id: `n-${index}`,
  project: `q-${index}`,
  recipient: 'qian',
  channel: 'email',
  sendAt: new Date(0),
  at: new Date(0),
})
