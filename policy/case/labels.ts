import type { DeadlineChange } from './case.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { entryRows, type EntryType } from './events.ts'
import { taskLabels } from '../stages/index.ts'

/** The words for each verb, as buttons and histories show them. */
export const eventLabels = Object.fromEntries(
  // The words alone: what else the row says of an event is shown to nobody.
  Object.entries(entryRows).map(([type, { zh, en }]) => [type, { zh, en }]),
) as Readonly<Record<EntryType, Words>>

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
  return taskLabels[task] ?? { zh: task, en: task }
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
