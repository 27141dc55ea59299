import { expect, it } from 'vitest'
import { repairAll } from '../../server/repairs.ts'
import { createLogger } from '../../telemetry/log.ts'

const silent = createLogger('error', { write: () => undefined })

/** Something that cannot be started again so many times, and then can. */
function failing(times: number) {
  const tried = { times: 0 }
  const repair = async () => {
    tried.times += 1
    if (tried.times <= times) throw new Error('Temporal is not there')
  }
  return { tried, repair }
}

it('each is tried until it could be started again, and no longer', async () => {
  const [ready, late] = [failing(0), failing(2)]
  await repairAll([ready.repair, late.repair], { logger: silent, isLeaving: () => false }, 1)
  expect([ready.tried.times, late.tried.times]).toEqual([1, 3])
})

it('nothing is tried by a process that is leaving', async () => {
  const late = failing(Infinity)
  await repairAll([late.repair], { logger: silent, isLeaving: () => late.tried.times >= 3 }, 1)
  expect(late.tried.times).toBe(3)
})
