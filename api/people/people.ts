import type { Logger } from 'pino'
import type { Models, PersonRecord } from '../../models/index.ts'
import { endedBy, isSame, withShown } from '../../policy/access/capacities.ts'
import { audienceOf, type Audience } from '../../policy/access/scope.ts'
import type { SignedIn } from '../http/authentication.ts'
import type { Editions } from '../editions/editions.ts'

/** How long a person counts as just seen. */
const rememberMs = 10 * 60_000
/** How many people a process keeps in mind; whoever was written longest ago is forgotten first. */
const memory = 10_000
/** How often a write is tried that others come before. */
const mostTries = 10

type Preferences = Pick<PersonRecord, 'email' | 'newEmail' | 'language' | 'preferences' | 'webhook'>

/** What holds for a person who has chosen nothing. */
export const defaultPreferences: Preferences = {
  email: null,
  newEmail: null,
  language: 'both',
  preferences: { inbox: 'all', email: 'all', webhook: 'all' },
  webhook: null,
}

/** A person of whom nothing is known yet. */
const stranger: Omit<PersonRecord, '_id'> = {
  ...defaultPreferences,
  capacities: [],
  turn: 0,
  removals: [],
  feed: null,
}

/** Writes a person of whom nothing is known yet; whoever is on record stays as they are. */
export async function ensurePerson({ people }: Pick<Models, 'people'>, user: string): Promise<void> {
  await people.updateOne({ _id: user }, { $setOnInsert: stranger }, { upsert: true })
}

type Sources = { models: Models; editions: Editions; logger: Logger; now: () => number }
type ShownCapacity = { capacity: Audience; issuedMs: number; atMs: number }

/**
 * Remembers who has been here and in which capacity, so that they can be told something later: at most one write in ten
 * minutes and process for each capacity, and at once where another has been shown that excludes it. A failed write is
 * logged, and tried again at their next request.
 */
export function rememberPeople({
  models,
  editions,
  logger,
  now,
}: Sources): (signedIn: SignedIn) => Promise<void> {
  const seen = new Map<string, ShownCapacity[]>()
  return async ({ caller, issuedAt }) => {
    const { user } = caller
    const capacity = audienceOf(editions.organisation, caller)
    if (!capacity) return
    const known = seen.get(user) ?? []
    const shown = { capacity, issuedMs: issuedAt.getTime(), atMs: now() }
    if (known.some((each) => isRecent(each, shown))) return
    seen.delete(user)
    seen.set(user, [...known.filter((each) => isBeside(each, shown)), shown])
    forgetOldest(seen)
    await note(models, user, shown).catch((error: unknown) => {
      seen.delete(user)
      // Its message may name the person.
      logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'a person was not remembered')
    })
  }
}

function isRecent(known: ShownCapacity, { capacity, issuedMs, atMs }: ShownCapacity): boolean {
  return isSame(known.capacity, capacity) && issuedMs <= known.issuedMs && atMs - known.atMs < rememberMs
}

/** Whether one capacity may be held beside another: two enterprises. */
function isBeside(known: ShownCapacity, { capacity }: ShownCapacity): boolean {
  return known.capacity.uscc !== null && capacity.uscc !== null && known.capacity.uscc !== capacity.uscc
}

/** Writes what is known of a person now. */
async function note(
  models: Models,
  user: string,
  { capacity, issuedMs, atMs }: ShownCapacity,
): Promise<void> {
  await ensurePerson(models, user)
  const shown = { ...capacity, issuedAt: new Date(issuedMs), seenAt: new Date(atMs) }
  await changePerson(models, user, ({ capacities, removals }) => ({
    capacities: withShown(capacities, shown, removals.at(-1)?.at),
  }))
}

/**
 * Takes from a person all by which they are told of cases: every capacity of a token that was issued until now, their
 * addresses and their calendar. A token that is issued later names a new right. Null if nobody is known by that name.
 */
export function removePerson(
  models: Models,
  user: string,
  removal: PersonRecord['removals'][number],
): Promise<PersonRecord | null> {
  return changePerson(models, user, ({ capacities, removals }) => ({
    capacities: endedBy(capacities, removal.at),
    removals: [...removals, removal],
    email: null,
    newEmail: null,
    webhook: null,
    feed: null,
  }))
}

/** Changes what is known of a person; of several changes at once each is made upon the one before. */
async function changePerson(
  { people }: Models,
  user: string,
  change: (person: PersonRecord) => Partial<PersonRecord>,
): Promise<PersonRecord | null> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const person = await people.findById(user).lean()
    if (!person) return null
    const changed = await people
      .findOneAndUpdate(
        { _id: user, turn: person.turn },
        { $set: change(person), $inc: { turn: 1 } },
        { returnDocument: 'after' },
      )
      .lean()
    if (changed) return changed
  }
  throw new Error('others were always faster')
}

function forgetOldest(seen: Map<string, unknown>): void {
  const [oldest] = seen.keys()
  if (seen.size > memory && oldest !== undefined) seen.delete(oldest)
}
