import type { Context } from '@temporalio/activity'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createFailureWatch } from '../../activities/activity-failures.ts'
import { openRecord } from '../support/record.ts'

type Record = Awaited<ReturnType<typeof openRecord>>

let record: Record
beforeAll(async () => {
  record = await openRecord()
})
beforeEach(async () => {
  await record.models.activityFailures.deleteMany({})
})
afterAll(() => record.drop())

/** An attempt of an activity that was scheduled so long ago (milliseconds). */
function attempt(number: number, agoMs: number, work: () => Promise<unknown>): Promise<unknown> {
  const info = {
    workflowExecution: { workflowId: 'project/p', runId: 'run' },
    activityId: '7',
    activityType: 'recordSteps',
    attempt: number,
    scheduledTimestampMs: Date.now() - agoMs,
  }
  const { inbound } = createFailureWatch(record.models)({ info } as Context)
  return inbound.execute({}, work)
}

const noted = () => record.models.activityFailures.find().lean()
const fails = () => Promise.reject(new Error('no room'))

it('an activity that hangs or ends its worker is noted before it is tried again, with the error that it had', async () => {
  await expect(attempt(6, 10_000, fails)).rejects.toThrow('no room')
  let during: unknown[] = []
  await attempt(7, 12_000, async () => {
    during = await noted()
  })
  expect(during).toMatchObject([{ attempt: 7, error: 'no room', activity: 'recordSteps' }])
})

it.each([
  ['the fifth time', 5, 2_000, 1],
  ['for a minute', 2, 60_000, 1],
  ['for the first time, however long it waited for a worker', 1, 60_000, 0],
  ['soon again', 2, 2_000, 0],
])('an activity that is tried %s', async (_, number, agoMs, notes) => {
  let during: unknown[] = []
  await attempt(number, agoMs, async () => {
    during = await noted()
  })
  expect(during).toHaveLength(notes)
  expect(await noted()).toEqual([])
})

it('a note is taken away on success, also when its attempts were set back to the first', async () => {
  await expect(attempt(9, 5_000, fails)).rejects.toThrow('no room')
  expect(await noted()).toHaveLength(1)
  await attempt(1, 5_000, () => Promise.resolve())
  expect(await noted()).toEqual([])
})
