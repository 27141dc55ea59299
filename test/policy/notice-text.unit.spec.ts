import { describe, expect, it } from 'vitest'
import { ruleOf } from '../../policy/notices/notice-rules.ts'
import { textOf } from '../../policy/notices/notice-text.ts'
import { titleOf } from '../../policy/notices/notice-title.ts'
import type { Arisen, NoticeCase } from '../../policy/notices/notice.ts'
import { ruleOfStage } from '../../policy/stages/duty-of-stage.ts'
import { chongqing, people } from '../fixtures.ts'
import { aNotice } from '../support/a-notice.ts'

const { edition } = chongqing
const today = '2021-03-24'
const kase: NoticeCase = {
  project: 'p-1',
  name: '齿轮生产线',
  enterprise: '齿轮公司',
  uscc: people.clerk.uscc,
  district: '渝北区',
  certificate: null,
}
const verification: Arisen = {
  ...aNotice({
    kind: 'before',
    deduplicationKey: 'before-3@2021-03-24',
    dueOn: '2021-03-29',
    days: 3,
    unit: 'workingDays',
    required: true,
  }),
  at: new Date(`${today}T08:30:00+08:00`),
}
const untilOf = (notice: Partial<Arisen>) =>
  textOf(edition, { ...verification, ...notice }, kase, today).until
const nothing = { zh: '收到本通知后无须办理。', en: 'There is nothing to be done.' }

describe('what a notice says is to be done', () => {
  it.each<[string, string | null, string, string]>([
    [
      'by the date',
      '2021-03-29',
      '请于2021年3月29日（周一）届满前办结。',
      'By the end of 2021-03-29 (Mon), please decide the case.',
    ],
    [
      'by the end of the day itself',
      today,
      '请于2021年3月24日（周三）届满前办结。',
      'By the end of 2021-03-24 (Wed), please decide the case.',
    ],
    ['at once, once the date has passed', '2021-03-23', '请立即办结。', 'At once, please decide the case.'],
    ['some time, where there is no date', null, '请办结。', 'Please decide the case.'],
  ])('is to be done %s', (_, dueOn, zh, en) => {
    expect(untilOf({ dueOn })).toEqual({ zh, en })
  })

  it('is for one of those who owe it, also where others are told too', () => {
    expect(untilOf({ roles: ['municipal', 'district'] }).en).toContain('please decide the case')
    expect(untilOf({ roles: ['enterprise'] })).toEqual(nothing)
    expect(untilOf({ task: 'correction', roles: ['enterpriseAdmin'] }).en).toContain('please correct')
  })

  it('is what a task within a stage asks for, too', () => {
    const reporting = { task: 'progressReport', part: '2021Q1', roles: ['enterprise'], dueOn: null }
    expect(untilOf(reporting).zh).toBe('请填报项目进展。')
  })

  it('is for a superior to see to it', () => {
    expect(untilOf({ kind: 'escalation', roles: ['municipal'] })).toEqual({
      zh: '请督促渝北区经济信息部门尽快办理。',
      en: 'Please see to it that the economic and information authority of 渝北区 does it.',
    })
  })

  it.each(['hold', 'suspend', 'released'] as const)('is nothing for anybody after %s', (kind) => {
    expect(untilOf({ kind })).toEqual(nothing)
  })

  it('is nothing where no rule of the edition knows the task', () => {
    expect(ruleOf(edition, 'squirrelVote')).toBeUndefined()
    expect(untilOf({ task: 'squirrelVote' })).toEqual(nothing)
  })
})

it('what is to be done rests on what is said of its date, or of its stage where it has none', () => {
  const stage = { id: 'look', by: ['district'], article: '一', source: 'notice' } as const
  const deadline = { days: 3, unit: 'workingDays', article: '二', source: 'default' } as const
  const reminders = { before: [1], required: true }
  const rules = [stage, { ...stage, deadline }, { ...stage, deadline: { ...deadline, reminders } }].map(
    (each) => ruleOfStage({ ...each, by: [...each.by] }, nothing),
  )
  expect(rules.map(({ source, reminders: told }) => [source, told])).toEqual([
    ['notice', undefined],
    ['default', undefined],
    ['default', reminders],
  ])
})

it.each<[Arisen['event'], string, string]>([
  ['return', '退回补正：企业补正', 'Returned for correction: correction'],
  ['submit', '新待办：企业补正', 'New task: correction'],
  ['lapse', '新待办：企业补正', 'New task: correction'],
  [null, '新待办：企业补正', 'New task: correction'],
])(
  'a new task is headed by what has made it somebody’s turn, where there is more to say: %s',
  (event, zh, en) => {
    const opened = { ...verification, kind: 'opened', task: 'correction', event } as const
    expect(titleOf(edition, opened, today)).toEqual({ zh, en })
  },
)
