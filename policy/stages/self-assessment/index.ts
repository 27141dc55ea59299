import type { StageOf } from '../../edition/edition.ts'
import { amendment, withdrawal } from '../arrows.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Kind } from '../kind.ts'

/** The lowest score of each level of GB/T 39116, from 规划级 up. */
const bands = [0.8, 1.8, 2.8, 3.8, 4.8]

/** The applicant measures itself and declares the result (二（一）企业评测). */
export const selfAssessment: Kind<StageOf<'selfAssessment'>> = {
  zh: '自评',
  en: 'self-assessment',
  inOrder: true,
  answers: ({ answers }) => ({ completeAssessment: 'next', ...answers }),
  stay: () => ({}),
  state: (stage, routes) => ({
    on: {
      completeAssessment: routes.of(stage.id, 'completeAssessment'),
      ...amendment(stage, routes),
      ...withdrawal(stage, routes),
    },
  }),
  duties: (stage, { case: kept }) => [dutyOfStage(stage, kept)],
  rule: (_edition, stage) => ruleOfStage(stage, { zh: '完成测评', en: 'complete the assessment' }),
  remember: (_stage, kept, event) =>
    event.type === 'completeAssessment'
      ? { ...kept, assessment: { score: event.score, level: event.level } }
      : kept,
  findRefusal(_stage, _kept, event) {
    if (event.type !== 'completeAssessment') return undefined
    const level = assessedLevel(event.score)
    if (event.level === level) return undefined
    const words = {
      zh: `测评得分 ${event.score} 对应 ${level} 级（GB/T 39116），与所填等级不符。`,
      en: `A score of ${event.score} is level ${level} (GB/T 39116), and not the level that is stated.`,
    }
    return { code: 'fact-not-possible', field: 'level', allowed: [String(level)], words }
  },
}

/** The level that a score means (GB/T 39116): 0 below the first. */
export function assessedLevel(score: number): number {
  return bands.filter((lowest) => score >= lowest).length
}
