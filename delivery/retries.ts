const minute = 60_000
const hour = 60 * minute
const waits = [minute / 2, 2 * minute, 10 * minute, hour, 4 * hour, 12 * hour, 24 * hour]

/** How often a message is tried in all. */
export const mostAttempts = waits.length + 1

/**
 * How long to wait after so many failed attempts (milliseconds); null after the last. `random`, from 0 to 1, adds up to a
 * tenth, so that what failed together does not come back together.
 */
export function waitAfter(attempts: number, random: number): number | null {
  const wait = waits[attempts - 1]
  return wait === undefined ? null : Math.round(wait * (1 + random / 10))
}
