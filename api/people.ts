import type { Logger } from 'pino'
import type { Models, PersonRecord } from '../models/index.ts'
import type { Actor } from '../policy/case.ts'

/** How long a person counts as just seen. */
const rememberMs = 10 * 60_000
/** How many people a process keeps in mind; whoever was written longest ago is forgotten first. */
const memory = 10_000

type Preferences = Pick<PersonRecord, 'email' | 'language' | 'wishes' | 'webhook'>

/** What holds for a person who has chosen nothing. */
export const defaultPreferences: Preferences = {
  email: null,
  language: 'both',
  wishes: { inbox: 'all', email: 'all', webhook: 'all' },
  webhook: null,
}

/** What a token says of a person, as it is kept. */
export function capacityOf({
  role,
  district,
  uscc,
}: Actor): Pick<PersonRecord, 'role' | 'district' | 'uscc'> {
  return { role, district: district ?? null, uscc: uscc ?? null }
}

/**
 * Remembers who has been here, so that they can be told something later: at most one write in ten minutes and process
 * for a person whose role, district and enterprise stay the same. Returns at once; a failed write is logged, and tried
 * again at their next request.
 */
export function rememberPeople({
  models: { people },
  logger,
  now,
}: {
  models: Models
  logger: Logger
  now: () => number
}): (caller: Actor) => void {
  const seen = new Map<string, { capacity: string; atMs: number }>()
  return (caller) => {
    const { user: _id } = caller
    const fields = capacityOf(caller)
    const mark = { capacity: JSON.stringify(fields), atMs: now() }
    const last = seen.get(_id)
    if (last?.capacity === mark.capacity && mark.atMs - last.atMs < rememberMs) return
    seen.delete(_id)
    seen.set(_id, mark)
    forgetOldest(seen)
    const written = people.updateOne(
      { _id },
      {
        $set: { ...fields, seenAt: new Date(mark.atMs) },
        $setOnInsert: { ...defaultPreferences, feed: null },
      },
      { upsert: true },
    )
    written.exec().catch((error: unknown) => {
      if (seen.get(_id) === mark) seen.delete(_id)
      // Its message may name the person.
      logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'a person was not remembered')
    })
  }
}

function forgetOldest(seen: Map<string, unknown>): void {
  const [oldest] = seen.keys()
  if (seen.size > memory && oldest !== undefined) seen.delete(oldest)
}
