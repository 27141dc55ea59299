import type { Words } from './edition.ts'

/** Why somebody is told: a task is theirs now, its due date comes, is here or has passed, a superior learns of it … */
export type NoticeKind = 'opened' | 'before' | 'due' | 'after' | 'escalation' | 'urge' | 'moved' | 'outcome'

/**
 * Something to be told about a case. Whom it reaches is found out when it is written into the ledger: everybody who holds
 * one of the roles there. `task`, `entry` and `occasion` name it, so that nobody is told the same thing twice.
 */
export type Notice = {
  kind: NoticeKind
  /** The task it is about; for an `outcome` the stage or end that the case has reached. */
  task: string
  /** The period that a progress report is for (`2021Q3`). */
  period: string | null
  /** The revision at which the task was opened: one that is opened again is told anew. */
  entry: number
  /** Names the moment within the task's life: `before-5@2021-04-09`, `opened`, `urge@2021-04-12`. */
  occasion: string
  roles: string[]
  /** The one of them who has the task in hand; everybody who holds the role, if null. */
  user: string | null
  dueOn: string | null
  /** Working or calendar days until (negative: since) the due date, on the day of the occasion. */
  days: number | null
  unit: 'workingDays' | 'calendarDays' | null
  /** The law wants it told: nobody can turn it off. */
  required: boolean
  /** Where the notice, the law or the edition speaks of it. */
  article: string
  /** What somebody wrote: the note of an urge, the reason of a decision. */
  words: string | null
}

/** How each kind of notice begins, on the screen and in a mail. */
export const noticeLabels = {
  opened: { zh: '新待办', en: 'new task' },
  before: { zh: '即将到期', en: 'due soon' },
  due: { zh: '今日到期', en: 'due today' },
  after: { zh: '已超期', en: 'overdue' },
  escalation: { zh: '超期上报', en: 'overdue, reported to you' },
  urge: { zh: '催办', en: 'urged' },
  moved: { zh: '到期日调整', en: 'due date moved' },
  outcome: { zh: '办理结果', en: 'outcome' },
} satisfies Record<NoticeKind, Words>

/** Whether notices of a kind wait for the digest of the day; the others go out at once, but not at night. */
export function waitsForDigest(kind: NoticeKind): boolean {
  switch (kind) {
    case 'before':
    case 'due':
    case 'after':
      return true
    case 'opened':
    case 'escalation':
    case 'urge':
    case 'moved':
    case 'outcome':
      return false
  }
}
