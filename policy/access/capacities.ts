import type { Actor } from '../case/case.ts'
import type { Audience } from './scope.ts'

/**
 * One right by which a person has shown themselves: an office (a role of an authority or of the platform), or an enterprise
 * that they represent. A token names one; what is known of the others is when each was last shown.
 */
export type Capacity = Audience & {
  /** When the latest token that names it was issued, and when one was last used. */
  issuedAt: Date
  seenAt: Date
  /** Another capacity has taken its place, or an administrator has taken it away. */
  ended: boolean
}

const dayMs = 86_400_000
/**
 * How many days after its last use a capacity still counts. An officer is here every week or has left; whoever represents an
 * enterprise may owe no more than a report a quarter, and must be reminded of that one.
 */
const seenWithinDays = { office: 45, enterprise: 400 } as const
/** How many capacities are kept of a person: the ones that were shown last. */
const mostKept = 300

/**
 * What is known of a person after they have shown a capacity. It is the same in whichever order tokens come: of two
 * capacities that exclude each other, the one of the token that was issued later holds (`docs/decisions/0018-…`).
 */
export function withShown(
  known: readonly Capacity[],
  shown: Omit<Capacity, 'ended'>,
  removedAt: Date | null = null,
): Capacity[] {
  const before = known.find((each) => isSame(each, shown))
  const merged = {
    ...shown,
    issuedAt: later(shown.issuedAt, before?.issuedAt),
    seenAt: later(shown.seenAt, before?.seenAt),
    ended: false,
  }
  const all = [...known.filter((each) => each !== before), merged]
    .toSorted((a, b) => b.seenAt.getTime() - a.seenAt.getTime())
    .slice(0, mostKept)
  return endedBy(all, removedAt)
}

/** The capacities with which of them have ended: those of tokens from before a removal, and those that others exclude. */
export function endedBy(capacities: readonly Capacity[], removedAt: Date | null): Capacity[] {
  return capacities.map((each) => ({
    ...each,
    ended:
      (removedAt !== null && each.issuedAt <= removedAt) ||
      capacities.some((other) => excludes(other, each) && isLater(other, each)),
  }))
}

/** Whether a person may still act in a capacity, as far as anybody can know. */
export function isLive({ ended, seenAt, uscc }: Capacity, nowMs: number): boolean {
  return !ended && seenAt.getTime() >= seenSince(uscc, nowMs).getTime()
}

/** Since when a capacity must have been used in order to count: one for an enterprise longer than an office. */
export function seenSince(uscc: string | null, nowMs: number): Date {
  return new Date(nowMs - seenWithinDays[uscc === null ? 'office' : 'enterprise'] * dayMs)
}

/** The person as they act in a capacity. */
export function actorIn(user: string, { role, district, uscc }: Audience): Actor {
  return { user, role, ...(district !== null && { district }), ...(uscc !== null && { uscc }) }
}

/**
 * A person holds one office at a time, and none beside an enterprise (公务员法 第五十九条); they may represent several
 * enterprises, each in one role.
 */
function excludes(a: Audience, b: Audience): boolean {
  return !isSame(a, b) && (a.uscc === null || b.uscc === null || a.uscc === b.uscc)
}

/** Whether two audiences are the same one. */
export function isSame(a: Audience, b: Audience): boolean {
  return a.role === b.role && a.district === b.district && a.uscc === b.uscc
}

/** Tokens of one second are told apart by when they came, and those of one instant somehow. */
function isLater(a: Capacity, b: Capacity): boolean {
  const difference = a.issuedAt.getTime() - b.issuedAt.getTime() || a.seenAt.getTime() - b.seenAt.getTime()
  return difference > 0 || (difference === 0 && nameOf(a) > nameOf(b))
}

function nameOf({ role, district, uscc }: Audience): string {
  return [role, district, uscc].join(':')
}

function later(a: Date, b: Date | undefined): Date {
  return b !== undefined && b > a ? b : a
}
