import type { Case } from './case.ts'
import type { Refusal } from './errors.ts'
import type { ProjectEvent } from './events.ts'
import { fenToYuan, sumFen, yuanToFen } from './money.ts'

/** The lowest score of each level of GB/T 39116, from 规划级 up. */
const bands = [0.8, 1.8, 2.8, 3.8, 4.8]

/** The level that a score means (GB/T 39116): 0 below the first. */
export function assessedLevel(score: number): number {
  return bands.filter((lowest) => score >= lowest).length
}

/** So many times the total investment cannot be spent: the unit is wrong, or a digit. */
const mostTimes = 10n

/** Why what an event states cannot be, with what can; what is only unlikely is taken (`case-findings.ts`). */
export function findFactRefusal({ application }: Case, event: ProjectEvent): Refusal | undefined {
  if (event.type === 'completeAssessment') {
    const level = assessedLevel(event.score)
    if (event.level === level) return undefined
    const words = {
      zh: `测评得分 ${event.score} 对应 ${level} 级（GB/T 39116），与所填等级不符。`,
      en: `A score of ${event.score} is level ${level} (GB/T 39116), and not the level that is stated.`,
    }
    return { code: 'fact-not-possible', field: 'level', allowed: [String(level)], words }
  }
  if (event.type !== 'report') return undefined
  const most = yuanToFen(application.totalInvestment) * mostTimes
  if (sumFen(event.invested) <= most) return undefined
  const words = {
    zh: `已完成投资不可能超过总投资 ${application.totalInvestment} 元的 ${mostTimes} 倍，请核对单位是否为元。`,
    en: `More than ${mostTimes} times the total investment of ${application.totalInvestment} yuan cannot be spent: look at the unit.`,
  }
  return { code: 'fact-not-possible', field: 'invested', allowed: ['0.00', fenToYuan(most)], words }
}
