import fc from 'fast-check'
import { environment } from '../../server/config.ts'
import type { Part } from './processes.ts'

/** A round: what is killed, after how many answers, and who among those that wait asks again. */
export type Round = { parts: readonly Part[]; after: number; asksAgain: boolean[]; name: string }

/** Stands in the name of each round: as `KILL_SEED` it has the same rounds again. */
const seed = Number(environment['KILL_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))

const parts = ['api', 'worker', 'MongoDB', 'Temporal'] as const satisfies Part[]
/** Each part, and any two of them at once. */
const victims: readonly (readonly Part[])[] = [
  ...parts.map((part) => [part]),
  ...parts.flatMap((part, index) => parts.slice(index + 1).map((other) => [part, other])),
]

/** Rounds, as chance will have them, in which each part is killed alone, and any two of them at once: a series of ten, with so many events in flight. */
export function roundsOf(inFlight: number, series: number): Round[] {
  const round = fc.record({
    after: fc.integer({ min: 1, max: Math.ceil(inFlight / 3) }),
    asksAgain: fc.array(fc.boolean(), { minLength: inFlight, maxLength: inFlight, size: 'max' }),
  })
  const order = fc.shuffledSubarray([...victims], { minLength: victims.length })
  const rounds = fc.array(round, { minLength: victims.length, maxLength: victims.length })
  const sampled = fc.sample(fc.tuple(order, rounds), { seed: seed + series, numRuns: 1 })
  return sampled.flatMap(([chosen, drawn]) =>
    chosen.flatMap((struck, index) => {
      const found = drawn[index]
      if (!found) return []
      return [
        {
          ...found,
          parts: struck,
          name: `${(series - 1) * victims.length + index + 1}, seed ${seed}: ${struck.join(' and ')}`,
        },
      ]
    }),
  )
}
