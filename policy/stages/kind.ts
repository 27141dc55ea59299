import type { StateValue } from 'xstate'
import type { Calendar } from '../time/calendar.ts'
import type { Case } from '../case/case.ts'
import type { Unlikely } from '../case/case-findings.ts'
import type { DocumentFault } from '../edition/document-fault.ts'
import type { Duty } from '../time/duty.ts'
import type { Edition, End, Stage, StageOf, Words } from '../edition/edition.ts'
import type { Refusal } from '../errors.ts'
import type { CaseEvent, EventType, ProjectEvent, TimeEvent } from '../case/events.ts'
import type { Denial } from '../access/denial.ts'
import type { Sentence } from './event-row.ts'
import type { Reminders, Route, Target } from './parts.ts'
import type { Asked } from './supervision/kept.ts'

/** What the machine asks before it takes an arrow; all of it must be so. */
export type Guard = {
  /** Conditions of the edition that hold for the application. */
  holds?: string[]
  /** Who does it has one of these roles. */
  from?: string[]
  /** It is about this task, or this part of one. */
  about?: string
  part?: string
  /** The case came from this stage. */
  sender?: string
  /** What only a kind of stage understands: `guards` of the kind answers it. */
  asks?: { stage: string; question: string; of?: string }[]
}

/**
 * An arrow out of a state: to a state by id (`#application`) or to a neighbour, or to nowhere but the memory of the case. Where an
 * edition says that an answer leads there, how long what is owed there may take, and whether the clock that is left goes on later.
 */
export type Arrow = { target?: string; guard?: Guard } & Pick<Route, 'within' | 'clock'>

/** The arrows of a state, by event. */
export type Arrows = Partial<Record<EventType | TimeEvent['type'], Arrow[]>>

/** A state of the machine, as a kind of stage contributes it. */
export type StageState = {
  on?: Arrows
  /** Taken as soon as the state is entered, if a guard holds. */
  always?: Arrow[]
  type?: 'parallel'
  initial?: string
  states?: Record<string, StageState>
}

/** The routes through an edition, as a kind of stage needs them. */
export type Routes = {
  /** Where an answer of a stage leads, as the edition says. */
  of: (stage: string, answer: string) => Arrow[]
  /** Whether there is a stage from which a case may have come to another. */
  hasSender: (stage: string) => boolean
  /** Whether no review comes before a stage: until then nobody has looked at the application, and it may be amended. */
  isBeforeReviews: (stage: string) => boolean
  /** To the end of an outcome. */
  end: (outcome: End['outcome']) => Arrow[]
}

/** What of an edition the short form of its routes leaves unsaid: its ends, and the first stage that looks at the application. */
export type Course = Pick<Edition, 'ends'> & { firstExamining: string | undefined }

/** Where and when something happens: by whose calendar, on which day, under which edition. */
export type Moment = Occasion & { calendar: Calendar }

/** When something happens, and under which edition. */
export type Occasion = { edition: Edition; on: string }

/** What of a case says what is owed in a state of a stage. */
export type Memory = Pick<Case, 'assignments' | 'within' | 'commissions' | 'supervision'>

/** What is owed, or what an event meets, in a state of a stage. */
export type StageSituation = { value: StateValue; case: Memory }

/** What there is to do about a task. */
export type TaskRule = {
  /** Who owes it. */
  roles: string[]
  /** What is to be done, to follow “please”. */
  instruction: Words
  reminders: Reminders | undefined
  /** What happens to the case itself if nothing is done; nothing does, if it is null. */
  lapse: Words | null
  /** Why it is owed, where there is more to say: begins a reminder of it. */
  why?: Sentence
  /** Whether the notice states it, or it is a default. */
  source: 'notice' | 'default'
}

/** A rule of a stage that somebody is reminded by: its field in the document. */
export type ReminderRule = [field: string, reminders: Reminders]

/** More time for an officer, and where that stands. */
export type OwnExtension = { days: number; unit: Duty['unit']; article: string }

/** A ground on which a clock may stand still, and where that stands. */
export type SuspensionGround = Words & { id: string; article: string }

/**
 * The law of a kind of stage, all of it in the folder of the kind: what an edition may say of such a stage stands in its
 * `schema.ts`, its events in `events.ts`. What a kind leaves out it does not have.
 */
export type Kind<S extends Stage = Stage> = Words & {
  /** A case passes stages of this kind in the order of the edition; others are entered by name alone. */
  inOrder: boolean
  /** It looks at the application: until the first such stage it may be amended, and a correction goes back to it. */
  examines?: true
  /**
   * Once its time has run the decision before it takes effect, which is not made anew: it stands directly behind a stage that
   * examines, and nobody owes anything in it. What has become of it then, to follow its name.
   */
  takesEffect?: Words
  /** It hands its task to a person, who may see the case for that alone. */
  hands?: true
  /** A case that enters it gets its certificate, unless the edition names another place. */
  certifies?: true
  /** The words for states within it, and for regions, which are no states of their own. */
  stateLabels?: Record<string, Words>
  regions?: Record<string, Words>
  /** The words for tasks that are no stage of their own. */
  tasks?: Record<string, Words>
  /** The task whose date is told with every decision in it. */
  mainTask?: string

  /** The parts that tasks of it have, each with its own holder, clock and four eyes; none, if it has one task. */
  parts?(stage: S): readonly string[]
  /** Where each of its answers leads, the short form of a document read into the long one. */
  answers(stage: S, course: Course): Readonly<Record<string, Target | undefined>>
  /** Where in the document that stands, where it is not below `answers`. */
  answerPath?(stage: S, answer: string): (string | number)[]
  /** The answers that lead back: to a stage before, or to one that stands in no order. */
  leadsBack?: readonly string[]
  /** The arrow of an answer that leaves the case where it is; none, if it cannot. */
  stay?(answer: string): Arrow | undefined
  /** Its part of the machine. */
  state(stage: S, routes: Routes): StageState
  /** Its own questions to a case, by name. */
  guards?: Record<string, Question<S>['isSo']>
  /** What is owed in a state of it, and for which periods. */
  duties(stage: S, situation: StageSituation, periods: readonly string[]): Duty[]
  /** The periods for which something is owed on a day. */
  periods?(stage: S, kept: Case, on: string): string[]
  /** What any case remembers there, where only the rules are of interest. */
  sample?: Partial<Memory>

  /** The case as it enters such a stage. */
  enter?(kept: Case, occasion: Occasion): Case
  /** What the case remembers of an event in it, beyond what is remembered of every event. */
  remember?(stage: S, kept: Case, event: CaseEvent, moment: Moment): Case

  /** The officers of it, or of a part of it, where they are not those whose turn it is. */
  officers?(stage: S, part: string | null): readonly string[]
  /** Who may take over from its officers, as the edition says; `undefined`: the authority above. */
  takeover?(stage: S): string[] | undefined
  /** Both sides of it, of which either may ask for something. */
  parties?(stage: S, kept: Case): string[]
  /** The side that has asked for what is being decided. */
  askers?(stage: S, kept: Case): string[]
  /** Who decides here may have asked for it, instead of having decided another stage. */
  hasAsked?(stage: S, kept: Case, user: string): boolean
  /** What is being asked for. */
  request?(kept: Case): Asked | undefined
  /** The day of a decision that came after the date that it was about, which is the last one then; and the date as it was planned. */
  lastDay?(kept: Case): { on: string; planned: string } | undefined

  /** What time, or the number of times, has against an event. */
  findDenial?(stage: S, state: Facing, type: EventType, on: string): Denial | undefined
  /** Why the machine has no arrow where another case of this state would have one. */
  findUsedUp?(stage: S, kept: Case, type: EventType): Denial | undefined
  /** What is wrong with what an event says. */
  findRefusal?(stage: S, kept: Case, event: ProjectEvent, occasion: Occasion): Refusal | undefined
  /** What is unlikely in what an event says. */
  findUnlikely?(kept: Case, event: CaseEvent, occasion: Occasion): Unlikely[]

  /** Its rules by which people are reminded. */
  reminders?(stage: S): ReminderRule[]
  /** How much longer its officer may take, once. */
  ownExtension?(stage: S): OwnExtension | undefined
  /** On which grounds its clock may stand still. */
  grounds?(stage: S): SuspensionGround[]
  /** What there is to do about a task of it; of the stage itself, where the task has its name. */
  rule(edition: Edition, stage: S, task: string): TaskRule | undefined
  /** How the date of a task comes about that no length of time gives. */
  dateRule?(stage: S, task: string): Words

  /** What is wrong with such a stage of a document whose form is right. */
  faults?(edition: Edition, stage: S, at: number): DocumentFault[]
}

/** A question of a kind to a case. */
type Question<S extends Stage> = {
  isSo(stage: S, kept: Case, event: CaseEvent, moment: Moment, of?: string): boolean
}

/** The kinds, by their names. */
export type Kinds = { [K in Stage['kind']]: Kind<StageOf<K>> }

/** A state, as a denial by time meets it. */
type Facing = {
  value: StateValue
  case: Case
  deadlines: { task: string; overdue: boolean; dueOn: string }[]
}
