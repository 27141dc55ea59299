import { z } from 'zod'
import { oneOf } from '../../edition/application.ts'
import { inBoth } from '../../words/bilingual.ts'
import type { Edition } from '../../edition/edition.ts'
import { bare, event, itsReason, nothing, reason, text, withReason } from '../event-row.ts'

const answer = {
  permission: { who: 'officers', fourEyes: 'decides', claimant: true },
  holder: 'frees',
  place: 'answer',
} as const
const ownTime = { holder: 'keeps', place: 'time' } as const

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
    told: { fields: ['opinion'], when: 'leavesOfficers' },
    decides: { outcome: 'granted' },
  }),
  return: event({
    ...answer,
    ...withReason,
    zh: '退回',
    en: 'return',
    stops: 'return',
    told: { fields: ['reason'], when: 'leavesOfficers' },
  }),
  reject: event({
    ...answer,
    ...withReason,
    zh: '不予通过',
    en: 'reject',
    told: itsReason,
    decides: { outcome: 'refused' },
  }),
  extendTime: event({
    ...ownTime,
    ...withReason,
    zh: '延长办理时限',
    en: 'take longer',
    moreTime: true,
    announces: 'moved',
    permission: { who: 'officers', claimant: true },
    told: itsReason,
  }),
  suspend: event({
    ...ownTime,
    zh: '暂停计时',
    en: 'stop the clock',
    stops: 'suspend',
    announces: 'suspend',
    payload: (edition) => ({ ground: groundSchema(edition), reason }),
    probe: () => ({ ground: '', reason: '' }),
    permission: { who: 'officers', claimant: true },
    told: { fields: ['ground', 'reason'], when: 'always' },
  }),
  resume: event({
    ...ownTime,
    ...bare,
    zh: '恢复计时',
    en: 'start the clock again',
    announces: 'resume',
    permission: { who: 'officers' },
    told: nothing,
  }),
}

function groundSchema({ stages }: Edition): z.ZodType<string> {
  const grounds = stages.flatMap((stage) => ('suspension' in stage ? (stage.suspension?.grounds ?? []) : []))
  return grounds.length > 0
    ? oneOf(grounds)
    : z.never(inBoth('本版规则没有可暂停计时的情形', 'cannot be given: this edition knows no ground'))
}
