import { event, everything } from '../event-row.ts'
import { form } from '../form.ts'

/** The applicant submits anew what was returned. */
export const correctionEvents = {
  resubmit: event({
    ...form,
    zh: '补正后重新提交',
    en: 'resubmit',
    permission: { who: 'stageRoles', fourEyes: 'files' },
    disclosure: everything,
    buttonGroup: 'work',
  }),
}
