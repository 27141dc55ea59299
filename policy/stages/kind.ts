import type { End, Stage } from '../edition.ts'
import type { EventType, TimeEvent } from '../events.ts'

/** A question that the machine asks before it takes an arrow; `policy/machine.ts` answers each. */
export type Guard =
  | { type: 'takesPlace'; params: { stage: string } }
  | { type: 'isFrom'; params: { roles: string[] } }
  | { type: 'isAbout'; params: { task: string } }
  | { type: 'isNotExtended'; params: { stage: string } }
  | {
      type:
        'isOverdue' | 'isExplained' | 'isCompleted' | 'isExtensionAsked' | 'isBeingDecided' | 'owesReports'
    }

/** A way out of a state: to a state by id (`#application`) or to a neighbour, or to nowhere but the memory of the case. */
export type Arrow = { target?: string; guard?: Guard }

/** The arrows of a state, by event. */
export type Arrows = Partial<Record<EventType | TimeEvent['type'], Arrow[]>>

/** A state of the machine, as a kind of stage contributes it. */
export type StageState = {
  on?: Arrows
  /** Taken as soon as the state is entered, if a guard holds. */
  always?: Arrow[]
  /** Stages of a certified project are entered with its certificate. */
  certifies?: true
  type?: 'parallel'
  initial?: string
  states?: Record<string, StageState>
}

/** The ways through an edition, as a kind of stage needs them. */
export type Routes = {
  /** To the next stage in the edition's order that takes place; to the certificate after the last. */
  after: (stage: string) => Arrow[]
  /** To the first review that takes place: everything is looked at anew. */
  fromFirstReview: () => Arrow[]
  /** Whether no review comes before a stage: until then nobody has looked at the application, and it may be amended. */
  isBeforeReviews: (stage: string) => boolean
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

/** The applicant mends what nobody has looked at yet. */
export function amendment({ id }: { id: string }, routes: Routes): Arrows {
  return routes.isBeforeReviews(id) ? { amend: [{}] } : {}
}

/** An officer takes a task in hand, gives it back, or answers it. */
export function officersTask(answers: Arrows, more: Record<string, StageState> = {}): StageState {
  return {
    initial: 'unclaimed',
    states: {
      unclaimed: { on: { claim: [{ target: 'claimed' }] } },
      claimed: { on: { release: [{ target: 'unclaimed' }], ...answers } },
      ...more,
    },
  }
}
