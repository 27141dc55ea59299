import { ICalCalendar, ICalCalendarMethod, ICalEventBusyStatus, ICalEventTransparency } from 'ical-generator'
import { taskIdOf, type Notice } from '../policy/notice.ts'

/** A due date as calendars show it; `stamp` is when it was last set, so that a calendar keeps the latest. */
export type CalendarEntry = Pick<Notice, 'task' | 'period' | 'entry'> & {
  project: string
  dueOn: string
  title: string
  stamp: Date
}

/**
 * The due dates as an iCalendar text (RFC 5545): whole days, which have no zone, and one event for a task, known by the same
 * UID wherever it appears. A later entry for the same task takes the place of an earlier one.
 */
export function calendarOf(entries: CalendarEntry[]): string {
  const calendar = new ICalCalendar({
    name: '智改',
    prodId: { company: 'zhigai', product: 'deadlines', language: 'ZH' },
    method: ICalCalendarMethod.PUBLISH,
    // The library would count days by the host's zone if it knew of one: readers are told, it is not.
    x: { 'X-WR-TIMEZONE': 'Asia/Shanghai' },
  })
  const latest = new Map(entries.map((entry) => [`${taskIdOf(entry, entry.project)}@zhigai`, entry]))
  for (const [id, { dueOn, title, stamp }] of latest) {
    calendar.createEvent({
      id,
      start: new Date(`${dueOn}T00:00:00Z`),
      allDay: true,
      summary: title,
      stamp,
      busystatus: ICalEventBusyStatus.FREE,
      transparency: ICalEventTransparency.TRANSPARENT,
    })
  }
  return calendar.toString()
}
