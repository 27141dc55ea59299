import {
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator'
import { taskIdOf, type Notice } from '../../../policy/notices/notice.ts'

/**
 * A due date as calendars show it. Of two that say something of the same task, a calendar keeps the one of the later `revision`,
 * the one that the case was at when it was said; `stamp` is that instant. A date at which nothing is due any more, since its
 * clock stands still, is `cancelled`; when the clock goes on, a later revision takes its place.
 */
export type CalendarEntry = Pick<Notice, 'task' | 'part' | 'entry'> & {
  project: string
  dueOn: string
  title: string
  cancelled: boolean
  revision: number
  stamp: Date
}

/** How often a subscribed calendar should be fetched, in seconds (RFC 7986 §5.7). */
const refreshSeconds = 3_600

/**
 * The due dates as an iCalendar text (RFC 5545): whole days, which have no zone, and one event for a task, known by the same
 * UID wherever it appears, and with a higher SEQUENCE whenever its case has gone on, whatever has moved the date.
 */
export function calendarOf(entries: CalendarEntry[]): string {
  const calendar = new ICalCalendar({
    name: '智改',
    prodId: { company: 'zhigai', product: 'deadlines', language: 'ZH' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: refreshSeconds,
    // The library would count days by the host's zone if it knew of one: readers are told, it is not.
    x: { 'X-WR-TIMEZONE': 'Asia/Shanghai' },
  })
  for (const [id, { dueOn, title, cancelled, revision, stamp }] of latestOf(entries)) {
    calendar.createEvent({
      id,
      start: new Date(`${dueOn}T00:00:00Z`),
      allDay: true,
      summary: title,
      sequence: revision,
      stamp,
      lastModified: stamp,
      status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      busystatus: ICalEventBusyStatus.FREE,
      transparency: ICalEventTransparency.TRANSPARENT,
    })
  }
  return calendar.toString()
}

function latestOf(entries: CalendarEntry[]): Map<string, CalendarEntry> {
  const latest = new Map<string, CalendarEntry>()
  for (const entry of entries) {
    const id = `${taskIdOf(entry, entry.project)}@zhigai`
    const known = latest.get(id)
    if (!known || known.revision <= entry.revision) latest.set(id, entry)
  }
  return latest
}
