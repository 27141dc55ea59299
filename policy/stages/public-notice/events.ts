import { line } from '../../edition/text.ts'
import { event, itsReason, reason } from '../event-row.ts'

/** What an officer does while a decision is published. */
export const publicNoticeEvents = {
  recordObjection: event({
    zh: '登记异议',
    en: 'record an objection',
    payload: () => ({
      objector: line(100).optional().meta({
        description:
          'Who objects; the applicant is not told. Needed unless the edition takes anonymous ones.',
      }),
      reason,
    }),
    probe: () => ({ reason: '' }),
    permission: { who: 'officers' },
    disclosure: itsReason,
    buttonGroup: 'work',
  }),
}
