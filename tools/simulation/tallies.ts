import type { NoticeRecord, ProjectRecord, TaskRecord } from '../../models/index.ts'
import { countDays, type Calendar } from '../../policy/time/calendar.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { noticeLabels, taskIdOf, type NoticeKind } from '../../policy/notices/notice.ts'
import type { Counts, DistrictCounts, ReminderCounts, Result, StageTimes } from './result.ts'

const empty: Counts = { refused: 0, filed: 0, certified: 0, revoked: 0, rejected: 0, withdrawn: 0, open: 0 }

/** Counts the districts' projects by where they stand. */
export function tallyDistricts({ bodies }: Edition) {
  const rows = new Map(
    bodies.map(({ name, target }): [string, DistrictCounts] => [name, { district: name, target, ...empty }]),
  )
  const rowOf = (district: string) => {
    const row = rows.get(district)
    if (!row) throw new Error(`${district} is no district of the edition`)
    return row
  }
  return {
    refuse: (district: string) => (rowOf(district).refused += 1),
    add({ district, outcome }: Pick<ProjectRecord, 'district' | 'outcome'>): void {
      const row = rowOf(district)
      row.filed += 1
      row[outcome === null ? 'open' : outcome === 'completed' ? 'certified' : outcome] += 1
    },
    read: () => [...rows.values()],
  }
}

/** The sum of all districts. */
export function totalOf(districts: readonly DistrictCounts[]): Result['total'] {
  const total = { ...empty, target: 0 }
  for (const row of districts)
    for (const column of [...columns, 'target'] as const) total[column] += row[column]
  return total
}

const columns = ['refused', 'filed', 'certified', 'revoked', 'rejected', 'withdrawn', 'open'] as const

/** Measures how long tasks took, from the day they were opened to the day they were done. */
export function tallyStages(edition: Edition, calendar: Calendar) {
  const found = new Map<string, { days: number[]; open: number }>()
  return {
    add({ task, openedOn, closedOn }: Pick<TaskRecord, 'task' | 'openedOn' | 'closedOn'>): void {
      const stage = found.get(task) ?? { days: [], open: 0 }
      found.set(task, stage)
      if (closedOn === null) stage.open += 1
      else stage.days.push(countDays(calendar, 'workingDays', openedOn, closedOn))
    },
    read: (): StageTimes[] =>
      inOrder(edition, [...found.keys()]).map((task) => {
        const { days = [], open = 0 } = found.get(task) ?? {}
        const sorted = days.toSorted((a, b) => a - b)
        return {
          task,
          name: nameOfTask(edition, task),
          done: days.length,
          open,
          median: percentile(sorted, 0.5),
          p90: percentile(sorted, 0.9),
        }
      }),
  }
}

/** Counts what was told, and the reminders after which the task was soon done. */
export function tallyNotices(edition: Edition, calendar: Calendar, answeredWithin: number) {
  const kinds = new Map<NoticeKind, { sent: number; cancelled: number }>()
  const tasks = new Map<string, Omit<ReminderCounts, 'task' | 'name'>>()
  const daysBetween = (sent: Date, done: string) =>
    countDays(calendar, 'workingDays', shanghaiDate(sent.getTime()), done)
  return {
    add(notice: NoticeRecord, closedOn: ReadonlyMap<string, string | null>): void {
      const { kind, status, task, sentAt, project } = notice
      const told = kinds.get(kind) ?? { sent: 0, cancelled: 0 }
      kinds.set(kind, told)
      if (status === 'cancelled') told.cancelled += 1
      if (status !== 'sent' || !sentAt) return
      told.sent += 1
      const row = tasks.get(task) ?? { sent: 0, answered: 0, escalated: 0 }
      if (kind === 'escalation') row.escalated += 1
      else if (isReminder(kind)) {
        const done = closedOn.get(taskIdOf(notice, project)) ?? null
        row.sent += 1
        if (done !== null && daysBetween(sentAt, done) <= answeredWithin) row.answered += 1
      } else return
      tasks.set(task, row)
    },
    read: (): Pick<Result, 'notices' | 'reminders'> => ({
      notices: noticeKinds.flatMap((kind) => {
        const told = kinds.get(kind)
        return told ? [{ kind, ...told }] : []
      }),
      reminders: inOrder(edition, [...tasks.keys()]).map((task) => ({
        task,
        name: nameOfTask(edition, task),
        ...(tasks.get(task) ?? { sent: 0, answered: 0, escalated: 0 }),
      })),
    }),
  }
}

const noticeKinds = Object.keys(noticeLabels) as NoticeKind[]

function isReminder(kind: NoticeKind): boolean {
  return kind === 'before' || kind === 'due' || kind === 'after' || kind === 'urge'
}

/** In the order of the procedure, then by name. */
function inOrder({ stages }: Edition, tasks: readonly string[]): string[] {
  const place = (task: string) => (stages.findIndex(({ id }) => id === task) + stages.length) % stages.length
  const isStage = (task: string) => stages.some(({ id }) => id === task)
  return tasks.toSorted(
    (a, b) => Number(isStage(b)) - Number(isStage(a)) || place(a) - place(b) || (a < b ? -1 : 1),
  )
}

/** The value that a share of the sorted values do not exceed; null where there is none. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null
}
