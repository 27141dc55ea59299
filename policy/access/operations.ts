import type { AdminCommand } from '../case/admin-commands.ts'
import type { Actor } from '../case/case.ts'

type Words = { zh: string; en: string }

/** What may be stuck, and how people are told. */
export const stuckKinds = {
  engineSilent: {
    zh: '流程引擎（Temporal）没有应答，只能列出台账所知的停滞事项',
    en: 'Temporal does not answer: only what the record knows to be stuck is told.',
  },
  noWorker: {
    zh: '没有工作进程在接任务，全部业务停滞',
    en: 'No worker takes tasks from the queue: nothing goes on.',
  },
  workflowTaskFailing: {
    zh: '案件的流程任务反复失败，案件无法推进',
    en: 'A workflow task of the case fails again and again: the case cannot go on.',
  },
  runLost: {
    zh: '案件尚未办结，其流程却已终止',
    en: 'The case is not over, but its workflow has ended.',
  },
  recordBehind: {
    zh: '案件已有进展，台账（一分钟以上）尚未记上',
    en: 'A case has gone on, and for a minute or more the record has not followed.',
  },
  activityRetrying: {
    zh: '活动（写入、通知等）长时间重试未成',
    en: 'An activity (a write, a notice) has been retried for long.',
  },
  deadlineWithoutEvent: {
    zh: '任务已过到期日，却未记为超期',
    en: 'A task is past its due date and was not marked overdue.',
  },
  noticeUndeliverable: { zh: '消息未能送达', en: 'A message could not be delivered.' },
} as const satisfies Record<string, Words>

/** How something is stuck. */
export type StuckKind = keyof typeof stuckKinds

/** What an administrator does about each kind of being stuck. */
export const remedies = {
  engineSilent: {
    zh: '启动 Temporal，或修复与它的连接；其间未查的事项不在此列。',
    en: 'Start Temporal, or mend the way to it; what only it knows is left out meanwhile.',
  },
  noWorker: {
    zh: '启动工作进程；任务都在等候，没有丢失。',
    en: 'Start a worker; tasks wait, nothing is lost.',
  },
  workflowTaskFailing: {
    zh: '查看错误：如因新版代码所致，恢复原版代码，或在新版下提出 restart（依记录重启）。',
    en: 'Read the error; after a careless release release the code that was, or propose restart under the new one.',
  },
  runLost: { zh: '提出 restart（依记录重启）。', en: 'Propose restart.' },
  recordBehind: {
    zh: '按错误所指修复；系统会自行补记，无须重新提交。',
    en: 'Mend what the error names: it is put on record by itself, nobody has to send anything again.',
  },
  activityRetrying: {
    zh: '按错误所指修复，再提出 retry（立即重试活动）。',
    en: 'Mend what the error names, then propose retry.',
  },
  deadlineWithoutEvent: {
    zh: '先看本案其他停滞事项；如无，提出 restart（依记录重启）。',
    en: 'Look at the other entries of the case first; if there is none, propose restart.',
  },
  noticeUndeliverable: {
    zh: '更正地址或修复邮件服务器，再提出 resend（重发消息）。',
    en: 'Mend the address or the mail server, then propose resend.',
  },
} as const satisfies Record<StuckKind, Words>

/** The kinds in which a case may be stuck, so that an operation can be aimed at such cases. */
export const stuckCases = [
  'workflowTaskFailing',
  'runLost',
  'activityRetrying',
  'deadlineWithoutEvent',
] as const satisfies StuckKind[]

/** One of the kinds in which a case may be stuck. */
export type StuckCase = (typeof stuckCases)[number]

/** What an operator may have done, and whether a second administrator must agree: where a case is changed. */
export const operationKinds = {
  hold: { zh: '暂停办理', en: 'Hold', fourEyes: true },
  endHold: { zh: '恢复办理', en: 'Let it go on', fourEyes: true },
  restart: { zh: '依记录重启', en: 'Restart from the record', fourEyes: true },
  repair: { zh: '依历史改正台账', en: 'Repair the record from the histories', fourEyes: true },
  retry: { zh: '立即重试活动', en: 'Retry activities now', fourEyes: false },
  resend: { zh: '重发消息', en: 'Send messages again', fourEyes: false },
} as const satisfies Record<
  AdminCommand['act'] | 'repair' | 'retry' | 'resend',
  Words & { fourEyes: boolean }
>

/** Something that an operator may have done. */
export type OperationKind = keyof typeof operationKinds

/** Where an operation stands, and how people are told. */
export const operationStatuses = {
  proposed: { zh: '待复核', en: 'Waits for a second administrator' },
  approved: { zh: '已复核，待执行', en: 'Approved' },
  running: { zh: '执行中', en: 'Running' },
  paused: { zh: '已暂停', en: 'Paused' },
  done: { zh: '已完成', en: 'Done' },
  failed: { zh: '已结束，有失败项', en: 'Over, with failures' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
} as const satisfies Record<string, Words>

/** Where an operation stands. */
export type OperationStatus = keyof typeof operationStatuses

/** Which cases a batch goes to: the open ones that all of it holds for. */
export type CaseFilter = { phase?: string; district?: string; edition?: string; stuck?: StuckCase }

/**
 * What an operation goes to: one case, named ones, those of a filter; dead letters, or one message; or, where activities are
 * tried again, a workflow that is no case's.
 */
export type OperationTarget =
  | { project: string }
  | { projects: string[] }
  | { filter: CaseFilter }
  | { deadLetters: { channel?: 'email' | 'webhook' } }
  | { message: string }
  | { workflow: string }

/** What becomes of an operation on one case, and how people are told. */
export const batchItemOutcomes = {
  done: { zh: '已执行', en: 'Done' },
  refused: { zh: '案件不允许', en: 'Refused by the case' },
  failed: { zh: '未成', en: 'Failed' },
} as const satisfies Record<string, Words>

/** What becomes of an operation on one case. */
export type BatchItemOutcome = keyof typeof batchItemOutcomes

/** How far an operation is: of how many cases, and what has become of so many of them. */
export type OperationTally = Record<BatchItemOutcome | 'total', number>

/** What people do with an operation, and how it is told. */
export const operationMoves = {
  propose: { zh: '提出', en: 'Proposed' },
  approve: { zh: '复核', en: 'Approved' },
  pause: { zh: '暂停', en: 'Paused' },
  resume: { zh: '继续', en: 'Resumed' },
  cancel: { zh: '取消', en: 'Cancelled' },
} as const satisfies Record<string, Words>

/** Who has done what with an operation, when and why; who approves agrees to the reason that was given. */
export type OperationMove = {
  what: keyof typeof operationMoves
  by: string
  at: Date
  reason: string | null
}

/** For so many days a proposal may be approved, and after it was approved an operation may be resumed. */
const agreedForDays = 7

type Agreement = { at: Date; approvedAt: Date | null; moves?: OperationMove[] }

/**
 * Whether it is too late to go on with an operation: nobody agreed in time, or that was too long ago, or before operations had
 * lists to agree to.
 */
export function isAgreementOver({ at, approvedAt, moves }: Agreement, nowMs: number): boolean {
  return moves === undefined || nowMs - (approvedAt ?? at).getTime() > agreedForDays * 86_400_000
}

/** A case to which an operation was not done, and why: it said no, or something broke. */
export type OperationFailure = { id: string; outcome: Exclude<BatchItemOutcome, 'done'>; reason: string }

/** What an operation has a case do; nothing where it sends no admin command. */
export function actOf(kind: OperationKind): AdminCommand['act'] | undefined {
  return kind === 'repair' || kind === 'retry' || kind === 'resend' ? undefined : kind
}

/** The admin command that an approved operation sends to a case; nothing where it sends none. */
export function adminCommandOf(operation: {
  kind: OperationKind
  reason: string
  by: Actor
  approvedBy: string | null
}): AdminCommand | undefined {
  const { kind, reason, by, approvedBy } = operation
  const act = actOf(kind)
  return act && approvedBy !== null ? { act, reason, by, approvedBy } : undefined
}
