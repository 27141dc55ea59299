import type { NoticeRecord } from '../models/index.ts'
import { shanghaiDate, weekday } from '../policy/dates.ts'
import type { Words } from '../policy/edition.ts'
import { eventLabels } from '../policy/labels.ts'
import { noticeLabels } from '../policy/notice.ts'
import type { Item, Letter } from './letter.ts'

const weekdays = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}
const longestName = 60
const longestSubject = 160

/** A day as officers write it: `2021年4月9日 周五`, `2021-04-09 Fri`. */
export function dayWords(date: string): Words {
  const [year, month, day] = date.split('-').map(Number)
  const inWeek = weekday(date)
  return {
    zh: `${year}年${month}月${day}日 ${weekdays.zh[inWeek]}`,
    en: `${date} ${weekdays.en[inWeek]}`,
  }
}

/** The sentence that a notice begins with on a day; days that were counted on another day are not told. */
export function headlineOf({ notice, label }: Pick<Item, 'notice' | 'label'>, today: string): Words {
  const task = withPeriod(label, notice.period)
  const kind = noticeLabels[notice.kind]
  const due = dueWords(notice, task, today)
  switch (notice.kind) {
    case 'before':
    case 'due':
    case 'after':
      return due ?? { zh: `${task.zh}${kind.zh}`, en: `${task.en}: ${kind.en}` }
    case 'moved': {
      const on = notice.dueOn === null ? null : dayWords(notice.dueOn)
      return on
        ? { zh: `${task.zh}到期日调整为${on.zh}`, en: `${task.en}: due date moved to ${on.en}` }
        : { zh: `${task.zh}${kind.zh}`, en: `${task.en}: ${kind.en}` }
    }
    case 'escalation':
    case 'urge':
      return { zh: `${kind.zh}：${(due ?? task).zh}`, en: `${kind.en}: ${(due ?? task).en}` }
    case 'opened':
      return { zh: `${kind.zh}：${task.zh}`, en: `${kind.en}: ${task.en}` }
    case 'outcome': {
      const decided = decisionOf(notice.occasion) ?? task
      return { zh: `${kind.zh}：${decided.zh}`, en: `${kind.en}: ${decided.en}` }
    }
  }
}

/** What was decided about a certified project; of another one its new state says it all. */
function decisionOf(occasion: string): Words | undefined {
  switch (occasion) {
    case 'grantExtension':
    case 'refuseExtension':
    case 'refuseRevocation':
      return eventLabels[occasion]
    default:
      return undefined
  }
}

function dueWords({ dueOn, days, unit, at }: NoticeRecord, task: Words, today: string): Words | null {
  if (dueOn === null) return null
  if (dueOn === today) return { zh: `${task.zh}今日到期`, en: `${task.en}: due today` }
  const isPast = dueOn < today
  if (days !== null && days !== 0 && shanghaiDate(at.getTime()) === today) {
    const length = lengthWords(Math.abs(days), unit)
    return isPast
      ? { zh: `${task.zh}已超期${length.zh}`, en: `${task.en}: overdue by ${length.en}` }
      : { zh: `${task.zh}还有${length.zh}到期`, en: `${task.en}: due in ${length.en}` }
  }
  const on = dayWords(dueOn)
  return isPast
    ? { zh: `${task.zh}已超期（${on.zh}到期）`, en: `${task.en}: overdue since ${on.en}` }
    : { zh: `${task.zh}将于${on.zh}到期`, en: `${task.en}: due on ${on.en}` }
}

function lengthWords(days: number, unit: NoticeRecord['unit']): Words {
  const plural = days === 1 ? '' : 's'
  return unit === 'workingDays'
    ? { zh: `${days}个工作日`, en: `${days} working day${plural}` }
    : { zh: `${days}天`, en: `${days} day${plural}` }
}

function withPeriod({ zh, en }: Words, period: string | null): Words {
  if (period === null) return { zh, en }
  const [, year, quarter] = /^(\d{4})Q([1-4])$/.exec(period) ?? []
  const shown = quarter === undefined ? period : `${year}年第${quarter}季度`
  return { zh: `${zh}（${shown}）`, en: `${en} (${period})` }
}

/** What a due date is called in a calendar. */
export function dueTitle(label: Words, period: string | null, projectName: string): Words {
  const { zh, en } = withPeriod(label, period)
  const name = oneLine(projectName)
  return { zh: `${zh}到期：${name}`, en: `${en} due: ${name}` }
}

/** The subject of a mail, on one line whatever a project is called. */
export function subjectOf({ items, today }: Pick<Letter, 'items' | 'today'>): string {
  const [first] = items
  const text =
    first && items.length === 1
      ? `${headlineOf(first, today).zh}：${shortened(oneLine(first.projectName), longestName)}`
      : `今日提醒${items.length}项`
  return shortened(oneLine(`【智改】${text}`), longestSubject)
}

/** A text on one line, without anything that cannot be seen. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{C}\p{Z}]+/gu, ' ').trim()
}

function shortened(text: string, max: number): string {
  const characters = [...text]
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text
}
