import type { Application } from './application.ts'
import type { Edition, Words } from './edition.ts'
import { bringsForm, type CaseEvent, type ProjectEvent } from './events.ts'
import { fenToYuan, sumFen, writeYuan, yuanToFen } from './money.ts'
import { addMonths } from './periods.ts'
import type { Supervision } from './supervision.ts'

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
  kindsNotPlanned: (kinds, { vocabulary }) =>
    listed(
      kinds,
      vocabulary.investment,
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
  effectsNotPromised: (effects, { vocabulary }) =>
    listed(
      effects,
      vocabulary.effects,
      '申请中未列明的成效',
      'Effects that the application does not promise',
    ),
  noEffect: () => ({ zh: '申请所列成效均未取得', en: 'None of the promised effects is reached.' }),
} satisfies Record<string, (facts: string[], edition: Edition) => Words>

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

/** What of a case findings rest on. */
type Stated = { application: Application; supervision?: Supervision; findings?: CaseFinding[] }

/** A finding in words. */
export function wordsOfFinding(edition: Edition, { finding, facts }: CaseFinding): Words {
  return findings[finding](facts, edition)
}

/** The case with what is unlikely in an event of a day; a new form of the application is looked at anew. */
export function withFindings<C extends Stated>(before: Stated, after: C, event: CaseEvent, on: string): C {
  if (bringsForm(event)) return withFormFindings(after, event.type, on)
  const found = unlikelyIn(before, event, on)
  return found.length === 0 ? after : { ...after, findings: [...(after.findings ?? []), ...found] }
}

/** The case with what is unlikely in its application, which was filed with an event on a day. */
export function withFormFindings<C extends Stated>(kept: C, event: CaseFinding['event'], on: string): C {
  const found = unlikelyInForm(kept.application, on).map((each) => ({ ...each, event, on }))
  return found.length > 0 || kept.findings ? { ...kept, findings: found } : kept
}

type Found = Omit<CaseFinding, 'on' | 'event'>

const longestMonths = 60

function unlikelyInForm({ startOn, completeOn }: Application, on: string): Found[] {
  return those([
    [completeOn > addMonths(startOn, longestMonths), 'longConstruction', [startOn, completeOn]],
    [startOn > on, 'startsLater', [startOn]],
  ])
}

function unlikelyIn(kept: Stated, event: CaseEvent, on: string): CaseFinding[] {
  const dated = (found: Found[], type: ProjectEvent['type']) =>
    found.map((each) => ({ ...each, event: type, on }))
  if (event.type === 'report') return dated(unlikelyInReport(kept, event, on), event.type)
  return event.type === 'complete' ? dated(unlikelyInCompletion(kept, event), event.type) : []
}

function unlikelyInReport(
  { application, supervision }: Stated,
  { percent, invested }: Extract<ProjectEvent, { type: 'report' }>,
  on: string,
): Found[] {
  const { startOn, totalInvestment, investment } = application
  const earlier = supervision?.reports ?? []
  const highest = Math.max(0, ...earlier.map((report) => report.percent))
  const most = earlier
    .map((report) => yuanToFen(report.invested ?? '0'))
    .reduce((a, b) => (a > b ? a : b), 0n)
  const kinds = Object.keys(invested)
  const spent = sumFen(invested)
  const notPlanned = kinds.filter((kind) => !Object.hasOwn(investment, kind))
  return those([
    [percent > 0 && on < startOn, 'notBegun', [startOn]],
    [percent < highest, 'percentFell', [String(highest), String(percent)]],
    [kinds.length > 0 && spent < most, 'investedFell', [fenToYuan(most), fenToYuan(spent)]],
    [spent > yuanToFen(totalInvestment), 'investedAboveTotal', [fenToYuan(spent), totalInvestment]],
    [notPlanned.length > 0, 'kindsNotPlanned', notPlanned],
    [percent === 100, 'doneNotCompleted', []],
  ])
}

function unlikelyInCompletion(
  { application, supervision }: Stated,
  { completedOn, effects }: Extract<ProjectEvent, { type: 'complete' }>,
): Found[] {
  const promised = application.effects
  const more = effects.filter((effect) => !promised.includes(effect))
  const later = supervision?.reports.findLast(({ on, percent }) => on > completedOn && percent < 100)
  const isMissed = promised.length > 0 && !promised.some((effect) => effects.includes(effect))
  return those([
    [later !== undefined, 'completedBeforeReport', [completedOn, later?.on ?? '', String(later?.percent)]],
    [more.length > 0, 'effectsNotPromised', more],
    [isMissed, 'noEffect', []],
  ])
}

function those(list: [holds: boolean, finding: Found['finding'], facts: string[]][]): Found[] {
  return list.filter(([holds]) => holds).map(([, finding, facts]) => ({ finding, facts }))
}

function listed(ids: string[], terms: (Words & { id: string })[], zh: string, en: string): Words {
  const named = ids.map((id) => terms.find((term) => term.id === id) ?? { zh: id, en: id })
  return {
    zh: `${zh}：${named.map((each) => each.zh).join('、')}`,
    en: `${en}: ${named.map((each) => each.en).join(', ')}.`,
  }
}
