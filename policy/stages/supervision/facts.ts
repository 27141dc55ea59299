import type { Case } from '../../case/case.ts'
import type { Refusal } from '../../errors.ts'
import type { CaseEvent, ProgressReport, ProjectEvent } from '../../case/events.ts'
import { those, type Unlikely } from '../../case/case-findings.ts'
import { planOf, type Plan } from '../../edition/plan.ts'
import type { Occasion } from '../kind.ts'
import { fenToYuan, sumFen, yuanToFen } from '../../edition/money.ts'

/** So many times the total investment cannot be spent: the unit is wrong, or a digit. */
const mostTimes = 10n

/** Why what a report states cannot be, with what can; what is only unlikely is taken. */
export function findFactRefusal(
  { application }: Case,
  event: ProjectEvent,
  { edition }: Occasion,
): Refusal | undefined {
  const { total } = planOf(edition, application)
  if (event.type !== 'report' || total === null) return undefined
  const most = yuanToFen(total) * mostTimes
  if (sumFen(event.invested) <= most) return undefined
  const words = {
    zh: `已完成投资不可能超过总投资 ${total} 元的 ${mostTimes} 倍，请核对单位是否为元。`,
    en: `More than ${mostTimes} times the total investment of ${total} yuan cannot be spent: look at the unit.`,
  }
  return { code: 'fact-not-possible', field: 'invested', allowed: ['0.00', fenToYuan(most)], words }
}

/** What is unlikely in a report or a completion: it is taken, and shown to whoever decides. */
export function findUnlikely(kept: Case, event: CaseEvent, { edition, on }: Occasion): Unlikely[] {
  const plan = planOf(edition, kept.application)
  if (event.type === 'report') return unlikelyInReport(plan, kept, event, on)
  return event.type === 'complete' ? unlikelyInCompletion(plan, kept, event) : []
}

function unlikelyInReport(
  { start, total, parts }: Plan,
  { supervision }: Case,
  { percent, invested }: ProgressReport,
  on: string,
): Unlikely[] {
  const earlier = supervision?.reports ?? []
  const highest = Math.max(0, ...earlier.map((report) => report.percent))
  const most = earlier
    .map((report) => yuanToFen(report.invested ?? '0'))
    .reduce((a, b) => (a > b ? a : b), 0n)
  const kinds = Object.keys(invested)
  const spent = sumFen(invested)
  const notPlanned = kinds.filter((kind) => !Object.hasOwn(parts, kind))
  return those([
    [start !== null && percent > 0 && on < start, 'notBegun', [start ?? '']],
    [percent < highest, 'percentFell', [String(highest), String(percent)]],
    [kinds.length > 0 && spent < most, 'investedFell', [fenToYuan(most), fenToYuan(spent)]],
    [total !== null && spent > yuanToFen(total), 'investedAboveTotal', [fenToYuan(spent), total ?? '']],
    [notPlanned.length > 0, 'kindsNotPlanned', notPlanned],
    [percent === 100, 'doneNotCompleted', []],
  ])
}

function unlikelyInCompletion(
  { effects: promised }: Plan,
  { supervision }: Case,
  { completedOn, effects }: Extract<ProjectEvent, { type: 'complete' }>,
): Unlikely[] {
  const more = effects.filter((effect) => !promised.includes(effect))
  const later = supervision?.reports.findLast(({ on, percent }) => on > completedOn && percent < 100)
  const isMissed = promised.length > 0 && !promised.some((effect) => effects.includes(effect))
  return those([
    [later !== undefined, 'completedBeforeReport', [completedOn, later?.on ?? '', String(later?.percent)]],
    [more.length > 0, 'effectsNotPromised', more],
    [isMissed, 'noEffect', []],
  ])
}
