import type { Connection } from '@temporalio/client'
import { msToTs, requiredTsToMs } from '@temporalio/common/lib/time.js'
import { addDays, endOfDay } from '../../policy/time/dates.ts'

/** The clock of a played year: it stands still while people act and moves on when it is told to. */
export type SimulatedClock = {
  /** Milliseconds since 1970, as the cases see it; it stays where it was moved to. */
  now: () => number
  /** By how much the clock of the cases is ahead of the server's. */
  offset: number
  /** Lets time pass on the server to an instant; whatever falls due on the way takes place. */
  moveTo: (instantMs: number) => Promise<void>
}

type Connected = Pick<Connection, 'testService'>

/** Sets the clock of a time-skipping server to an instant, once: how long a run takes cannot move it any more. */
export async function openClock({ testService }: Connected, startMs: number): Promise<SimulatedClock> {
  if (!testService) throw new Error('this Temporal server cannot skip time')
  const serverNow = async () => {
    const { time } = await testService.getCurrentTime({})
    return requiredTsToMs(time, 'time')
  }
  const offset = startMs - (await serverNow())
  let now = startMs
  return {
    now: () => now,
    offset,
    async moveTo(instantMs) {
      const ahead = instantMs - offset - (await serverNow())
      if (ahead <= 0) throw new Error(`a played day took longer than there is time until ${instantMs}`)
      await testService.unlockTimeSkippingWithSleep({ duration: msToTs(ahead) })
      now = instantMs
    },
  }
}

/** The hour of the day at which people act: reminders have gone out, and midnight is far. */
const actingHour = 10

/** The instant (milliseconds since 1970) at which people act on a day in Shanghai. */
export function actingInstant(date: string): number {
  return endOfDay(addDays(date, -1)) + actingHour * 3_600_000
}
