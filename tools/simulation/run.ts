import { ZodError } from 'zod'
import { addDays } from '../../policy/time/dates.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { actingInstant } from './clock.ts'
import { daysOf, simulate, type Play, type SimulationContext } from './index.ts'
import type { Result } from './result.ts'
import type { Config } from '../../server/config.ts'
import { openSimulationEngines } from './engines.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'
import { UserError } from '../../server/user-error.ts'

/** Cases that are played side by side: more do not help two cores. */
const atOnce = 24

/** A year to play, and who wants to know how far it is. */
export type SimulationRun = {
  config: Config
  edition: Edition
  play: Play
  workflowBundle: string
  signal: AbortSignal
  onDay: SimulationContext['onDay']
  log: (line: string) => void
}

/**
 * Plays a year on engines that are started for it, and ended and removed when it is over. Throws a `UserError` if it is
 * interrupted, or if the made-up applications are of another form than the edition's.
 */
export async function playOnce(run: SimulationRun): Promise<Result> {
  const { edition, play, signal, onDay } = run
  const startMs = actingInstant(addDays(daysOf(edition, play).from, -1))
  const engines = await openSimulationEngines({ ...run, startMs })
  try {
    return await simulate(
      {
        ...engines,
        makeUp: (district, index) => syntheticCase(district, index, index, 2021),
        atOnce,
        signal,
        onDay,
      },
      play,
    )
  } catch (error) {
    throw signal.aborted ? new UserError('已中断 · interrupted') : explained(error, edition)
  } finally {
    await engines.stop()
  }
}

function explained(error: unknown, { id }: Edition): unknown {
  if (!(error instanceof ZodError)) return error
  const [issue] = error.issues
  return new UserError(
    `虚构的申报材料不符合 ${id} 的格式（${issue?.path.join('.')}） · made-up applications do not have the form that ${id} asks for (${issue?.path.join('.')}: ${issue?.message})`,
  )
}
