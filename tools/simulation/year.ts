import { setTimeout as delay } from 'node:timers/promises'
import pMap from 'p-map'
import type { Models } from '../../models/index.ts'
import { addDays, daysFrom } from '../../policy/time/dates.ts'
import { PlayedCase, type CaseStage } from './case.ts'
import { actingInstant, type SimulatedClock } from './clock.ts'
import type { MadeUpProject } from './population.ts'
import { dispatchDay } from './dispatch.ts'

/** What is told while a year is played; `open` counts the same as the result's. */
export type YearProgress = { on: string; day: number; days: number; open: number; events: number }

/** A year to play: its days, its projects, and who wants to know how far it is. */
export type Year = {
  stage: CaseStage
  clock: SimulatedClock
  from: string
  through: string
  projects: MadeUpProject[]
  atOnce: number
  signal: AbortSignal
  onDay: (progress: YearProgress) => void
}

/** How long the record may take to catch up with what time has done. */
const patience = 60_000

/**
 * Plays a year day by day. In the morning time has done its part, and the record is held against the rules; then the dispatcher
 * goes out, and everybody acts. Cases are played side by side, each in its own order: they share nothing that one of them
 * could see of another.
 */
export async function playYear(year: Year): Promise<PlayedCase[]> {
  const { stage, clock, from, through, projects, atOnce, signal, onDay } = year
  const { models } = stage.deps
  const cases = projects.map((project) => new PlayedCase(stage, project))
  const days = daysFrom(from, through) + 1
  for (let day = 1; day <= days; day += 1) {
    signal.throwIfAborted()
    const on = addDays(from, day - 1)
    await clock.moveTo(actingInstant(on))
    const moved = cases.filter((each) => each.isOpen() && each.passTime())
    await untilRecorded(models, moved, signal)
    await dispatchDay(models, clock.now())
    const play = (each: (typeof cases)[number]) => {
      signal.throwIfAborted()
      return each.play()
    }
    await pMap(cases, play, { concurrency: atOnce })
    await dispatchDay(models, eveningOf(clock))
    const open = cases.filter((each) => each.isUndecided()).length
    const events = cases.reduce((sum, each) => sum + each.events, 0)
    onDay({ on, day, days, open, events })
  }
  return cases
}

/** What people have set off today goes out today: it lies within waking hours, some minutes after the hour at which they act. */
function eveningOf(clock: SimulatedClock): number {
  return clock.now() + 8 * 3_600_000
}

/** Waits until the record shows what time has done; it must be just what the rules say. */
async function untilRecorded(
  { projects }: Models,
  cases: readonly PlayedCase[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Map(
    cases.flatMap(({ id, state }) => (id && state ? [[id, state.revision] as const] : [])),
  )
  for (const limit = Date.now() + patience; wanted.size > 0; await delay(20, undefined, { signal })) {
    const found = await projects.find({ _id: { $in: [...wanted.keys()] } }, { revision: 1 }).lean()
    for (const { _id, revision } of found) {
      const expected = wanted.get(_id) ?? 0
      if (revision > expected) throw new Error(`${_id} is at ${revision}, but the rules say ${expected}`)
      if (revision === expected) wanted.delete(_id)
    }
    if (wanted.size === 0) return
    if (Date.now() > limit)
      throw new Error(`the record does not show what time has done to ${[...wanted.keys()][0]}`)
  }
}
