import type { StateValue } from 'xstate'
import { phaseOf } from '../case/phase.ts'
import { endOf } from '../edition/ends.ts'
import type { Edition, Stage, Words } from '../edition/edition.ts'
import { correction } from './correction/index.ts'
import { filing } from './filing/index.ts'
import { jointReview } from './joint-review/index.ts'
import type { Kind, Kinds, SuspensionGround } from './kind.ts'
import { publicNotice } from './public-notice/index.ts'
import { report } from './report/index.ts'
import { review } from './review/index.ts'
import { selfAssessment } from './self-assessment/index.ts'
import { supervision } from './supervision/index.ts'

/** The closed set of kinds of stage: a new kind in the schema does not compile until it stands here. */
const kinds = {
  selfAssessment,
  filing,
  review,
  jointReview,
  report,
  publicNotice,
  correction,
  supervision,
} satisfies Kinds

/** The law of a stage, by its kind. */
export function kindOf({ kind }: Pick<Stage, 'kind'>): Kind {
  const all: Record<Stage['kind'], Kind> = kinds
  return all[kind]
}

const laws: Kind[] = Object.values(kinds)

/** The words for tasks that are no stage of their own, of every kind. */
export const taskLabels: Record<string, Words> = Object.assign({}, ...laws.map(({ tasks }) => tasks))
/** The words for the states within a stage, of every kind. */
export const stateLabels: Record<string, Words> = Object.assign({}, ...laws.map((law) => law.stateLabels))
/** The words for regions, which are no states of their own. */
export const regionLabels: Record<string, Words> = Object.assign({}, ...laws.map(({ regions }) => regions))

/** The stage that a state belongs to; none at an end. */
export function stageAt({ stages }: Pick<Edition, 'stages'>, value: StateValue): Stage | undefined {
  return stages.find(({ id }) => id === phaseOf(value))
}

/** Whether cases pass a stage in the order of the edition; others are entered only where an answer names them. */
export function isInOrder(stage: Stage): boolean {
  return kindOf(stage).inOrder && !('aside' in stage && stage.aside)
}

/** Whether a stage is a review that cases pass in the order of the edition. */
export function isReview(stage: Stage): boolean {
  return kindOf(stage).examines === true && isInOrder(stage)
}

/** The stage or the end at which a case gets its certificate: where the edition says, where its supervision begins, or at the end. */
export function certificateAt(edition: Pick<Edition, 'stages' | 'ends' | 'certificate'>): string | undefined {
  const certifying = edition.stages.find((stage) => kindOf(stage).certifies)
  return edition.certificate.issuedAt ?? (certifying ?? endOf(edition, 'certified'))?.id
}

/** Whether a case at a stage has its certificate: it is where that is issued, or behind it in the edition. */
export function isCertifiedAt(
  edition: Pick<Edition, 'stages' | 'ends' | 'certificate'>,
  stage: Pick<Stage, 'id'>,
): boolean {
  const order = edition.stages.map(({ id }) => id)
  const issuing = order.indexOf(certificateAt(edition) ?? '')
  return issuing >= 0 && order.indexOf(stage.id) >= issuing
}

/** The parts that tasks have under an edition: the bodies of its joint reviews, who commissions a report jointly. */
export function partsIn({ stages }: Pick<Edition, 'stages'>): string[] {
  return [...new Set(stages.flatMap((stage) => kindOf(stage).parts?.(stage) ?? []))]
}

/** Every ground on which a clock may stand still under an edition. */
export function groundsIn({ stages }: Pick<Edition, 'stages'>): SuspensionGround[] {
  return stages.flatMap((stage) => kindOf(stage).grounds?.(stage) ?? [])
}
