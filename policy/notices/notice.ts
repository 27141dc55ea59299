import type { Application } from '../edition/application.ts'
import type { Actor, HistoryEntry } from '../case/case.ts'
import type { Outcome } from '../case/decisions.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { audienceOf, type Audience } from '../access/scope.ts'
import { nextDigestInstant, nextWakingInstant } from '../time/quiet-hours.ts'
import type { Asked } from '../stages/supervision/kept.ts'

/** How each kind of notice begins, on the screen and in a mail. */
export const noticeLabels = {
  opened: { zh: '新待办', en: 'new task' },
  before: { zh: '即将到期', en: 'due soon' },
  due: { zh: '今日到期', en: 'due today' },
  after: { zh: '已超期', en: 'overdue' },
  escalation: { zh: '超期上报', en: 'overdue, reported to you' },
  takeover: { zh: '可由上级接办', en: 'may be taken over' },
  urge: { zh: '催办', en: 'urged' },
  moved: { zh: '到期日调整', en: 'due date moved' },
  hold: { zh: '暂停办理', en: 'held' },
  endHold: { zh: '恢复办理', en: 'goes on' },
  suspend: { zh: '暂停计时', en: 'clock stopped' },
  resume: { zh: '恢复计时', en: 'clock started again' },
  released: { zh: '经办人变更', en: 'no longer in your hands' },
  withdrawn: { zh: '申请已撤回', en: 'request taken back' },
  replaced: { zh: '申请已变更', en: 'request replaced' },
  outcome: { zh: '办理结果', en: 'outcome' },
} satisfies Record<string, Words>

/** Why somebody is told: a task is theirs now, its due date comes, is here or has passed, a superior learns of it … */
export type NoticeKind = keyof typeof noticeLabels

/** The kinds by which somebody is reminded of what they owe. */
export const reminderKinds = ['before', 'due', 'after', 'urge'] as const satisfies NoticeKind[]

/**
 * Something to be told about a case. Whom it reaches is found out when it is written into the ledger: everybody who holds
 * one of the roles there. `task`, `entry` and `deduplicationKey` name it, so that nobody is told the same thing twice.
 */
export type Notice = {
  kind: NoticeKind
  /** The task it is about; for an `outcome` what was decided. */
  task: string
  /** The part of the task: the period that a progress report is for (`2021Q3`). */
  part: string | null
  /** The revision at which the task was opened: one that is opened again is told anew. */
  entry: number
  /** Names the moment within the task's life: `before-5@2021-04-09`, `opened`, `urge@2021-04-12`. */
  deduplicationKey: string
  roles: string[]
  /** The one of them who has the task in hand; everybody who holds the role, if null. */
  user: string | null
  /** Until when something is to be done: as it stands now, also where that is what was decided. */
  dueOn: string | null
  /** The date that stood before, where it was moved or stands still. */
  from: string | null
  /** The task that these dates are of, and the revision that opened it, where that is not the one it is about. */
  dateOf: { task: string; entry: number } | null
  /** Working or calendar days until (negative: since) the due date, on the day of the notice. */
  days: number | null
  unit: 'workingDays' | 'calendarDays' | null
  /** The law wants it told: nobody can turn it off. */
  required: boolean
  /** Where the notice, the law or the edition speaks of it. */
  article: string
  /** The stage or end that the case has reached. */
  phase: string
  /** The step that it tells of, and who made it; null where time alone reminds, or has made it. */
  event: HistoryEntry['type'] | null
  by: Actor | null
  /** How an `outcome` was decided. */
  outcome: Outcome | null
  /** Why a clock stands still, by the edition. */
  ground: string | null
  /** The request that the task answers: who made it, and why. */
  request: Pick<Asked, 'role' | 'reason'> | null
  /** What somebody wrote: the note of an urge, the reason of a decision, the paper that a calendar comes from. */
  words: string | null
}

/** A notice as it lies in the ledger, with the instant at which it arose. */
export type Arisen = Notice & { at: Date }

/** What a notice says of its case beside what it has itself. */
export type NoticeCase = {
  project: string
  name: string
  enterprise: string
  uscc: string
  district: string
  certificate: string | null
}

/**
 * Of each kind: whether it waits for the digest of the day, where the others go out at once, but not at night; and whether it says
 * nothing any more once its task is done, where what has been decided, moved or stopped is told all the same.
 */
const delivery = {
  opened: { inDigest: false, withTask: true },
  before: { inDigest: true, withTask: true },
  due: { inDigest: true, withTask: true },
  after: { inDigest: true, withTask: true },
  escalation: { inDigest: false, withTask: true },
  takeover: { inDigest: false, withTask: true },
  urge: { inDigest: false, withTask: true },
  moved: { inDigest: false, withTask: false },
  hold: { inDigest: false, withTask: false },
  endHold: { inDigest: false, withTask: false },
  suspend: { inDigest: false, withTask: false },
  resume: { inDigest: false, withTask: false },
  released: { inDigest: false, withTask: false },
  withdrawn: { inDigest: false, withTask: false },
  replaced: { inDigest: false, withTask: false },
  outcome: { inDigest: false, withTask: false },
} satisfies Record<NoticeKind, { inDigest: boolean; withTask: boolean }>

/** Whether notices of a kind wait for the digest of the day. */
export function waitsForDigest(kind: NoticeKind): boolean {
  return delivery[kind].inDigest
}

/**
 * Notices about a project that arise at one instant (ISO 8601), and who is meant by each role. `scope` says whose case it is,
 * so that nobody reads of it who may not see it; the revision that it is at lets calendars keep the latest date.
 */
export type NotificationBatch = {
  project: string
  scope: CaseScope
  revision: number
  audiences: Audience[]
  notices: Notice[]
  at: string
}

/** The district and the enterprise of a case, by which it is seen or not. */
export type CaseScope = Pick<Application, 'district' | 'uscc'>

/** Who is meant by the roles of some notices, by what each may see; a role without a scope is told nothing. */
export function audiencesOf(
  edition: Edition,
  { district, uscc }: CaseScope,
  notices: Pick<Notice, 'roles'>[],
): Audience[] {
  const roles = [...new Set(notices.flatMap((notice) => notice.roles))]
  return roles.flatMap((role) => audienceOf(edition, { role, district, uscc }) ?? [])
}

/** The earliest instant at which a notice of a kind that arises at another goes out (milliseconds since 1970). */
export function sendingInstant(kind: NoticeKind, arisesMs: number): number {
  return waitsForDigest(kind) ? nextDigestInstant(arisesMs) : nextWakingInstant(arisesMs)
}

/** Whether a notice says nothing any more once its task is done. */
export function endsWithTask(kind: NoticeKind): boolean {
  return delivery[kind].withTask
}

/** The `_id` of the task that a notice is about. */
export function taskIdOf(
  { task, part, entry }: Pick<Notice, 'task' | 'part' | 'entry'>,
  project: string,
): string {
  return `${project}:${task}:${part ?? ''}:${entry}`
}
