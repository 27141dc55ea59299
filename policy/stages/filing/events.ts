import { bare, event, everything } from '../event-row.ts'

/** The applicant submits what it has prepared. */
export const filingEvents = {
  submit: event({
    ...bare,
    zh: '提交申请',
    en: 'submit',
    permission: { who: 'stageRoles', fourEyes: 'files' },
    disclosure: everything,
    buttonGroup: 'work',
  }),
}
