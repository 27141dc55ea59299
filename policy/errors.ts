import { z } from 'zod'
import type { Words } from './edition/edition.ts'

/** How an error ends for the caller; `api/http/problem.ts` alone turns a kind into an HTTP status. */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'stale'
  | 'tooLarge'
  | 'unsupported'
  | 'tooMany'
  | 'timeout'
  | 'headersTooLarge'
  | 'unavailable'
  | 'internal'

type ErrorEntry = { kind: ErrorKind } & Words

const words = z.object({ zh: z.string(), en: z.string() })

/** Every error that a caller can meet: its stable code, its kind and its words. `docs/errors.md` is made from it. */
export const errors = {
  'malformed-http': {
    kind: 'malformed',
    zh: '请求不是合法的 HTTP 报文；地址中的汉字等字符须作百分号编码',
    en: 'This is no HTTP request; characters beyond ASCII in an address must be percent-encoded.',
  },
  'request-timeout': {
    kind: 'timeout',
    zh: '请求未在规定时间内送达',
    en: 'The request did not arrive in time.',
  },
  'headers-too-large': {
    kind: 'headersTooLarge',
    zh: '请求头过大',
    en: 'The headers of the request are too large.',
  },
  'not-utf8': {
    kind: 'malformed',
    zh: '文字不是有效的 UTF-8 编码，或者含有替代字符 U+FFFD',
    en: 'The text is not valid UTF-8, or has the replacement character U+FFFD.',
  },
  'malformed-json': { kind: 'malformed', zh: '请求正文不是合法的 JSON', en: 'The body is not JSON.' },
  'invalid-request': {
    kind: 'invalid',
    zh: '请求内容不符合要求',
    en: 'The request does not have the form it must have.',
  },
  'unknown-enterprise': { kind: 'invalid', zh: '企业尚未登记', en: 'The enterprise is not in the register.' },
  'not-eligible': {
    kind: 'invalid',
    zh: '不符合认定条件',
    en: 'The application does not meet the conditions.',
  },
  'judgement-needed': {
    kind: 'invalid',
    zh: '标准未覆盖此情形，须由经办人写明判断理由（opinion）',
    en: 'The standard does not cover this case: the officer must give a reason (opinion).',
  },
  'reason-needed': {
    kind: 'invalid',
    zh: '此件由他人签收，退回待办须写明理由（reason），并告知签收人',
    en: 'Another officer has this task in hand: to release it takes a reason, which they are told.',
  },
  'fixed-field': {
    kind: 'invalid',
    zh: '修改申请时不得更改此项',
    en: 'A new form may not change this field.',
  },
  'idempotency-key-reused': {
    kind: 'invalid',
    zh: '同一 Idempotency-Key 已用于另一请求',
    en: 'This Idempotency-Key was used for another request.',
  },
  'not-signed-in': {
    kind: 'unauthenticated',
    zh: '请先登录',
    en: 'Sign in first: a valid bearer token is needed.',
  },
  'not-your-role': { kind: 'forbidden', zh: '您的角色不能办理此事项', en: 'Your role may not do this.' },
  'not-your-enterprise': {
    kind: 'forbidden',
    zh: '只能为本企业申报',
    en: 'You may file for your own enterprise only.',
  },
  'four-eyes': {
    kind: 'forbidden',
    zh: '按双人原则，此事须由另一人办理',
    en: 'Two pairs of eyes: another person must do this.',
  },
  'not-found': {
    kind: 'notFound',
    zh: '没有找到，或不在您可见的范围内',
    en: 'There is nothing here, or nothing that is yours to see.',
  },
  'event-not-allowed': {
    kind: 'conflict',
    zh: '当前状态不允许此操作',
    en: 'The state does not allow this event.',
  },
  'claimed-by-another': {
    kind: 'conflict',
    zh: '此件已由他人签收',
    en: 'Another officer has claimed this task.',
  },
  'intake-closed': {
    kind: 'conflict',
    zh: '现不受理申报',
    en: 'Applications are not taken now.',
  },
  'already-urged': {
    kind: 'conflict',
    zh: '今日已催办，请明日再催',
    en: 'This case has been urged today already.',
  },
  'extension-limit': {
    kind: 'conflict',
    zh: '延期次数已用完',
    en: 'The project has been extended as often as the edition allows.',
  },
  'too-late-to-extend': {
    kind: 'conflict',
    zh: '延期最晚所能到达的日期已过，不能再延期',
    en: 'The last day that an extension could reach has passed.',
  },
  'date-not-allowed': {
    kind: 'invalid',
    zh: '日期不在允许的范围内',
    en: 'The date is not within what is allowed.',
  },
  'fact-not-possible': {
    kind: 'invalid',
    zh: '所填内容相互矛盾或不可能，请核对',
    en: 'What is stated contradicts itself, or cannot be: look at it again.',
  },
  'case-held': {
    kind: 'conflict',
    zh: '本件已由管理员暂停办理，恢复后再办',
    en: 'An administrator holds this case: wait until it goes on.',
  },
  'admin-command-not-allowed': {
    kind: 'conflict',
    zh: '当前不能执行此项运维操作',
    en: 'The case is not in a state in which this can be done.',
  },
  'operation-not-allowed': {
    kind: 'conflict',
    zh: '该运维操作当前不能如此处理',
    en: 'The operation is not in a state in which this can be done.',
  },
  'operation-expired': {
    kind: 'conflict',
    zh: '该运维操作的提议或复核已过期，请重新提出',
    en: 'The operation was proposed, or agreed to, too long ago: propose it anew.',
  },
  duplicate: { kind: 'conflict', zh: '该项目已申报', en: 'This project is already filed.' },
  'message-not-dead': {
    kind: 'conflict',
    zh: '该消息并未投递失败，无须重发',
    en: 'The message is not dead: there is nothing to send again.',
  },
  'stale-revision': {
    kind: 'stale',
    zh: '内容已被更新，请刷新后再办',
    en: 'The project has changed since you read it: read it again.',
  },
  'too-large': { kind: 'tooLarge', zh: '请求正文过大', en: 'The body is too large.' },
  'history-broken': {
    kind: 'conflict',
    zh: '案卷的部分历史缺失或已损坏，请先核对（reconcile、audit verify）',
    en: 'A part of the history of this case is missing or damaged: reconcile and verify it first.',
  },
  'case-file-too-large': {
    kind: 'tooLarge',
    zh: '案卷超出导出上限',
    en: 'The case is larger than a case file takes.',
  },
  'unsupported-media-type': {
    kind: 'unsupported',
    zh: '请求正文须为 UTF-8 编码的 application/json',
    en: 'The body must be application/json in UTF-8.',
  },
  'too-many-requests': {
    kind: 'tooMany',
    zh: '请求过于频繁，请稍后再试',
    en: 'Too many requests: wait a little.',
  },
  'too-many-streams': {
    kind: 'tooMany',
    zh: '打开的实时连接过多，请先关闭其他页面',
    en: 'Too many streams are open: close another one first.',
  },
  'too-many-confirmations': {
    kind: 'tooMany',
    zh: '确认邮件发送过于频繁，请查收已发的邮件，或明日再试',
    en: 'That address, or you, have been sent enough codes: look for the mail, or ask again tomorrow.',
  },
  'no-mail': {
    kind: 'conflict',
    zh: '本系统未设置邮件服务，不能向邮箱发送确认码和通知',
    en: 'No mail server is set up here: neither codes nor notices can be sent to an address.',
  },
  'code-not-valid': {
    kind: 'invalid',
    zh: '确认码不正确或已过期，请核对最近一封确认邮件',
    en: 'That is not a code of a mail to your new address, or it is older than a day.',
  },
  unavailable: {
    kind: 'unavailable',
    zh: '系统暂时不可用，请稍后重试',
    en: 'The system cannot answer now: repeat the request in a little while.',
  },
  'outcome-unknown': {
    kind: 'unavailable',
    zh: '系统未能及时答复，此次办理结果未知，可能已经办成；请以所附 Idempotency-Key 重新提交同一请求',
    en: 'There was no answer in time: whether this was carried out is not known. Send the same request with the Idempotency-Key that is given.',
  },
  internal: { kind: 'internal', zh: '系统内部错误', en: 'Something is wrong on our side.' },
} as const satisfies Record<string, ErrorEntry>

/** The stable code of an error. */
export type ErrorCode = keyof typeof errors

/** One thing that is wrong with what came in: at which field, and a sentence that names it. */
const Issue = words.extend({ field: z.string() })

/** What a refusal may tell beside its code: each is a member of the problem document, and is documented as one. */
export const refusalMembers = {
  field: z.string().meta({ description: 'The field at fault, as a path (`application.totalInvestment`).' }),
  issues: z.array(Issue).meta({ description: 'Every fault of what came in; `field` is that of the first.' }),
  allowed: z.array(z.string()).meta({
    description: 'What is allowed instead: events, roles, values, or the first and the last date.',
  }),
  article: z.string().meta({ description: 'Where the rule stands in the notice, or in the law.' }),
  possibleFrom: z.string().meta({ description: 'The day from which it will be possible.' }),
  phase: z.string().meta({ description: 'Where the case stands.' }),
  since: z.string().meta({ description: 'The day since which the case is held.' }),
  revision: z.int().meta({ description: 'The revision as it is now.' }),
  judgements: z.array(z.string()).meta({ description: 'The rules that an officer must judge.' }),
  findings: z
    .array(z.object({ rule: z.string(), article: z.string(), ok: z.boolean().nullable(), detail: words }))
    .meta({ description: 'The rules that say no.' }),
  project: z.string().meta({ description: 'The project that was filed before.' }),
  by: z.string().nullable().meta({ description: 'The officer who has the task in hand.' }),
  idempotencyKey: z.string().meta({
    description:
      'The `Idempotency-Key` under which the same request is sent again, to learn what came of it.',
  }),
  operationStatus: z.string(),
  messageStatus: z.string(),
} as const satisfies Record<string, z.ZodType>

type Members = { [Name in keyof typeof refusalMembers]?: z.infer<(typeof refusalMembers)[Name]> | undefined }

/**
 * Why something is not done: a code of the catalogue, what the caller needs in order to do better, and a sentence of its own
 * where the one of the code (`voice.ts`) does not say enough.
 */
export type Refusal = Members & { words?: Words; detail?: never } & (
    | { code: Exclude<ErrorCode, 'not-your-role'> }
    // Who is refused for their role is told whose it is.
    | { code: 'not-your-role'; allowed: string[] }
  )

/** Whether what a workflow's failure carries is a refusal. */
export function isRefusal(carried: unknown): carried is Refusal {
  if (typeof carried !== 'object' || carried === null || !('code' in carried)) return false
  return typeof carried.code === 'string' && Object.hasOwn(errors, carried.code)
}

/** A refusal on its way to the caller, from any code that is not a workflow. */
export class RefusalError extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.words?.en ?? errors[refusal.code].en, options)
    this.name = 'RefusalError'
    this.refusal = refusal
  }
}
