import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addProject, aReminder, at } from './fixture.ts'
import { aNotice } from '../support/a-notice.ts'
import { openMailFixture, sorted, type MailFixture } from './mail-fixture.ts'

let delivery: MailFixture
beforeEach(async () => {
  delivery = await openMailFixture()
})
afterEach(() => delivery.stop())

describe('a mail', () => {
  it('says what is to be done until when, to one address, with the date for a calendar', async () => {
    await delivery.notify([aReminder({ words: '<b>请尽快</b>' })])
    await delivery.deliver()
    const [arrived, ...others] = await delivery.server.arrived()
    expect(others).toEqual([])
    const { to, mail } = arrived ?? expect.fail('no mail arrived')
    expect(to).toEqual(['wang@example.org'])
    expect(mail.subject).toBe('【智改】区县核实还有5个工作日到期（p-1）')
    expect(mail.from?.text).toContain('zhigai@example.org')
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail.text).toContain(
      '依据：《重庆市经济和信息化委员会关于开展2021年重庆市智能化改造项目认定工作的通知》二（三）',
    )
    expect(mail.text).toContain('District verification: due in 5 working days')
    expect(`${mail.text}${String(mail.html)}`).not.toContain('http')
    expect(mail.html).toContain('&lt;b&gt;请尽快&lt;/b&gt;')
    const [calendar] = mail.attachments
    expect(calendar).toMatchObject({ filename: 'zhigai.ics', contentType: 'text/calendar' })
    const ics = String(calendar?.content).replaceAll('\r\n ', '')
    expect(ics).toContain('METHOD:PUBLISH\r\n')
    expect(ics).toContain('UID:p-1:districtVerification::3@zhigai\r\n')
    expect(ics).toContain('DTSTART;VALUE=DATE:20210409\r\n')
    expect(ics).toContain('SUMMARY:区县核实到期：齿轮生产线数字化改造\r\n')
    expect(await delivery.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
  })

  it('has no calendar where there is no date', async () => {
    await delivery.notify([aNotice({ dueOn: null })])
    await delivery.deliver()
    const [arrived] = await delivery.server.arrived()
    expect(arrived?.mail.attachments).toEqual([])
    expect(arrived?.mail.subject).toBe('【智改】新待办：区县核实（p-1）')
  })

  it('has no header that somebody else wrote, and goes to nobody else', async () => {
    const name = '齿轮\r\nBcc: all@example.org\r\n\r\n<p>甲</p>'
    await addProject(delivery.models, 'p-2', '齿轮')
    await delivery.models.projects.updateOne(
      { _id: 'p-2' },
      { $set: { 'state.case.application.name': name } },
    )
    await delivery.notify([aNotice({ words: 'x\r\nBcc: all@example.org' })], { project: 'p-2' })
    await delivery.deliver()
    const [arrived] = await delivery.server.arrived()
    expect(arrived?.to).toEqual(['wang@example.org'])
    expect(arrived?.mail.subject).toBe('【智改】新待办：区县核实（p-2）')
    expect(arrived?.mail.headers.has('bcc')).toBe(false)
    expect(arrived?.raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc/im)
  })

  it.each(['a@example.org,b@example.org', 'a@example.org\r\nBcc: b@example.org', '"a" <a@example.org>'])(
    'is not sent to %j, which is more than an address',
    async (email) => {
      await delivery.models.people.updateOne({ _id: 'wang' }, { $set: { email } })
      await delivery.notify([aNotice()])
      await delivery.deliver()
      expect(await delivery.server.arrived()).toEqual([])
      expect(await delivery.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    },
  )

  it('is one, however often it is told and carried', async () => {
    for (let time = 0; time < 10; time += 1) {
      await delivery.notify([aNotice()])
      await delivery.deliver()
    }
    expect(await delivery.subjects()).toHaveLength(1)
  })
})

const urged = (entry: number) => aNotice({ kind: 'urge', deduplicationKey: 'urge@2021-04-01', entry })

describe('what an officer urges in one go', () => {
  it('is one mail, however many tasks it is about', async () => {
    await delivery.notify([urged(3), urged(4), urged(5)])
    await delivery.deliver()
    expect(await delivery.subjects()).toEqual([expect.stringContaining('催办3项')])
    expect(await delivery.models.messages.countDocuments()).toBe(1)
  })

  it('is told all the same, where a part of it comes after the mail has gone', async () => {
    await delivery.notify([urged(3)])
    await delivery.deliver()
    await delivery.notify([urged(4)])
    await delivery.deliver()
    expect(await delivery.subjects()).toHaveLength(2)
    expect(await delivery.models.notices.countDocuments({ status: 'pending' })).toBe(0)
  })
})

describe('the digest', () => {
  it('gathers what reminds of due dates into one mail a day; the rest goes on its own', async () => {
    const reminders = [1, 2, 3].map((entry) => aReminder({ entry }))
    await delivery.notify([
      ...reminders,
      aNotice({ kind: 'due', entry: 4, dueOn: '2021-04-01', days: 0 }),
      aNotice(),
    ])
    await delivery.deliver()
    const arrived = await delivery.server.arrived()
    expect(sorted(arrived.map(({ mail }) => mail.subject))).toEqual([
      '【智改】今日提醒4项',
      '【智改】新待办：区县核实（p-1）',
    ])
    const digest = arrived.find(({ mail }) => mail.subject?.includes('4项'))?.mail
    expect(digest?.text?.match(/^区县核实还有5个工作日到期/gm)).toHaveLength(3)
    expect(digest?.text).toContain('区县核实今日到期')
    expect(String(digest?.attachments[0]?.content).match(/BEGIN:VEVENT/g)).toHaveLength(4)
  })

  it('of another day has what came too late for it, with dates instead of counted days', async () => {
    await delivery.notify([aReminder()])
    await delivery.deliver()
    await delivery.notify([aReminder({ entry: 9 })])
    await delivery.deliver()
    expect(await delivery.subjects()).toHaveLength(1)
    await delivery.deliver('2021-04-02T08:29')
    expect(await delivery.subjects()).toEqual([])
    await delivery.deliver('2021-04-02T08:30')
    expect(await delivery.subjects()).toEqual(['【智改】区县核实将于2021年4月9日 周五到期（p-1）'])
  })

  it('does not go before 08:30 with what was left from the day before', async () => {
    await delivery.notify([aReminder()])
    await delivery.notify([aReminder({ entry: 9 })], { at: new Date(at('2021-04-02T00:10')).toISOString() })
    await delivery.deliver('2021-04-02T08:10')
    expect(await delivery.subjects()).toEqual([])
    await delivery.deliver('2021-04-02T08:30')
    expect(await delivery.subjects()).toEqual(['【智改】今日提醒2项'])
  })

  it('is one although there are more reminders than one pass sorts', async () => {
    await delivery.notify(Array.from({ length: 1_100 }, (_, entry) => aReminder({ entry })))
    await delivery.deliver()
    expect(await delivery.subjects()).toEqual(['【智改】今日提醒1100项'])
  })
})
