import { z } from 'zod'
import { amounts, DateText, Evidence, oneOf } from '../../edition/application.ts'
import { event, everything, itsReason, reason, text, withReason } from '../event-row.ts'

const evidence = z.array(Evidence).max(50).optional()

const deed = {
  permission: { who: 'turn' },
  told: everything,
  place: 'deed',
} as const
const decision = {
  permission: { who: 'officers', fourEyes: 'decides', claimant: true },
  holder: 'frees',
  place: 'answer',
} as const

/** What the holder of a certificate owes and asks for, and what officers decide about it (三（二）、三（四）). */
export const supervisionEvents = {
  report: event({
    ...deed,
    zh: '填报进展',
    en: 'report progress',
    payload: ({ vocabulary }) => ({
      percent: z.number().min(0).max(100).meta({ description: 'How much of the construction is done.' }),
      invested: amounts(vocabulary.investment).meta({
        description: 'Spent so far, by kind of investment.',
      }),
      problems: text.optional(),
      evidence,
    }),
    probe: () => ({ percent: 0, invested: {} }),
    holder: 'keeps',
  }),
  complete: event({
    ...deed,
    zh: '报告完工',
    en: 'report completion',
    payload: ({ vocabulary }) => ({
      completedOn: DateText,
      effects: z
        .array(oneOf(vocabulary.effects))
        .max(20)
        .meta({ description: 'The effects reached; held against those that the application promised.' }),
      evidence,
    }),
    probe: () => ({ completedOn: '', effects: [] }),
    holder: 'frees',
  }),
  explainOverdue: event({
    ...deed,
    zh: '说明超期原因和整改措施',
    en: 'explain the overrun',
    payload: () => ({ reason, measures: text }),
    probe: () => ({ reason: '', measures: '' }),
    holder: 'keeps',
  }),
  requestExtension: event({
    ...deed,
    zh: '申请延期',
    en: 'ask for an extension',
    payload: () => ({ reason, measures: text, completeOn: DateText }),
    probe: () => ({ reason: '', measures: '', completeOn: '' }),
    holder: 'frees',
    asks: true,
  }),
  grantExtension: event({
    ...decision,
    zh: '同意延期',
    en: 'grant the extension',
    moves: 'completion',
    payload: () => ({
      completeOn: DateText.optional().meta({ description: 'Sooner than asked for; else as asked for.' }),
    }),
    probe: () => ({}),
    told: { fields: ['completeOn'], when: 'always' },
    decides: { outcome: 'granted', task: 'extensionDecision' },
  }),
  refuseExtension: event({
    ...decision,
    ...withReason,
    zh: '不同意延期',
    en: 'refuse the extension',
    told: itsReason,
    decides: { outcome: 'refused', task: 'extensionDecision' },
  }),
  requestRevocation: event({
    ...withReason,
    zh: '申请撤销认定',
    en: 'ask for revocation',
    permission: { who: 'parties' },
    holder: 'frees',
    asks: true,
    told: itsReason,
    place: 'other',
  }),
  withdrawRequest: event({
    zh: '撤回所提申请',
    en: 'take the request back',
    takesBack: true,
    payload: () => ({ reason: reason.optional() }),
    probe: () => ({}),
    permission: { who: 'asker' },
    holder: 'frees',
    told: itsReason,
    place: 'other',
  }),
  revoke: event({
    ...decision,
    ...withReason,
    zh: '撤销认定',
    en: 'revoke',
    told: itsReason,
    decides: { outcome: 'revoked', task: 'revocationDecision' },
  }),
  refuseRevocation: event({
    ...decision,
    ...withReason,
    zh: '不予撤销',
    en: 'refuse the revocation',
    told: itsReason,
    decides: { outcome: 'refused', task: 'revocationDecision' },
  }),
  respond: event({
    ...deed,
    zh: '陈述申辩',
    en: 'be heard',
    payload: () => ({
      statement: text.meta({
        description: 'What the enterprise says to a revocation that it did not ask for.',
      }),
    }),
    probe: () => ({ statement: '' }),
    holder: 'keeps',
  }),
}
