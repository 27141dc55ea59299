import { z } from 'zod'
import { inBoth } from './bilingual.ts'
import { subjects } from './subjects.ts'
import { applicationSchema, DateText, Evidence, oneOf, Yuan, type Application } from './application.ts'
import type { Edition } from './edition.ts'
import { paragraph } from './text.ts'

const text = paragraph(2000)
const reason = text.meta({ description: 'Kept in the history and told to the other side.' })
const opinion = text.meta({ description: 'Needed where the standard does not cover the case.' })

/** What a person does to a project. */
export type ProjectEvent =
  | { type: 'completeAssessment'; score: number; level: number }
  | { type: 'submit' | 'claim' | 'resume' }
  | { type: 'release'; reason?: string | undefined }
  | { type: 'approve'; opinion?: string | undefined }
  | { type: WithReason; reason: string }
  | { type: 'amend' | 'resubmit'; application: Application }
  | { type: 'suspend'; ground: string; reason: string }
  | { type: 'urge'; note?: string | undefined }
  | ({ type: 'report' } & ProgressReport)
  | { type: 'complete'; completedOn: string; effects: string[]; evidence?: Evidence[] | undefined }
  | { type: 'explainOverdue'; reason: string; measures: string }
  | { type: 'requestExtension'; reason: string; measures: string; completeOn: string }
  | { type: 'grantExtension'; completeOn?: string | undefined }
  | { type: 'withdrawRequest'; reason?: string | undefined }
  | { type: 'respond'; statement: string }

type WithReason =
  | 'return'
  | 'reject'
  | 'withdraw'
  | 'extendTime'
  | 'refuseExtension'
  | 'requestRevocation'
  | 'revoke'
  | 'refuseRevocation'

/** How far a project is: percent done, money spent so far by kind, what stands in the way, and the papers. */
export type ProgressReport = {
  percent: number
  invested: Record<string, string>
  problems?: string | undefined
  evidence?: Evidence[] | undefined
}

/** The verbs that people send to a project. */
export type EventType = ProjectEvent['type']

/**
 * What the mere passing of time does: it marks a task as overdue, ends what nobody corrects and closes a hearing. It
 * approves nothing.
 */
export type TimeEvent = { type: 'overdue' | 'lapse'; task: string; period: string | null }

/** A person as the case knows them: who, in which role, of which body or enterprise. */
export type Actor = { user: string; role: string; district?: string | undefined; uscc?: string | undefined }

/** An event as the machine sees it: with the person, if there is one. */
export type CaseEvent = (ProjectEvent & { by: Actor }) | TimeEvent

/** Whether an event brings a new form of the application. */
export function bringsForm<E extends { type: string }>(
  event: E,
): event is E & { type: 'amend' | 'resubmit' } {
  return event.type === 'amend' || event.type === 'resubmit'
}

/** The form of an event under an edition; a wrong `type` is answered with those that there are. */
export function eventSchema(edition: Edition) {
  return z
    .discriminatedUnion('type', [...caseEvents(edition), ...supervisionEvents(edition)])
    .register(subjects, { edition })
}

const bare = <T extends EventType>(type: T) => z.strictObject({ type: z.literal(type) })
const withReason = <T extends WithReason>(type: T) => z.strictObject({ type: z.literal(type), reason })

function caseEvents(edition: Edition) {
  const grounds = edition.stages.flatMap((stage) =>
    stage.kind === 'review' ? (stage.suspension?.grounds ?? []) : [],
  )
  const ground =
    grounds.length > 0
      ? oneOf(grounds)
      : z.never(inBoth('本版规则没有可暂停计时的情形', 'cannot be given: this edition knows no ground'))
  return [
    z.strictObject({
      type: z.literal('completeAssessment'),
      score: z.number().min(0).max(5),
      level: z.int().min(0).max(5),
    }),
    bare('submit'),
    bare('claim'),
    z.strictObject({
      type: z.literal('release'),
      reason: reason
        .optional()
        .meta({ description: 'Needed where somebody else has it in hand, who is told.' }),
    }),
    z.strictObject({ type: z.literal('approve'), opinion: opinion.optional() }),
    withReason('return'),
    withReason('reject'),
    z.strictObject({ type: z.literal('amend'), application: applicationSchema(edition) }),
    z.strictObject({ type: z.literal('resubmit'), application: applicationSchema(edition) }),
    withReason('withdraw'),
    withReason('extendTime'),
    z.strictObject({ type: z.literal('suspend'), ground, reason }),
    bare('resume'),
    z.strictObject({ type: z.literal('urge'), note: text.optional() }),
  ] as const
}

function supervisionEvents({ vocabulary }: Edition) {
  const evidence = z.array(Evidence).max(50).optional()
  return [
    z.strictObject({
      type: z.literal('report'),
      percent: z.number().min(0).max(100).meta({ description: 'How much of the construction is done.' }),
      invested: z
        .partialRecord(oneOf(vocabulary.investment), Yuan)
        .meta({ description: 'Spent so far, by kind of investment.' }),
      problems: text.optional(),
      evidence,
    }),
    z.strictObject({
      type: z.literal('complete'),
      completedOn: DateText,
      effects: z
        .array(oneOf(vocabulary.effects))
        .max(20)
        .meta({ description: 'The effects reached; held against those that the application promised.' }),
      evidence,
    }),
    z.strictObject({ type: z.literal('explainOverdue'), reason, measures: text }),
    z.strictObject({ type: z.literal('requestExtension'), reason, measures: text, completeOn: DateText }),
    z.strictObject({
      type: z.literal('grantExtension'),
      completeOn: DateText.optional().meta({ description: 'Sooner than asked for; else as asked for.' }),
    }),
    withReason('refuseExtension'),
    withReason('requestRevocation'),
    z.strictObject({ type: z.literal('withdrawRequest'), reason: reason.optional() }),
    withReason('revoke'),
    withReason('refuseRevocation'),
    z.strictObject({
      type: z.literal('respond'),
      statement: text.meta({
        description: 'What the enterprise says to a revocation that it did not ask for.',
      }),
    }),
  ] as const
}
