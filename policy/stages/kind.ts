import type { End, Stage } from '../edition.ts'
import type { EventType } from '../events.ts'

/** A way out of a state: to a state by id (`#application`) or to a neighbour, where a guard allows it. */
export type Arrow = {
  target: string
  guard?: { type: 'takesPlace'; params: { stage: string } }
}

type Arrows = Partial<Record<EventType | 'lapse', Arrow[]>>

/** A state of the machine, as a kind of stage contributes it. */
export type StageState = { on: Arrows; initial?: string; states?: Record<string, { on: Arrows }> }

/** The ways through an edition, as a kind of stage needs them. */
export type Routes = {
  /** To the next stage in the edition's order that takes place; to the certificate after the last. */
  after: (stage: string) => Arrow[]
  /** To the first review that takes place: everything is looked at anew. */
  fromFirstReview: () => Arrow[]
  /** To the end of an outcome. */
  end: (outcome: End['outcome']) => Arrow[]
}

/** A kind of stage: what it contributes to every edition that uses it. */
export type StageKind<S extends Stage> = {
  zh: string
  en: string
  state: (stage: S, routes: Routes) => StageState
}

/** The applicant's way out, where the edition leaves it open. */
export function withdrawal(stage: { withdrawable: boolean }, routes: Routes): Arrows {
  return stage.withdrawable ? { withdraw: routes.end('withdrawn') } : {}
}
