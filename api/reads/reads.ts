import type { ReadRecord } from '../../models/index.ts'
import { noteReads } from '../../models/reads.ts'
import type { Actor } from '../../policy/case/case.ts'
import { comparableCode } from '../../policy/edition/comparable.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Reading } from '../http/route.ts'

/**
 * Keeps who reads what is not their own, a line for each case that they are shown, and never what they looked for. Fulfilled
 * when it is written, which must be before they are answered; rejected if it cannot be.
 */
export function logReads({
  models,
  editions,
  now,
}: Pick<Dependencies, 'models' | 'editions' | 'now'>): (reading: Reading) => Promise<void> {
  return async ({ caller, what, params, request, shows = [textOf(params['id'])] }) => {
    if (scopeOf(editions.organisation, caller) === 'own') return
    const uscc = comparableCode(textOf(params['uscc'])) || null
    const read = { uscc, by: readerOf(caller), what, at: new Date(now()), request }
    await noteReads(
      models,
      [...new Set(shows)].map((project) => ({ ...read, project })),
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
