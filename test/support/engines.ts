import { inject } from 'vitest'
import { environment } from '../../bin/config.ts'
import type { Engines, SharedEngines } from '../engines.ts'

/** The engines of this test file: those of the slot in which it runs, and what all files share. */
export function engines(): Engines & Omit<SharedEngines, 'slots'> {
  const { slots, ...shared } = inject('engines')
  const own = slots[Number(environment['VITEST_POOL_ID']) - 1]
  if (!own) throw new Error('this file runs in a slot that has no engines')
  return { ...shared, ...own }
}
