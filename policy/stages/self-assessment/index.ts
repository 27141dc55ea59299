import type { StageOf } from '../../edition.ts'
import { amendment, withdrawal, type StageKind } from '../kind.ts'

/** The applicant measures itself and declares the result (二（一）企业评测). */
export const selfAssessment: StageKind<StageOf<'selfAssessment'>> = {
  zh: '自评',
  en: 'self-assessment',
  state: (stage, routes) => ({
    on: {
      completeAssessment: routes.after(stage.id),
      ...amendment(stage, routes),
      ...withdrawal(stage, routes),
    },
  }),
}
