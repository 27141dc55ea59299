import type { ReadRecord } from '../models/index.ts'
import type { Actor } from '../policy/case.ts'
import { scopeOf } from '../policy/permissions.ts'
import type { Dependencies } from './dependencies.ts'
import type { Reading } from './route.ts'

const hourMs = 3_600_000

/**
 * Keeps who reads what is not their own: one line for each person, call, case and hour. Fulfilled when it is written, which
 * must be before they are answered; rejected if it cannot be.
 */
export function logReads({
  models: { reads },
  editions,
  now,
}: Pick<Dependencies, 'models' | 'editions' | 'now'>): (reading: Reading) => Promise<void> {
  return async ({ caller, what, params, request }) => {
    if (scopeOf(editions.current.edition, caller) === 'own') return
    const nowMs = now()
    const project = textOf(params['id'])
    const uscc = textOf(params['uscc'])
    const place = [project, uscc, caller.user, caller.role, what, Math.floor(nowMs / hourMs)]
    const at = new Date(nowMs)
    await reads.updateOne(
      { _id: place.join(':') },
      {
        $setOnInsert: { project, uscc: uscc || null, by: readerOf(caller), what, at, request },
        $max: { last: at },
        $inc: { times: 1 },
      },
      { upsert: true },
    )
  }
}

/** Of the person no more than who they are to the portal, and in which office they have read. */
function readerOf({ user, role, district }: Actor): ReadRecord['by'] {
  return { user, role, district: district ?? null }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
