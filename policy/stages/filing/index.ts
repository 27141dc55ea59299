import type { StageOf } from '../../edition/edition.ts'
import { amendment, withdrawal } from '../arrows.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Kind } from '../kind.ts'

/** The applicant submits what it has prepared (二（二）企业申请). */
export const filing: Kind<StageOf<'filing'>> = {
  zh: '申请',
  en: 'filing',
  inOrder: true,
  answers: ({ answers }) => ({ submit: 'next', ...answers }),
  stay: () => ({}),
  state: (stage, routes) => ({
    on: { submit: routes.of(stage.id, 'submit'), ...amendment(stage, routes), ...withdrawal(stage, routes) },
  }),
  duties: (stage, { case: kept }) => [dutyOfStage(stage, kept)],
  rule: (_edition, stage) =>
    ruleOfStage(stage, { zh: '填报并提交申请', en: 'complete and submit the application' }),
  remember: (_stage, kept, event, { on }) => (event.type === 'submit' ? { ...kept, askedOn: on } : kept),
}
