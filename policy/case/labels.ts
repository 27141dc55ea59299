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

/** What a task, a stage or an end is called under an edition, with the part of it that is meant: `项目进展填报（2021年第3季度）`. */
export function nameOfTask(
  edition: Pick<Edition, 'stages' | 'ends' | 'roles'>,
  task: string,
  part: string | null = null,
): Words {
  const named = [...edition.stages, ...edition.ends].find(({ id }) => id === task)
  const { zh, en } = named ?? taskLabels[task] ?? { zh: task, en: task }
  const of = part === null ? undefined : nameOfPart(edition, part)
  return of ? { zh: `${zh}（${of.zh}）`, en: `${en} (${of.en})` } : { zh, en }
}

/** What a part of a task is called: a quarter as it is written, a body by its role. */
export function nameOfPart(edition: Pick<Edition, 'roles'>, part: string): Words {
  const [, year, quarter] = /^(\d{4})Q([1-4])$/.exec(part) ?? []
  return quarter === undefined ? nameOfRole(edition, part) : { zh: `${year}年第${quarter}季度`, en: part }
}

/** The words for the roles of the platform itself. */
const platformRoleLabels: Record<string, Words> = {
  auditor: { zh: '审计人员', en: 'auditor' },
  administrator: { zh: '平台管理员', en: 'administrator' },
}

/** What a role is called under an edition, or of the platform. */
export function nameOfRole({ roles }: Pick<Edition, 'roles'>, role: string): Words {
  const { zh, en } = roles.find(({ id }) => id === role) ?? platformRoleLabels[role] ?? { zh: role, en: role }
  return { zh, en }
}
