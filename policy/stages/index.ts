import type { Stage, StageOf } from '../edition.ts'
import { correction } from './correction/index.ts'
import { filing } from './filing/index.ts'
import type { Routes, StageKind, StageState } from './kind.ts'
import { review } from './review/index.ts'
import { selfAssessment } from './self-assessment/index.ts'
import { supervision } from './supervision/index.ts'

/** The closed set of kinds of stage: a new kind in the schema does not compile until it stands here. */
const stageKinds = { selfAssessment, filing, review, correction, supervision } satisfies {
  [K in Stage['kind']]: StageKind<StageOf<K>>
}

/** The state that a stage contributes to the machine, by its kind. */
export function stageState(stage: Stage, routes: Routes): StageState {
  switch (stage.kind) {
    case 'selfAssessment':
      return stageKinds.selfAssessment.state(stage, routes)
    case 'filing':
      return stageKinds.filing.state(stage, routes)
    case 'review':
      return stageKinds.review.state(stage, routes)
    case 'correction':
      return stageKinds.correction.state(stage, routes)
    case 'supervision':
      return stageKinds.supervision.state(stage, routes)
  }
}
