import { z } from 'zod'
import { amounts, DateText, Evidence, oneOf } from '../../edition/application.ts'
import { termsFor } from '../../edition/form.ts'
import { capital } from '../../words/capital.ts'
import { event, everything, itsReason, numbered, reason, text, withReason } from '../event-row.ts'

const evidence = z.array(Evidence).max(50).optional()

const own = {
  permission: { who: 'stageRoles' },
  disclosure: everything,
  buttonGroup: 'work',
} as const
const decision = {
  permission: { who: 'officers', fourEyes: 'decides', claimant: true },
  assignment: 'releases',
  buttonGroup: 'answer',
} as const

/** What the holder of a certificate owes and asks for, and what officers decide about it (三（二）、三（四）). */
export const supervisionEvents = {
  report: event({
    ...own,
    zh: '填报进展',
    en: 'report progress',
    payload: (edition) => ({
      percent: z.number().min(0).max(100).meta({ description: 'How much of the construction is done.' }),
      invested: amounts(termsFor(edition, 'parts')).meta({
        description: 'Spent so far, by kind of investment.',
      }),
      problems: text.optional(),
      evidence,
    }),
    probe: () => ({ percent: 0, invested: {} }),
  }),
  complete: event({
    ...own,
    zh: '报告完工',
    en: 'report completion',
    payload: (edition) => ({
      completedOn: DateText,
      effects: z
        .array(oneOf(termsFor(edition, 'effects')))
        .max(20)
        .meta({ description: 'The effects reached; held against those that the application promised.' }),
      evidence,
    }),
    probe: () => ({ completedOn: '', effects: [] }),
  }),
  explainOverdue: event({
    ...own,
    zh: '说明超期原因和整改措施',
    en: 'explain the overrun',
    payload: () => ({ reason, measures: text }),
    probe: () => ({ reason: '', measures: '' }),
  }),
  requestExtension: event({
    ...own,
    zh: '申请延期',
    en: 'ask for an extension',
    payload: () => ({ reason, measures: text, completeOn: DateText }),
    probe: () => ({ reason: '', measures: '', completeOn: '' }),
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
    disclosure: { fields: ['completeOn'], when: 'always' },
    decides: {
      outcome: 'granted',
      task: 'extensionDecision',
      title: { zh: '同意延期', en: 'extension granted' },
      says: ({ by, from, due }) => ({
        zh: `${by.zh}决定同意延期，本项目完工日期由${from.zh}改为${due.zh}。`,
        en: `${capital(by.en)} has granted the extension: completion is moved from ${from.en} to ${due.en}.`,
      }),
    },
  }),
  refuseExtension: event({
    ...decision,
    ...withReason,
    zh: '不同意延期',
    en: 'refuse the extension',
    disclosure: itsReason,
    decides: {
      outcome: 'refused',
      task: 'extensionDecision',
      title: { zh: '不同意延期', en: 'extension refused' },
      says: ({ by, due }) => ({
        zh: `${by.zh}决定不同意延期，本项目完工日期仍为${due.zh}。`,
        en: `${capital(by.en)} has refused the extension: completion is still due on ${due.en}.`,
      }),
    },
  }),
  requestRevocation: event({
    ...withReason,
    zh: '申请撤销认定',
    en: 'ask for revocation',
    opens: {
      title: { zh: '拟撤销认定告知', en: 'revocation proposed' },
      says: ({ by, decider }) => ({
        zh: `${by.zh}拟撤销本项目的认定。决定作出前，你单位有权陈述和申辩；听取意见后，由${decider.zh}中未提出撤销的人员作出决定。`,
        en: `${capital(by.en)} proposes to revoke the certification of this project. You have the right to be heard before anything is decided; then officers of ${decider.en} other than who proposes it decide.`,
      }),
    },
    permission: { who: 'parties' },
    asks: true,
    disclosure: itsReason,
    buttonGroup: 'other',
  }),
  withdrawRequest: event({
    zh: '撤回所提申请',
    en: 'take the request back',
    takesBack: true,
    payload: () => ({ reason: reason.optional() }),
    probe: () => ({}),
    permission: { who: 'asker' },
    disclosure: itsReason,
    buttonGroup: 'other',
  }),
  revoke: event({
    ...decision,
    ...withReason,
    zh: '撤销认定',
    en: 'revoke',
    disclosure: itsReason,
    decides: {
      outcome: 'revoked',
      task: 'revocationDecision',
      title: { zh: '撤销认定', en: 'certification revoked' },
      says: ({ by, certificate }) => ({
        zh: `${by.zh}决定撤销本项目的认定${numbered(certificate).zh}，证书自即日起失效。`,
        en: `${capital(by.en)} has revoked the certification of this project${numbered(certificate).en}; the certificate is void from today.`,
      }),
    },
  }),
  refuseRevocation: event({
    ...decision,
    ...withReason,
    zh: '不予撤销',
    en: 'refuse the revocation',
    disclosure: itsReason,
    decides: {
      outcome: 'refused',
      task: 'revocationDecision',
      title: { zh: '不予撤销', en: 'revocation refused' },
      says: ({ by, certificate }) => ({
        zh: `${by.zh}决定不予撤销，本项目的认定继续有效${numbered(certificate).zh}。`,
        en: `${capital(by.en)} has refused the revocation; the certification stands${numbered(certificate).en}.`,
      }),
    },
  }),
  respond: event({
    ...own,
    zh: '陈述申辩',
    en: 'be heard',
    payload: () => ({
      statement: text.meta({
        description: 'What the enterprise says to a revocation that it did not ask for.',
      }),
    }),
    probe: () => ({ statement: '' }),
  }),
}
