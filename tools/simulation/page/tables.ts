import type { Words } from '../../../policy/edition/edition.ts'
import { eventLabels } from '../../../policy/case/labels.ts'
import { errors } from '../../../policy/errors.ts'
import { noticeLabels } from '../../../policy/notices/notice.ts'
import type { Result } from '../result.ts'

/** A value of a table; a name is shown in Chinese first. */
export type TableCell = string | number | Words

/** A table of the result, as the terminal and the page show it. */
export type Table = { title: Words; columns: Words[]; rows: TableCell[][]; total?: TableCell[] }

/** Which part of a target has been reached; nothing, where there is none. */
export function reached({ certified, target }: { certified: number; target: number }): string {
  return target > 0 ? `${Math.round((certified / target) * 100)}%` : '—'
}

/** What is to be said of targets that the projects cannot reach, being fewer; nothing where they can. */
export function noteOf({ projects, total: { target } }: Result): Words | undefined {
  if (projects >= target) return undefined
  return {
    zh: `本次仅模拟 ${projects} 个项目，目标为全年 ${target} 个，完成率不可与实际比较；要达到目标规模，请加 --projects ${target}。`,
    en: `Only ${projects} projects were played against the year's targets of ${target}, so what is reached says nothing of a real year; for that, play --projects ${target}.`,
  }
}

function cellsOf(row: Result['total']): TableCell[] {
  const { target, certified, revoked, open, rejected, withdrawn, filed, refused } = row
  return [target, certified, reached(row), revoked, open, rejected, withdrawn, filed, refused]
}

/** Each district against its target. */
export function districtTable({ districts, total }: Result): Table {
  return {
    title: { zh: '各区县认定情况', en: 'Districts against their targets' },
    columns: [
      { zh: '区县', en: 'district' },
      { zh: '目标', en: 'target' },
      { zh: '认定', en: 'certified' },
      { zh: '完成', en: 'reached' },
      { zh: '撤销', en: 'revoked' },
      { zh: '在办', en: 'open' },
      { zh: '不予认定', en: 'rejected' },
      { zh: '撤回', en: 'withdrawn' },
      { zh: '申报', en: 'filed' },
      { zh: '未予受理', en: 'not taken' },
    ],
    rows: districts.map((row) => [row.district, ...cellsOf(row)]),
    total: [{ zh: '合计', en: 'total' }, ...cellsOf(total)],
  }
}

/** How far the year had come at the end of each month. */
export function monthTable({ months }: Result): Table {
  return {
    title: { zh: '全年进度', en: 'The course of the year' },
    columns: [
      { zh: '月份', en: 'month' },
      { zh: '累计申报', en: 'filed so far' },
      { zh: '累计入库', en: 'certified so far' },
      { zh: '当月事项', en: 'events' },
    ],
    rows: months.map(({ month, filed, certified, events }) => [month, filed, certified, events]),
  }
}

/** How long each stage took. */
export function stageTable({ stages }: Result): Table {
  return {
    title: { zh: '各环节用时（工作日）', en: 'Working days of each stage' },
    columns: [
      { zh: '环节', en: 'stage' },
      { zh: '中位数', en: 'median' },
      { zh: '第90百分位', en: 'p90' },
      { zh: '办结', en: 'done' },
      { zh: '在办', en: 'open' },
    ],
    rows: stages.map(({ name, median, p90, done, open }) => [name, median ?? '—', p90 ?? '—', done, open]),
  }
}

/** What reminders brought. */
export function reminderTable({ reminders, behaviour: { answeredWithin: days } }: Result): Table {
  return {
    title: { zh: '提醒与回应', en: 'Reminders and answers' },
    columns: [
      { zh: '事项', en: 'task' },
      { zh: '提醒', en: 'sent' },
      { zh: `${days}个工作日内办结`, en: `done within ${days} working days` },
      { zh: '超期上报', en: 'escalated' },
    ],
    rows: reminders.map(({ name, sent, answered, escalated }) => [name, sent, answered, escalated]),
  }
}

/** What was told, by the kind of the notice. */
export function noticeTable({ notices }: Result): Table {
  return {
    title: { zh: '通知', en: 'Notices' },
    columns: [
      { zh: '种类', en: 'kind' },
      { zh: '发出', en: 'sent' },
      { zh: '已无必要', en: 'cancelled' },
    ],
    rows: notices.map(({ kind, sent, cancelled }) => [noticeLabels[kind], sent, cancelled]),
  }
}

/** What was refused, and why. */
export function refusalTable({ refusals }: Result): Table {
  return {
    title: { zh: '未予受理', en: 'Refusals' },
    columns: [
      { zh: '事项', en: 'event' },
      { zh: '原因', en: 'reason' },
      { zh: '次数', en: 'count' },
    ],
    rows: refusals.map(({ tried, code, count }) => [eventLabels[tried], errors[code], count]),
  }
}

/** Every table of a result, in the order in which they are read. */
export function tablesOf(result: Result): Table[] {
  return [districtTable, monthTable, stageTable, reminderTable, noticeTable, refusalTable].map((table) =>
    table(result),
  )
}
