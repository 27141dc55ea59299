import { z } from 'zod'
import type { Application } from '../edition/application.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { paragraph } from '../edition/text.ts'

/**
 * The roles that the stage names, its officers, both of them (who has asked already, while that is decided), the side that
 * asked (the holder too, whose extension waits), the applicant at any stage, or any officer.
 */
export type Who = 'stageRoles' | 'officers' | 'parties' | 'asker' | 'applicant' | 'anyOfficer'

/** Who may send an event. */
export type Permission = {
  who: Who
  /** Two pairs of eyes: who decides has not filed or asked for it, who files has not decided, and nobody decides two stages. */
  fourEyes?: 'files' | 'decides'
  /** Only the officer who has claimed the task. */
  claimant?: true
}

/** When an officer's words are for the applicant (`shown-payload.ts` says when each is so). */
export type Circumstance = 'always' | 'leavesOfficers' | 'urgesApplicant' | 'concernsApplicant'

/** What an applicant is told of what came with an event that was not its own. */
export type Disclosure = { fields: readonly string[] | 'all'; when: Circumstance }

/** How something was decided; a program can tell these apart, whatever the words are. */
export const outcomes = ['granted', 'refused', 'revoked', 'lapsed', 'reported'] as const
/** How something was decided. */
export type Outcome = (typeof outcomes)[number]

/** The words that a sentence of a notice about an event is made of; what a notice does not have is empty. */
export type NoticeTerms = {
  task: Words
  by: Words
  due: Words
  from: Words
  phase: Words
  certificate: string | null
  /** What has become of a decision that took effect with the end of the task. */
  effect: Words | undefined
  /** Who made the request that the task answers. */
  asker: Words
  /** Who decides on a revocation. */
  decider: Words
}

/** A sentence of a notice. */
export type Sentence = (terms: NoticeTerms) => Words

/** What an event decides, and about which task where the stage has several; else about the stage itself. */
export type Decides = {
  outcome: Outcome
  task?: string
  /** How a notice is headed, where the stage goes on; else by what the case is now. */
  title?: Words
  says: Sentence
}

/** What is said of everything that stands in a history, whoever or whatever made it. */
export type EntryRow = Words & {
  disclosure: Disclosure
  /** The applicant is not even told that it happened. */
  unseen?: true
  decides?: Decides
}

type Payload = Record<string, z.ZodType>

/**
 * All that is said of an event that people send, in one place: every table elsewhere is derived from these rows.
 * The shape is what comes with it besides its type, under an edition.
 */
export type EventRow<Shape extends Payload = Payload> = EntryRow & {
  payload: (edition: Edition) => Shape
  /** A payload that only asks the machine whether there is an arrow; no guard looks at more than the application. */
  probe: (application: Application) => z.output<z.ZodObject<Shape>>
  permission: Permission
  /** Whoever does it has the task in hand from then on, or nobody has; else it stays with who has it, as long as the task is open. */
  assignment?: 'assigns' | 'releases'
  /** It brings a new form of the application. */
  bringsForm?: true
  /** It asks for something that others decide, in place of what was asked before. */
  asks?: true
  /** It takes back what was asked for. */
  takesBack?: true
  /** It may be done in every state of a case, also while it is held and once it is over: it changes nothing, and makes no revision stale. */
  changesNothing?: true
  /** It urges those who owe something: once a day, and only where there is somebody to urge. */
  urges?: true
  /** Whoever does it to another's task says why, and the other is told. */
  othersSayWhy?: true
  /** It gives the officer of the stage more time, once. */
  moreTime?: true
  /** The task whose date it moves, as was asked for. */
  moves?: string
  /** As what the applicant hears that dates have moved, or stand still; with a title of its own. */
  announces?: { kind: 'moved' | 'suspend' | 'resume'; title?: Words }
  /** What makes a task somebody's turn, where there is more to say than that it is. */
  opens?: { title: Words; says: Sentence }
  /** Where its button stands; those of one group stand in the order of the rows. */
  buttonGroup: ButtonGroup
}

/** The groups of buttons, from first to last. */
export const buttonGroups = ['work', 'claim', 'answer', 'time', 'other', 'leave'] as const
type ButtonGroup = (typeof buttonGroups)[number]

/** A row, with the type of its payload. */
export function event<Shape extends Payload>(row: EventRow<Shape>): EventRow<Shape> {
  return row
}

/** The number of a certificate as it stands in a sentence, where there is one. */
export function numbered(certificate: string | null): Words {
  return certificate === null
    ? { zh: '', en: '' }
    : { zh: `，证书编号${certificate}`, en: `, certificate ${certificate}` }
}

/** A text of some sentences. */
export const text = paragraph(2000)
/** Why something is done. */
export const reason = text.meta({ description: 'Kept in the history and told to the other side.' })

/** An event that comes with nothing. */
export const bare = { payload: () => ({}), probe: () => ({}) }
/** An event that comes with a reason. */
export const withReason = { payload: () => ({ reason }), probe: () => ({ reason: '' }) }

/** Nothing of it is for the applicant. */
export const nothing = { fields: [], when: 'always' } as const satisfies Disclosure
/** All of it may be read by the applicant. */
export const everything = { fields: 'all', when: 'always' } as const satisfies Disclosure
/** The applicant must know why. */
export const itsReason = { fields: ['reason'], when: 'always' } as const satisfies Disclosure
