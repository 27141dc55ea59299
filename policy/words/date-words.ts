import { weekday } from '../time/dates.ts'
import type { Words } from './bilingual.ts'

const weekdays = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}

/** A day as it stands under a letter: `2021年4月9日`, `2021-04-09`. */
export function dateWords(date: string): Words {
  const [year, month, day] = date.split('-').map(Number)
  return { zh: `${year}年${month}月${day}日`, en: date }
}

/** A day as officers write it: `2021年4月9日 周五`, `2021-04-09 Fri`. */
export function dayWords(date: string): Words {
  const inWeek = weekday(date)
  const { zh, en } = dateWords(date)
  return { zh: `${zh} ${weekdays.zh[inWeek]}`, en: `${en} ${weekdays.en[inWeek]}` }
}

/** A day within a sentence: `2021年4月9日（周五）`, `2021-04-09 (Fri)`. */
export function fullDayWords(date: string): Words {
  const inWeek = weekday(date)
  const { zh, en } = dateWords(date)
  return { zh: `${zh}（${weekdays.zh[inWeek]}）`, en: `${en} (${weekdays.en[inWeek]})` }
}
