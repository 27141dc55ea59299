/** Deadlines that fall on the same instant are attended to within this time, so that a quarter's end is no stampede. */
const quarterOfAnHour = 15 * 60_000

/**
 * How long after a due instant a project wakes (milliseconds): its own moment within a spread, which is a quarter of an hour
 * if nothing else is asked for. Nothing is late because of it: time passes first whenever an event comes.
 */
export function spreadOf(project: string, spreadMs = quarterOfAnHour): number {
  let hash = 2_166_136_261
  for (const character of project) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
  return (hash >>> 0) % Math.max(spreadMs, 1)
}
