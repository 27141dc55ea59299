import type { DeadlineChange, HistoryEntry } from './case.ts'
import type { Edition, Words } from './edition.ts'

/** The words for each verb, as buttons and histories show them. */
export const eventLabels = {
  file: { zh: '申报', en: 'file' },
  completeAssessment: { zh: '完成测评', en: 'complete assessment' },
  amend: { zh: '修改申请', en: 'amend' },
  submit: { zh: '提交申请', en: 'submit' },
  claim: { zh: '签收', en: 'claim' },
  release: { zh: '退回待办', en: 'release' },
  approve: { zh: '通过', en: 'approve' },
  return: { zh: '退回', en: 'return' },
  reject: { zh: '不予通过', en: 'reject' },
  resubmit: { zh: '补正后重新提交', en: 'resubmit' },
  withdraw: { zh: '撤回', en: 'withdraw' },
  extendTime: { zh: '延长办理时限', en: 'take longer' },
  suspend: { zh: '暂停计时', en: 'stop the clock' },
  resume: { zh: '恢复计时', en: 'start the clock again' },
  urge: { zh: '催办', en: 'urge' },
  report: { zh: '填报进展', en: 'report progress' },
  complete: { zh: '报告完工', en: 'report completion' },
  explainOverdue: { zh: '说明超期原因和整改措施', en: 'explain the overrun' },
  requestExtension: { zh: '申请延期', en: 'ask for an extension' },
  grantExtension: { zh: '同意延期', en: 'grant the extension' },
  refuseExtension: { zh: '不同意延期', en: 'refuse the extension' },
  requestRevocation: { zh: '申请撤销认定', en: 'ask for revocation' },
  withdrawRequest: { zh: '撤回所提申请', en: 'take the request back' },
  respond: { zh: '陈述申辩', en: 'be heard' },
  revoke: { zh: '撤销认定', en: 'revoke' },
  refuseRevocation: { zh: '不予撤销', en: 'refuse the revocation' },
  overdue: { zh: '超期', en: 'overdue' },
  lapse: { zh: '期满未办', en: 'lapse' },
  hold: { zh: '暂停办理', en: 'the case is held' },
  endHold: { zh: '恢复办理', en: 'the case goes on' },
  restart: { zh: '由记录重新接续', en: 'taken up again from its record' },
  recalculate: { zh: '日历更新，重算到期日', en: 'due dates recalculated by a new calendar' },
} satisfies Record<HistoryEntry['type'], Words>

/** The words for tasks that are no stage of their own. */
export const taskLabels = {
  progressReport: { zh: '项目进展填报', en: 'progress report' },
  completion: { zh: '项目完工', en: 'completion' },
  extensionDecision: { zh: '延期审批', en: 'decision on an extension' },
  revocationDecision: { zh: '撤销审批', en: 'decision on a revocation' },
  hearing: { zh: '陈述申辩', en: 'hearing' },
} as const satisfies Record<string, Words>

/** The words for a due date that an event set, moved or ended. */
export const deadlineChangeLabels = {
  opened: { zh: '开始计时', en: 'the clock starts' },
  closed: { zh: '结束计时', en: 'the clock ends' },
  stopped: { zh: '暂停计时', en: 'the clock stands still' },
  resumed: { zh: '恢复计时', en: 'the clock goes on' },
  extended: { zh: '延长办理时限', en: 'the officer takes longer' },
  granted: { zh: '准予延期', en: 'extension granted' },
  calendar: { zh: '日历更新', en: 'new calendar' },
} satisfies Record<DeadlineChange['why'], Words>

/** What a task, a stage or an end is called under an edition. */
export function nameOfTask({ stages, ends }: Pick<Edition, 'stages' | 'ends'>, task: string): Words {
  const named = [...stages, ...ends].find(({ id }) => id === task)
  if (named) return { zh: named.zh, en: named.en }
  return Object.entries(taskLabels).find(([id]) => id === task)?.[1] ?? { zh: task, en: task }
}

/** The words for the roles of the platform itself. */
const platformRoleLabels: Record<string, Words> = {
  auditor: { zh: '审计人员', en: 'auditor' },
  administrator: { zh: '平台管理员', en: 'administrator' },
}

/** What a role is called under an edition, or of the platform. */
export function nameOfRole({ roles }: Pick<Edition, 'roles'>, role: string): Words {
  return roles.find(({ id }) => id === role) ?? platformRoleLabels[role] ?? { zh: role, en: role }
}
