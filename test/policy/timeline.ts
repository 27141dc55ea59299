import type { ProjectState } from '../../policy/case/case.ts'
import { endOfDay, shanghaiDate } from '../../policy/time/dates.ts'
import { passTime, type Process } from '../../policy/case/lifecycle.ts'
import type { Notice } from '../../policy/notices/notice.ts'
import { nextWake, remindersOn } from '../../policy/notices/reminders.ts'

/** A notice and the day on which it arose. */
export type Told = Notice & { on: string }

/**
 * All that is told about a case from an instant on, if nobody does anything to the end of a day: it is woken whenever it
 * asks for it.
 */
export function timelineOf(
  process: Process,
  from: ProjectState,
  through: string,
  now = 0,
): { told: Told[]; state: ProjectState } {
  const told: Told[] = []
  let state = from
  for (let wakes = 0; ; wakes += 1) {
    const wake = Math.max(nextWake(process, state), now)
    if (wake >= endOfDay(through)) return { told, state }
    if (wakes > 2000) throw new Error('it wakes without end')
    const on = shanghaiDate(wake)
    for (const made of passTime(process, state, wake)) {
      state = made.state
      told.push(...made.notices.map((notice) => ({ ...notice, on })))
    }
    const { notices, deadlines } = remindersOn(process, state, on)
    state = { ...state, deadlines }
    told.push(...notices.map((notice) => ({ ...notice, on })))
  }
}
