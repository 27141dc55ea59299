import type { StageOf } from '../../edition.ts'
import { withdrawal, type StageKind } from '../kind.ts'

/** The applicant mends what an officer returned; every review then looks at the new form anew. */
export const correction: StageKind<StageOf<'correction'>> = {
  zh: '补正',
  en: 'correction',
  state: (stage, routes) => ({
    on: {
      resubmit: routes.fromFirstReview(),
      ...withdrawal(stage, routes),
      ...(stage.deadline && { urge: [{}] }),
      ...(stage.lapse && { lapse: [{ target: `#${stage.lapse.to}` }] }),
    },
  }),
}
