import { describe, expect, it } from 'vitest'
import { begun, named } from '../../policy/notices/notice-words.ts'
import { dateWords, dayWords, fullDayWords } from '../../policy/words/date-words.ts'
import { chongqing } from '../fixtures.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { capital } from '../../policy/words/capital.ts'
import { citationOf } from '../../policy/words/citation.ts'
import { lengthWords } from '../../policy/words/length-words.ts'

describe('where a rule stands', () => {
  const title = { zh: '认定', en: 'Certification' }
  const notices = {
    document: { zh: '通知', en: 'Notice' },
    laws: [{ cites: '民法典', zh: '中华人民共和国民法典', en: 'Civil Code' }],
    office: { zh: '{}', en: '{}' },
    contact: { zh: '{}', en: '{}' },
    remedies: { zh: '', en: '' },
  }

  it.each([
    ['an article of the notice', '二（三）', '《通知》二（三）', 'Notice, 二（三）'],
    [
      'a law that the edition names',
      '民法典 第二百零三条',
      '《中华人民共和国民法典》第二百零三条',
      'Civil Code, 第二百零三条',
    ],
    [
      'the same in one word',
      '民法典第二百零三条',
      '《中华人民共和国民法典》第二百零三条',
      'Civil Code, 第二百零三条',
    ],
    ['such a law as a whole', '民法典', '《中华人民共和国民法典》', 'Civil Code'],
    ['another law', '公务员法 第五十九条', '《公务员法》第五十九条', '公务员法, 第五十九条'],
    ['another law, in one word', '信访条例第十条', '《信访条例》第十条', '信访条例, 第十条'],
    [
      'a text that speaks of a law',
      '见 公务员法 第五十九条',
      '《通知》见 公务员法 第五十九条',
      'Notice, 见 公务员法 第五十九条',
    ],
    ['no article', '', '《通知》', 'Notice'],
  ])('is told with the title of the document: %s', (_, article, zh, en) => {
    expect(citationOf({ title, notices }, article)).toEqual({ zh, en })
  })

  it('is told with the title of an edition that has no notice', () => {
    expect(citationOf({ title }, '1.2')).toEqual({ zh: '《认定》1.2', en: 'Certification, 1.2' })
    expect(citationOf({ title }, '')).toEqual({ zh: '《认定》', en: 'Certification' })
  })
})

describe('how long something takes', () => {
  it.each([
    [1, 'workingDays', '1个工作日', '1 working day'],
    [5, 'workingDays', '5个工作日', '5 working days'],
    [1, 'calendarDays', '1天', '1 day'],
    [30, 'calendarDays', '30天', '30 days'],
    [2, null, '2天', '2 days'],
  ] as const)('%i %s', (days, unit, zh, en) => {
    expect(lengthWords(days, unit)).toEqual({ zh, en })
  })
})

describe('a day', () => {
  it('is written under a letter, in a list and in a sentence', () => {
    expect(dateWords('2021-04-09')).toEqual({ zh: '2021年4月9日', en: '2021-04-09' })
    expect(dayWords('2021-04-09')).toEqual({ zh: '2021年4月9日 周五', en: '2021-04-09 Fri' })
    expect(fullDayWords('2021-12-26')).toEqual({ zh: '2021年12月26日（周日）', en: '2021-12-26 (Sun)' })
  })

  it('has its day of the week', () => {
    const week = Array.from({ length: 7 }, (_, day) => dayWords(`2021-08-0${day + 1}`))
    expect(week.map(({ zh }) => zh.slice(-1)).join('')).toBe('日一二三四五六')
    expect(week.map(({ en }) => en.slice(-3))).toEqual(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'])
  })
})

describe('a task of a period', () => {
  it.each([
    ['2021Q3', '项目进展填报（2021年第3季度）', 'progress report (2021Q3)'],
    ['2021M07', '项目进展填报（2021M07）', 'progress report (2021M07)'],
    ['2021Q5', '项目进展填报（2021Q5）', 'progress report (2021Q5)'],
    ['12021Q3', '项目进展填报（12021Q3）', 'progress report (12021Q3)'],
    ['2021Q31', '项目进展填报（2021Q31）', 'progress report (2021Q31)'],
    [null, '项目进展填报', 'progress report'],
  ])('%s', (period, zh, en) => {
    expect(nameOfTask(chongqing.edition, 'progressReport', period)).toEqual({ zh, en })
  })
})

it('several offices are named once each', () => {
  const [a, b] = [
    { zh: '甲', en: 'a' },
    { zh: '乙', en: 'b' },
  ]
  expect(named([a, b, a])).toEqual({ zh: '甲、乙', en: 'a and b' })
  expect(named([b])).toEqual(b)
})

it('a line begins with a capital', () => {
  expect(begun({ zh: 'a甲', en: 'the task' })).toEqual({ zh: 'a甲', en: 'The task' })
  expect([capital('of'), capital('')]).toEqual(['Of', ''])
})
