import { capital } from '../words/capital.ts'
import { weekday } from '../time/dates.ts'
import type { Words } from '../edition/edition.ts'

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

/** The two languages of one sentence, made by the same rule. */
export function inBoth(sentence: (language: keyof Words) => string): Words {
  return { zh: sentence('zh'), en: sentence('en') }
}

/** Several offices, each once: `甲、乙`, `a and b`. */
export function named(all: readonly Words[]): Words {
  return inBoth((language) =>
    [...new Set(all.map((each) => each[language]))].join(language === 'zh' ? '、' : ' and '),
  )
}

/** What begins a line: in English with a capital. */
export function begun({ zh, en }: Words): Words {
  return { zh, en: capital(en) }
}
