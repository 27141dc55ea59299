import {
  bare,
  event,
  everything,
  nothing,
  numbered,
  reason,
  text,
  withReason,
  type EntryRow,
} from '../event-row.ts'
import { form } from '../form.ts'

/** What people do in stages of several kinds. */
export const commonEvents = {
  amend: event({
    ...form,
    zh: '修改申请',
    en: 'amend',
    permission: { who: 'stageRoles', fourEyes: 'files' },
    disclosure: everything,
    buttonGroup: 'work',
  }),
  claim: event({
    ...bare,
    zh: '签收',
    en: 'claim',
    permission: { who: 'officers', fourEyes: 'decides' },
    assignment: 'assigns',
    disclosure: nothing,
    buttonGroup: 'claim',
  }),
  release: event({
    zh: '退回待办',
    en: 'release',
    othersSayWhy: true,
    payload: () => ({
      reason: reason
        .optional()
        .meta({ description: 'Needed where somebody else has it in hand, who is told.' }),
    }),
    probe: () => ({}),
    // A colleague too, with a reason, so that no case waits for somebody who is ill.
    permission: { who: 'officers' },
    assignment: 'releases',
    disclosure: nothing,
    buttonGroup: 'other',
  }),
  urge: event({
    zh: '催办',
    en: 'urge',
    urges: true,
    payload: () => ({ note: text.optional() }),
    probe: () => ({}),
    permission: { who: 'anyOfficer' },
    disclosure: { fields: ['note'], when: 'urgesApplicant' },
    buttonGroup: 'other',
  }),
  annotate: event({
    zh: '备注',
    en: 'annotate',
    payload: () => ({ note: text.meta({ description: 'For officers alone.' }) }),
    probe: () => ({ note: '' }),
    permission: { who: 'anyOfficer' },
    changesNothing: true,
    unseen: true,
    disclosure: nothing,
    buttonGroup: 'other',
  }),
  withdraw: event({
    ...withReason,
    zh: '撤回',
    en: 'withdraw',
    permission: { who: 'applicant' },
    disclosure: everything,
    buttonGroup: 'leave',
  }),
}

/** What time does to a case: it marks a task as overdue, ends what nobody has done, or lets a published decision take effect. It approves nothing. */
export const timeEvents = {
  overdue: { zh: '超期', en: 'overdue', disclosure: everything },
  lapse: {
    zh: '期满',
    en: 'lapse',
    disclosure: everything,
    decides: {
      outcome: 'lapsed',
      says: ({ task, phase, effect, certificate }) =>
        effect
          ? {
              zh: `${task.zh}${effect.zh}，本项目${phase.zh}${numbered(certificate).zh}。`,
              en: `The ${task.en} ${effect.en}: ${phase.en}${numbered(certificate).en}.`,
            }
          : {
              zh: `${task.zh}逾期未办，本项目按“${phase.zh}”处理。`,
              en: `The ${task.en} was not done in time: ${phase.en}.`,
            },
    },
  },
} satisfies Record<string, EntryRow>

/** What else makes a line in a history: the filing, operators, and calendars. */
export const otherEntries = {
  file: { zh: '申报', en: 'file', disclosure: everything },
  hold: {
    zh: '暂停办理',
    en: 'the case is held',
    disclosure: { fields: ['reason'], when: 'concernsApplicant' },
  },
  endHold: {
    zh: '恢复办理',
    en: 'the case goes on',
    disclosure: { fields: ['reason'], when: 'concernsApplicant' },
  },
  restart: { zh: '由记录重新接续', en: 'taken up again from its record', disclosure: nothing },
  recalculate: {
    zh: '日历更新，重算到期日',
    en: 'due dates recalculated by a new calendar',
    disclosure: { fields: ['source'], when: 'always' },
  },
} satisfies Record<string, EntryRow>
