import type { CaseDependencies } from '../../api/dependencies.ts'
import { saveEdition } from '../../api/editions/editions.ts'
import type { Models } from '../../models/index.ts'
import { addDays } from '../../policy/time/dates.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import type { Behaviour } from './behaviour.ts'
import type { SimulatedClock } from './clock.ts'
import { firstDay, populate, type MakeUp } from './population.ts'
import { readResult } from './reading.ts'
import type { Result } from './result.ts'
import { playYear, type YearProgress } from './year.ts'

/** What is played: how many projects in which year, how everybody behaves, and the seed of all chance. */
export type Play = {
  behaviour: Behaviour
  year: number
  projects: number
  seed: number
  /** So many days of the year; all of it, if left out. */
  days?: number | undefined
}

/** Where it is played. */
export type SimulationContext = {
  deps: CaseDependencies
  clock: SimulatedClock
  makeUp: MakeUp
  /** How many cases are played side by side. */
  atOnce: number
  signal: AbortSignal
  onDay: (progress: YearProgress) => void
}

/** The first and the last day that are played of a year. */
export function daysOf(edition: Edition, { year, days }: Play) {
  const from = firstDay(edition, year)
  const end = `${year}-12-31`
  const cut = days === undefined ? end : addDays(from, days - 1)
  return { from, through: cut < end ? cut : end }
}

/** Plays a year of certification on an empty record and says what it has shown. */
export async function simulate(context: SimulationContext, play: Play): Promise<Result> {
  const { deps, clock, makeUp, ...rest } = context
  const { behaviour, year, projects, seed } = play
  const current = deps.editions.current
  const population = populate({
    edition: current.edition,
    calendar: current.country,
    behaviour,
    year,
    projects,
    seed,
    makeUp,
  })
  await saveEdition(deps.models, current.edition)
  await register(deps.models, population)
  const stage = { deps, behaviour, seed }
  const { from, through } = daysOf(current.edition, play)
  const cases = await playYear({ stage, clock, from, through, projects: population, ...rest })
  return readResult({ stage, year, from, through, cases })
}

async function register({ enterprises }: Models, population: ReturnType<typeof populate>): Promise<void> {
  const lines = population.map(({ enterprise: { uscc, ...rest } }) => ({ _id: uscc, ...rest, revision: 1 }))
  await enterprises.insertMany(lines)
}
