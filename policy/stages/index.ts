import type { Edition, Stage, Words } from '../edition/edition.ts'
import { correction } from './correction/index.ts'
import { filing } from './filing/index.ts'
import type { Kind, Kinds, SuspensionGround } from './kind.ts'
import { publicNotice } from './public-notice/index.ts'
import { review } from './review/index.ts'
import { selfAssessment } from './self-assessment/index.ts'
import { supervision } from './supervision/index.ts'

/** The closed set of kinds of stage: a new kind in the schema does not compile until it stands here. */
const kinds = { selfAssessment, filing, review, publicNotice, correction, supervision } satisfies Kinds

/** The law of a stage, by its kind. */
export function kindOf({ kind }: Pick<Stage, 'kind'>): Kind {
  const all: Record<Stage['kind'], Kind> = kinds
  return all[kind]
}

const laws: Kind[] = Object.values(kinds)

/** The words for tasks that are no stage of their own, of every kind. */
export const taskLabels: Record<string, Words> = Object.assign({}, ...laws.map(({ tasks }) => tasks))
/** The words for the states within a stage, of every kind. */
export const placeLabels: Record<string, Words> = Object.assign({}, ...laws.map(({ places }) => places))
/** The words for regions, which are no states of their own. */
export const regionLabels: Record<string, Words> = Object.assign({}, ...laws.map(({ regions }) => regions))

/** The stage of an edition in which a case has its certificate, if it does not end with it. */
export function certifyingStage({ stages }: Pick<Edition, 'stages'>): Stage | undefined {
  return stages.find((stage) => kindOf(stage).certifies)
}

/** Every ground on which a clock may stand still under an edition. */
export function groundsIn({ stages }: Pick<Edition, 'stages'>): SuspensionGround[] {
  return stages.flatMap((stage) => kindOf(stage).grounds?.(stage) ?? [])
}
