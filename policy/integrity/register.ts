import type { Enterprise } from '../edition/application.ts'
import type { Actor } from '../case/case.ts'
import { digestOf, type Digest } from './digest.ts'

/** What of an enterprise's record decides whether, where and by which threshold it may be certified (一（一）). */
export const eligibilityFields = ['district', 'registeredInCity', 'legalPerson', 'industry', 'size'] as const

const fields = ['name', ...eligibilityFields, 'codeException'] as const

/** A field of a record that was changed; null where there was nothing, or is nothing. */
export type FieldChange = {
  field: (typeof fields)[number]
  before: string | boolean | null
  after: string | boolean | null
}

/** What a record says otherwise than the one before; all of it, if there was none. */
export function registerChangesBetween(before: Enterprise | null, after: Enterprise): FieldChange[] {
  return fields.flatMap((field) => {
    const change = { field, before: before?.[field] ?? null, after: after[field] ?? null }
    return change.before === change.after ? [] : [change]
  })
}

/** Whether two administrators must agree: what decides eligibility is changed of an enterprise that is in the register. */
export function needsSecond(before: Enterprise | null, after: Enterprise): boolean {
  return (
    before !== null &&
    registerChangesBetween(before, after).some(({ field }) =>
      eligibilityFields.some((each) => each === field),
    )
  )
}

/** A change of a record as it is kept in the register's history. */
export type RegisterLine = {
  uscc: string
  /** Of the record after it: 1, 2, 3 … */
  revision: number
  by: Actor
  /** Who has agreed; null where nobody had to. */
  approvedBy: string | null
  reason: string | null
  /** Of the HTTP request. */
  request: string
  /** ISO 8601. */
  at: string
  before: Enterprise | null
  after: Enterprise
  /** The link of the change before; null for the first. */
  previous: Digest | null
}

/** The link of a change: whoever alters it, or one before it, alters every link after it. */
export function linkOfChange(line: RegisterLine): Digest {
  const { uscc, revision, by, approvedBy, reason, request, at, before, after, previous } = line
  return digestOf({ uscc, revision, by, approvedBy, reason, request, at, before, after, previous })
}
