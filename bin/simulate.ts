import { actingInstant } from '../simulation/clock.ts'
import { daysOf, simulate, type Play, type Theatre } from '../simulation/index.ts'
import type { Edition } from '../policy/edition.ts'
import type { Result } from '../simulation/result.ts'
import { addDays } from '../policy/dates.ts'
import type { Config } from './config.ts'
import { openSimulationEngines } from './simulation-engines.ts'
import { syntheticCase } from './synthetic.ts'

/** Cases that are played side by side: more do not help two cores. */
const atOnce = 24

/** A year to play, and who wants to know how far it is. */
export type SimulationOptions = {
  config: Config
  edition: Edition
  play: Play
  workflowBundle: string
  signal: AbortSignal
  onDay: Theatre['onDay']
  log: (line: string) => void
}

/** Plays a year on engines that are started for it, and ended and removed when it is over. */
export async function runSimulation(options: SimulationOptions): Promise<Result> {
  const { edition, play, signal, onDay } = options
  const { from } = daysOf(edition, play)
  const engines = await openSimulationEngines({ ...options, startMs: actingInstant(addDays(from, -1)) })
  try {
    return await simulate({ ...engines, makeUp: syntheticCase, atOnce, signal, onDay }, play)
  } finally {
    await engines.stop()
  }
}
