import type { Calendar, LocalDays } from './calendar.ts'
import { weekday } from './dates.ts'

/** Something wrong with the next version of a calendar: where, as a path (`off.3`), and what, in both languages. */
export type CalendarFault = { field: string; zh: string; en: string }

/** Everything wrong with the next version of the country's calendar, whose dates are dates; `before` is the one in force. */
export function countryFaults(next: Calendar, before: Calendar | undefined): CalendarFault[] {
  return [
    ...spanFaults(next, before),
    ...orderFaults(next),
    ...rangeFaults(next, next),
    ...dayFaults('off', next.off, (date) => isWeekend(date) && words.weekend),
    ...dayFaults('worked', next.worked, (date) => !isWeekend(date) && words.weekday),
  ]
}

/** Everything wrong with the days of a district, whose dates are dates; `country` is the calendar that they are added to. */
export function districtFaults(next: LocalDays, country: Calendar): CalendarFault[] {
  const isIdle = (date: string) => isWeekend(date) && !country.worked.includes(date)
  return [
    ...orderFaults(next),
    ...rangeFaults(next, country),
    ...dayFaults('off', next.off, (date) => isIdle(date) && words.weekend),
    ...dayFaults('worked', next.worked, (date) => !isWeekend(date) && words.weekday),
    ...dayFaults('worked', next.worked, (date) => next.off.includes(date) && words.both),
  ]
}

type Words = Omit<CalendarFault, 'field'>

const words = {
  weekend: { zh: '是本不上班的周末', en: 'is a day of the weekend, on which nobody works' },
  weekday: {
    zh: '是周一至周五，不属调休上班',
    en: 'is a weekday: only a day of the weekend is worked instead',
  },
  both: { zh: '同时列为放假和上班', en: 'stands under off and under worked' },
  order: {
    zh: '须按日期先后排列，不得重复',
    en: 'does not come after the date before it: in order, and each once',
  },
  outside: { zh: '不在历表的起止年份之内', en: 'is not in the years of the calendar' },
  backwards: { zh: '早于起始年份', en: 'is before the first year' },
  shorter: { zh: '比现行历表短', en: 'makes the calendar shorter than the one in force' },
} as const satisfies Record<string, Words>

function spanFaults({ from, through, off }: Calendar, before: Calendar | undefined): CalendarFault[] {
  if (through < from) return [{ field: 'through', ...words.backwards }]
  const years = Array.from({ length: through - from + 1 }, (_, at) => from + at)
  const named = new Set(off.map(yearOf))
  return [
    ...(before && from > before.from ? [{ field: 'from', ...words.shorter }] : []),
    ...(before && through < before.through ? [{ field: 'through', ...words.shorter }] : []),
    ...years
      .filter((year) => !named.has(year))
      .map((year) => ({
        field: 'off',
        zh: `${year}年没有放假日，不是已公布的安排`,
        en: `has no day of ${year}: a year without a holiday has not been published`,
      })),
  ]
}

function orderFaults(next: LocalDays): CalendarFault[] {
  return (['off', 'worked'] as const).flatMap((field) =>
    dayFaults(field, next[field], (date, at, dates) => date <= (dates[at - 1] ?? '') && words.order),
  )
}

function rangeFaults(next: LocalDays, { from, through }: Calendar): CalendarFault[] {
  const isOutside = (date: string) => yearOf(date) < from || yearOf(date) > through
  return (['off', 'worked'] as const).flatMap((field) =>
    dayFaults(field, next[field], (date) => isOutside(date) && words.outside),
  )
}

function dayFaults(
  field: string,
  dates: string[],
  find: (date: string, at: number, dates: string[]) => Words | false,
): CalendarFault[] {
  return dates.flatMap((date, at, all) => {
    const wrong = find(date, at, all)
    return wrong ? [{ field: `${field}.${at}`, zh: `${date}${wrong.zh}`, en: `${date} ${wrong.en}` }] : []
  })
}

function isWeekend(date: string): boolean {
  return [0, 6].includes(weekday(date))
}

function yearOf(date: string): number {
  return Number(date.slice(0, 4))
}
