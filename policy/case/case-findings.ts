import type { Application } from '../edition/application.ts'
import { termsFor, type FormDocument } from '../edition/form.ts'
import { planOf } from '../edition/plan.ts'
import type { Words } from '../edition/edition.ts'
import type { ProjectEvent } from './events.ts'
import { writeYuan } from '../edition/money.ts'
import { addMonths } from '../time/periods.ts'

/** The words of what is unlikely, from the facts that it rests on. */
const findings = {
  longConstruction: ([from, to]) => ({
    zh: `计划工期超过五年（${from}至${to}）`,
    en: `The construction is to take more than five years (${from} to ${to}).`,
  }),
  startsLater: ([startOn]) => ({
    zh: `申报时尚未开工（开工日期${startOn}）`,
    en: `It had not begun when this was filed (start ${startOn}).`,
  }),
  notBegun: ([startOn]) => ({
    zh: `开工日期（${startOn}）之前已填报进展`,
    en: `Progress is reported before the start (${startOn}).`,
  }),
  percentFell: ([from, to]) => ({
    zh: `完成比例由${from}%降为${to}%`,
    en: `The percentage done falls from ${from} to ${to}.`,
  }),
  investedFell: ([from = '0', to = '0']) => ({
    zh: `累计投入由${writeYuan(from)}降为${writeYuan(to)}`,
    en: `What is spent so far falls from ${from} to ${to} yuan.`,
  }),
  investedAboveTotal: ([invested = '0', total = '0']) => ({
    zh: `累计投入${writeYuan(invested)}，超过总投资${writeYuan(total)}`,
    en: `${invested} yuan are spent so far, more than the total investment of ${total} yuan.`,
  }),
  kindsNotPlanned: (kinds, edition) =>
    listed(
      kinds,
      termsFor(edition, 'parts'),
      '申请中没有的投资类别',
      'Kinds of investment that the application does not have',
    ),
  doneNotCompleted: () => ({
    zh: '完成比例已达100%，尚未报告完工',
    en: 'All is done by the report, and completion is not reported.',
  }),
  completedBeforeReport: ([completedOn, reportedOn, percent]) => ({
    zh: `完工日期${completedOn}早于${reportedOn}填报的进展，其时完成比例为${percent}%`,
    en: `It is said to have been completed on ${completedOn}, but the report of ${reportedOn} has ${percent} % done.`,
  }),
  effectsNotPromised: (effects, edition) =>
    listed(
      effects,
      termsFor(edition, 'effects'),
      '申请中未列明的成效',
      'Effects that the application does not promise',
    ),
  noEffect: () => ({ zh: '申请所列成效均未取得', en: 'None of the promised effects is reached.' }),
} satisfies Record<string, (facts: string[], edition: FormDocument) => Words>

/**
 * Something unlikely in what the applicant has stated: it is taken, and shown to whoever decides. The facts are those of the
 * day on which it was stated.
 */
export type CaseFinding = {
  finding: keyof typeof findings
  on: string
  /** What it was stated with. */
  event: 'file' | ProjectEvent['type']
  facts: string[]
}

/** A finding in words. */
export function wordsOfFinding(edition: FormDocument, { finding, facts }: CaseFinding): Words {
  return findings[finding](facts, edition)
}

/** Something unlikely, without when it was stated. */
export type Unlikely = Pick<CaseFinding, 'finding' | 'facts'>

const longestMonths = 60

/** What is unlikely in a form of the application that is filed on a day. */
export function unlikelyInForm(edition: FormDocument, application: Application, on: string): Unlikely[] {
  const { start, completion } = planOf(edition, application)
  if (start === null) return []
  const isLong = completion !== null && completion > addMonths(start, longestMonths)
  return those([
    [isLong, 'longConstruction', [start, completion ?? '']],
    [start > on, 'startsLater', [start]],
  ])
}

/** Of a list of what may be unlikely, that which is. */
export function those(list: [holds: boolean, finding: Unlikely['finding'], facts: string[]][]): Unlikely[] {
  return list.filter(([holds]) => holds).map(([, finding, facts]) => ({ finding, facts }))
}

function listed(ids: string[], terms: (Words & { id: string })[], zh: string, en: string): Words {
  const named = ids.map((id) => terms.find((term) => term.id === id) ?? { zh: id, en: id })
  return {
    zh: `${zh}：${named.map((each) => each.zh).join('、')}`,
    en: `${en}: ${named.map((each) => each.en).join(', ')}.`,
  }
}
