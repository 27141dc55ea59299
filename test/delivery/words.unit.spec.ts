import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'
import type { NoticeRecord } from '../../models/index.ts'
import { calendarOf } from '../../delivery/channels/calendar/calendar.ts'
import { mailTextOf } from '../../delivery/channels/email/mail-text.ts'
import { payloadOf } from '../../delivery/channels/webhook/webhook.ts'
import { subjectOf } from '../../delivery/words.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { textOf } from '../../policy/notices/notice-text.ts'
import { titleOf, titleOfLine } from '../../policy/notices/notice-title.ts'
import { dayWords } from '../../policy/words/date-words.ts'
import { chongqing } from '../fixtures.ts'
import { aLine, aReminder } from './fixture.ts'
import { aCase } from './samples.ts'

const { edition } = chongqing
const onTheDay = '2021-04-01'
const item = (notice: Partial<NoticeRecord> = {}, projectName = '齿轮生产线数字化改造') => {
  const line = aLine({ ...aReminder(), ...notice })
  const kase = { ...aCase(edition), name: projectName }
  const dated = nameOfTask(edition, line.task)
  return { notice: line, dated, projectName, text: textOf(edition, line, kase, onTheDay) }
}
const letter = (items: ReturnType<typeof item>[]) => ({
  id: 'of-a-test',
  to: { email: 'wang@example.org', webhook: null, language: 'both' as const },
  code: null,
  ended: [],
  brief: false,
  items,
  at: new Date(0),
})

it('writes days as officers do', () => {
  expect(dayWords('2021-04-09')).toEqual({ zh: '2021年4月9日 周五', en: '2021-04-09 Fri' })
  expect(dayWords('2021-12-26')).toEqual({ zh: '2021年12月26日 周日', en: '2021-12-26 Sun' })
})

describe('the title', () => {
  const over = { kind: 'after', days: -5, dueOn: '2021-03-25' } as const
  it.each([
    [{}, onTheDay, '区县核实还有5个工作日到期', 'District verification: due in 5 working days'],
    [{ days: 1 }, onTheDay, '区县核实还有1个工作日到期', 'District verification: due in 1 working day'],
    [{ unit: 'calendarDays' }, onTheDay, '区县核实还有5天到期', 'District verification: due in 5 days'],
    // Counted on another day: five days then are not five days now.
    [{}, '2021-04-02', '区县核实将于2021年4月9日 周五到期', 'District verification: due on 2021-04-09 Fri'],
    [
      {},
      '2021-04-12',
      '区县核实已超期（2021年4月9日 周五到期）',
      'District verification: overdue since 2021-04-09 Fri',
    ],
    [
      { kind: 'due', days: 0, dueOn: onTheDay },
      onTheDay,
      '区县核实今日到期',
      'District verification: due today',
    ],
    [over, onTheDay, '区县核实已超期5个工作日', 'District verification: overdue by 5 working days'],
    [
      { ...over, kind: 'escalation' },
      onTheDay,
      '超期上报：区县核实已超期5个工作日',
      'Overdue, reported to you: district verification: overdue by 5 working days',
    ],
    [{ kind: 'urge', dueOn: null }, onTheDay, '催办：区县核实', 'Urged: district verification'],
    [{ kind: 'opened' }, onTheDay, '新待办：区县核实', 'New task: district verification'],
    [
      { kind: 'outcome', event: 'approve', phase: 'certified' },
      onTheDay,
      '区县核实结果：认定入库',
      'Outcome of the district verification: certified',
    ],
    [
      { kind: 'outcome', event: 'refuseExtension', task: 'extensionDecision', phase: 'certified' },
      onTheDay,
      '延期审批结果：不同意延期',
      'Outcome of the decision on an extension: extension refused',
    ],
    [{ kind: 'hold' }, onTheDay, '暂停办理：区县核实', 'Held: district verification'],
    [{ kind: 'endHold' }, onTheDay, '恢复办理：区县核实', 'Goes on: district verification'],
    [
      { kind: 'moved', from: '2021-04-08' },
      onTheDay,
      '到期日调整：区县核实由2021年4月8日 周四改为2021年4月9日 周五到期',
      'Due date moved: district verification is due on 2021-04-09 Fri instead of 2021-04-08 Thu',
    ],
    [{ dueOn: null }, onTheDay, '区县核实即将到期', 'District verification: due soon'],
    [
      { kind: 'moved', dueOn: null },
      onTheDay,
      '到期日调整：区县核实',
      'Due date moved: district verification',
    ],
  ] as [Partial<NoticeRecord>, string, string, string][])('of %j on %s', (notice, today, zh, en) => {
    expect(titleOf(edition, aLine({ ...aReminder(), ...notice }), today)).toEqual({ zh, en })
  })

  it('names the period of a report', () => {
    const report = aLine({ task: 'progressReport', part: '2021Q3' })
    expect(titleOf(edition, report, onTheDay)).toEqual({
      zh: '新待办：项目进展填报（2021年第3季度）',
      en: 'New task: progress report (2021Q3)',
    })
  })
})

describe('the subject', () => {
  it('says what it is about, or how many there are', () => {
    expect(subjectOf(letter([item()]))).toBe('【智改】区县核实还有5个工作日到期（p-1）')
    expect(subjectOf(letter([item(), item()]))).toBe('【智改】今日提醒2项')
  })

  it('is one short line, whatever a project is called', () => {
    const subject = subjectOf(
      letter([item({}, `甲\r\nBcc: all@example.org\u2028\u202e乙${'长'.repeat(200)}`)]),
    )
    expect(subject).not.toMatch(/[\p{C}\u2028]/u)
    expect([...subject].length).toBeLessThanOrEqual(160)
    expect(subject).toBe('【智改】区县核实还有5个工作日到期（p-1）')
  })
})

describe('a mail', () => {
  const nasty = `<script>alert("1")</script> & 'co'`

  it('lets nobody write HTML', () => {
    const { html, text } = mailTextOf(letter([item({ words: nasty, article: nasty }, nasty)]))
    expect(html).not.toMatch(/<script|"1"|& '/)
    expect(
      html.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt; &amp; &#39;co&#39;/g),
    ).toHaveLength(6)
    expect(text).toContain(nasty)
  })

  it('breaks no number of a certificate, credit code or date, and lists what it holds, where it holds several', () => {
    const { html } = mailTextOf(letter([item(), item({}, '冲压线改造')]))
    for (const number of ['CQ-2021-500112-0001-7', '91500112MA5ABCD195', '2021-04-09'])
      expect(html).toContain(`<span style="white-space:nowrap">${number}</span>`)
    expect(html.match(/<li>.*<\/li>/g)).toEqual([
      '<li>区县核实还有5个工作日到期 · 齿轮生产线数字化改造</li>',
      '<li>区县核实还有5个工作日到期 · 冲压线改造</li>',
      '<li>District verification: due in 5 working days · 齿轮生产线数字化改造</li>',
      '<li>District verification: due in 5 working days · 冲压线改造</li>',
    ])
    expect(mailTextOf(letter([item()])).html).not.toContain('<li>')
  })

  it('has an end, however many items it has', () => {
    const { text, subject } = mailTextOf(letter(Array.from({ length: 5_000 }, () => item())))
    expect(subject).toBe('【智改】今日提醒5000项')
    expect(text.match(/^区县核实还有/gm)).toHaveLength(50)
    expect(text).toContain('另有4950项')
    expect(text.length).toBeLessThan(80_000)
  })
})

describe('a call', () => {
  it('says twenty kilobytes at the most, whatever projects are called, and how much it leaves out', () => {
    const names = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(names, fc.boolean(), (all, brief) => {
        const items = all.map((name) => item({}, name))
        const body = payloadOf({ ...letter(items), brief })
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000)
        const { data, more } = JSON.parse(body) as { data: { projectName: string }[]; more: number }
        expect(data.map(({ projectName }) => projectName)).toEqual(all.slice(0, all.length - more))
        expect(data.length).toBeGreaterThan(0)
        if (brief) expect(data).toHaveLength(1)
      }),
      { numRuns: 50 },
    )
  })
})

const unfolded = (text: string) => text.replaceAll('\r\n ', '').split('\r\n')

describe('a calendar', () => {
  const entry = {
    project: 'p-1',
    task: 'progressReport',
    part: '2021Q3',
    entry: 7,
    dueOn: '2021-10-15',
    title: '项目进展填报到期：甲；乙,丙\\丁',
    cancelled: false,
    revision: 8,
    stamp: new Date('2021-10-01T00:00:00Z'),
  }

  it.each(['Asia/Shanghai', 'America/Los_Angeles'])('shows the whole day, on a host in %s', (zone) => {
    const before = environment['TZ']
    environment['TZ'] = zone
    try {
      expect(unfolded(calendarOf([entry]))).toEqual(
        expect.arrayContaining([
          'METHOD:PUBLISH',
          'X-WR-TIMEZONE:Asia/Shanghai',
          'UID:p-1:progressReport:2021Q3:7@zhigai',
          'DTSTAMP:20211001T000000Z',
          'LAST-MODIFIED:20211001T000000Z',
          'SEQUENCE:8',
          'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
          'X-PUBLISHED-TTL:PT1H',
          'DTSTART;VALUE=DATE:20211015',
          'SUMMARY:项目进展填报到期：甲；乙\\,丙\\\\丁',
        ]),
      )
    } finally {
      if (before === undefined) delete environment['TZ']
      else environment['TZ'] = before
    }
  })

  it('has one event for a task: the latest', () => {
    const moved = { ...entry, dueOn: '2021-10-18', revision: 9 }
    for (const entries of [
      [entry, moved],
      [moved, entry],
    ]) {
      const lines = unfolded(calendarOf(entries))
      expect(lines.filter((line) => line.startsWith('DTSTART'))).toEqual(['DTSTART;VALUE=DATE:20211018'])
      expect(lines).toContain('SEQUENCE:9')
    }
  })

  it('takes a date away whose clock stands still, until a later revision sets it again', () => {
    expect(unfolded(calendarOf([entry]))).toContain('STATUS:CONFIRMED')
    const stopped = { ...entry, cancelled: true, revision: 9 }
    const goesOn = { ...entry, dueOn: '2021-10-29', revision: 10 }
    expect(unfolded(calendarOf([entry, stopped]))).toEqual(
      expect.arrayContaining(['STATUS:CANCELLED', 'SEQUENCE:9', 'DTSTART;VALUE=DATE:20211015']),
    )
    expect(unfolded(calendarOf([goesOn, stopped, entry]))).toEqual(
      expect.arrayContaining(['STATUS:CONFIRMED', 'SEQUENCE:10', 'DTSTART;VALUE=DATE:20211029']),
    )
  })

  it('may be empty', () => {
    expect(unfolded(calendarOf([]))).toContain('END:VCALENDAR')
  })
})

describe('the title of a line of the history', () => {
  const building = { certified: { construction: 'building', reporting: 'current' } }
  const deciding = { certified: { construction: { extensionDecision: 'claimed' }, reporting: 'current' } }
  it.each([
    ['grantExtension', deciding, building, '延期审批结果：同意延期'],
    ['refuseExtension', deciding, building, '延期审批结果：不同意延期'],
    ['refuseRevocation', deciding, building, '撤销审批结果：不予撤销'],
    ['revoke', deciding, 'revoked', '撤销审批结果：撤销认定'],
    ['requestExtension', building, deciding, '申请延期'],
    ['report', building, building, '填报进展'],
    ['return', { districtVerification: 'claimed' }, 'correction', '退回 → 企业补正'],
    ['claim', { districtVerification: 'unclaimed' }, { districtVerification: 'claimed' }, '签收'],
  ] as const)('is that of its own step: %s', (type, from, to, zh) => {
    const title = titleOfLine(chongqing.edition, { type, from, to })
    expect(title.zh).toBe(zh)
    expect(title.en).toMatch(/^[A-Z]/)
  })
})
