import type { CaseEvent } from './case.ts'
import type { Words } from './edition.ts'

/** The words for each verb, as buttons and histories show them. */
export const eventLabels = {
  file: { zh: '申报', en: 'file' },
  completeAssessment: { zh: '完成测评', en: 'complete assessment' },
  submit: { zh: '提交申请', en: 'submit' },
  claim: { zh: '签收', en: 'claim' },
  release: { zh: '退回待办', en: 'release' },
  approve: { zh: '通过', en: 'approve' },
  return: { zh: '退回', en: 'return' },
  reject: { zh: '不予通过', en: 'reject' },
  resubmit: { zh: '补正后重新提交', en: 'resubmit' },
  withdraw: { zh: '撤回', en: 'withdraw' },
  overdue: { zh: '超期', en: 'overdue' },
  lapse: { zh: '逾期未补正', en: 'lapse' },
} satisfies Record<CaseEvent['type'] | 'file', Words>

/** The words for the tasks that are no stage of an edition. */
export const taskLabels: Readonly<Record<string, Words>> = {
  progressReport: { zh: '项目进展填报', en: 'progress report' },
  completion: { zh: '项目完工', en: 'completion' },
  extensionDecision: { zh: '延期审批', en: 'decision on an extension' },
  revocationDecision: { zh: '撤销审批', en: 'decision on a revocation' },
  hearing: { zh: '陈述申辩', en: 'hearing' },
}
