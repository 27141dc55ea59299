import { z } from 'zod'
import { oneOf } from '../../edition/application.ts'
import { inBoth } from '../../words/bilingual.ts'
import type { Edition } from '../../edition/edition.ts'
import { capital } from '../../words/capital.ts'
import { bare, event, itsReason, nothing, numbered, reason, text, withReason } from '../event-row.ts'

const answer = {
  permission: { who: 'officers', fourEyes: 'decides', claimant: true },
  assignment: 'releases',
  buttonGroup: 'answer',
} as const
const ownTime = { buttonGroup: 'time' } as const

/** What the officer of a review answers, and how they take their time. */
export const reviewEvents = {
  approve: event({
    ...answer,
    zh: '通过',
    en: 'approve',
    payload: () => ({
      opinion: text.meta({ description: 'Needed where the standard does not cover the case.' }).optional(),
    }),
    probe: () => ({}),
    disclosure: { fields: ['opinion'], when: 'leavesOfficers' },
    decides: {
      outcome: 'granted',
      says: ({ by, task, phase, certificate }) => ({
        zh: `${by.zh}决定通过${task.zh}，本项目${phase.zh}${numbered(certificate).zh}。`,
        en: `${capital(by.en)} has passed the ${task.en}: ${phase.en}${numbered(certificate).en}.`,
      }),
    },
  }),
  return: event({
    ...answer,
    ...withReason,
    zh: '退回',
    en: 'return',
    opens: {
      title: { zh: '退回补正', en: 'returned for correction' },
      says: ({ by }) => ({
        zh: `${by.zh}已将本项目退回补正。`,
        en: `${capital(by.en)} has returned this project for correction.`,
      }),
    },
    disclosure: { fields: ['reason'], when: 'leavesOfficers' },
  }),
  reject: event({
    ...answer,
    ...withReason,
    zh: '不予通过',
    en: 'reject',
    disclosure: itsReason,
    decides: {
      outcome: 'refused',
      says: ({ by, task, phase }) => ({
        zh: `${by.zh}决定不予通过${task.zh}，本项目${phase.zh}。`,
        en: `${capital(by.en)} has not passed the ${task.en}: ${phase.en}.`,
      }),
    },
  }),
  extendTime: event({
    ...ownTime,
    ...withReason,
    zh: '延长办理时限',
    en: 'take longer',
    moreTime: true,
    announces: { kind: 'moved', title: { zh: '延长办理时限', en: 'more time taken' } },
    permission: { who: 'officers', claimant: true },
    disclosure: itsReason,
  }),
  suspend: event({
    ...ownTime,
    zh: '暂停计时',
    en: 'stop the clock',
    announces: { kind: 'suspend' },
    payload: (edition) => ({ ground: groundSchema(edition), reason }),
    probe: () => ({ ground: '', reason: '' }),
    permission: { who: 'officers', claimant: true },
    disclosure: { fields: ['ground', 'reason'], when: 'always' },
  }),
  resume: event({
    ...ownTime,
    ...bare,
    zh: '恢复计时',
    en: 'start the clock again',
    announces: { kind: 'resume' },
    permission: { who: 'officers' },
    disclosure: nothing,
  }),
}

function groundSchema({ stages }: Edition): z.ZodType<string> {
  const grounds = stages.flatMap((stage) => ('suspension' in stage ? (stage.suspension?.grounds ?? []) : []))
  return grounds.length > 0
    ? oneOf(grounds)
    : z.never(inBoth('本版规则没有可暂停计时的情形', 'cannot be given: this edition knows no ground'))
}
