import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { followOperation } from '../../bin/operations-commands.ts'
import { repairOperations } from '../../api/operation-desk.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { batchType, batchWorkflowId, type BatchInput } from '../../workflows/contract-batch.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import { recordHistory, replayRuns, runsOf } from '../support/histories.ts'
import { startWorker } from '../support/worker.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import { colleague, patience, propose, untilStatus, type OperationBody } from './house.ts'

const { administrator, clerk } = people
const count = 30

let zhigai: Zhigai
let worker: { stop: () => Promise<void> }
let cases: string[]
beforeAll(async () => {
  zhigai = await startZhigai()
  worker = zhigai.worker
  await register(zhigai)
  cases = (await Promise.all(Array.from({ length: count }, () => file(zhigai)))).map(({ id }) => id)
}, 120_000)
afterAll(async () => {
  await worker.stop()
  await zhigai.stop()
})

const target = { filter: { phase: 'assessment', district: '渝北区' } }
const deed = (id: string, what: string, who: typeof administrator | typeof colleague = administrator) =>
  zhigai.as(who).post<OperationBody>(`/operations/${id}/${what}`, {})
const read = async (id: string) =>
  (await zhigai.as(administrator).get<OperationBody>(`/operations/${id}`)).body
const heldLines = (request: string) => zhigai.models.history.countDocuments({ type: 'hold', request })

it('a dry run counts and names the first, and keeps nothing', async () => {
  const body = { kind: 'hold', target, reason: '核查', dryRun: true }
  const answer = await zhigai.as(administrator).post('/operations', body)
  expect(answer).toMatchObject({ status: 200, body: { dryRun: true, count } })
  expect(answer.body['first']).toEqual(cases.toSorted().slice(0, 20))
  expect(await zhigai.models.operations.countDocuments({})).toBe(0)
})

it('goes on where it was paused, no faster than it may, though the worker ends in between; nothing is done twice', async () => {
  const [over] = cases
  await zhigai.as(clerk).event(over ?? '', { type: 'withdraw', reason: '不办了' })
  const { id } = await propose(zhigai, { kind: 'hold', target: { projects: cases }, perMinute: 60 })
  const startedAt = Date.now()
  await deed(id, 'approve', colleague)
  await vi.waitFor(async () => expect((await read(id)).done).toBeGreaterThan(4), patience)
  expect(Date.now() - startedAt).toBeGreaterThan(3_500)
  expect(await deed(id, 'pause')).toMatchObject({ status: 200, body: { status: 'paused' } })
  const { done } = await vi.waitFor(async () => {
    const [before, lines] = [await read(id), await heldLines(id)]
    expect(before.done).toBe(lines)
    return before
  }, patience)
  expect(done).toBeLessThan(count - 1)
  await zhigai.models.operations.updateOne({ _id: id }, { $set: { perMinute: 6_000 } })
  expect((await read(id)).done).toBeLessThan(count - 1)

  expect(await deed(id, 'resume')).toMatchObject({ status: 200, body: { status: 'running' } })
  await vi.waitFor(async () => expect(await heldLines(id)).toBeGreaterThan(done), patience)
  await worker.stop()
  worker = await startWorker(zhigai.models)
  await repairOperations(zhigai.deps)
  const end = await untilStatus(zhigai, id, 'done')
  expect(end).toMatchObject({ total: count, done: count - 1, refused: 1, failed: 0 })
  expect(end.failures).toEqual([{ id: over, outcome: 'refused', reason: expect.stringContaining('·') }])
  expect(await heldLines(id)).toBe(count - 1)
  await replayRuns(zhigai.temporal, batchWorkflowId(id))
}, 90_000)

it('a batch is shown from the command line until it is over, and one that is cancelled stops', async () => {
  const { id } = await propose(zhigai, { kind: 'endHold', target, perMinute: 60 })
  await deed(id, 'approve', colleague)
  await vi.waitFor(async () => expect((await read(id)).done).toBeGreaterThan(0), patience)
  expect(await deed(id, 'cancel')).toMatchObject({ body: { status: 'cancelled' } })
  expect(await followOperation(zhigai.client, id)).toMatchObject({ status: 'cancelled' })
  const state = () => zhigai.temporal.workflow.getHandle(batchWorkflowId(id)).describe()
  await vi.waitFor(async () => expect((await state()).status.name).toBe('COMPLETED'), patience)
  expect((await read(id)).done).toBeLessThan(count - 1)
  expect(await deed(id, 'resume')).toMatchObject({ status: 409 })
})

it('a batch of many pages goes on in run after run, also when it was paused meanwhile', async () => {
  const { id } = await propose(zhigai, { kind: 'restart', target, perMinute: 300 })
  const workflowId = batchWorkflowId(id)
  const args: [BatchInput] = [{ operation: id, pagesPerRun: 1 }]
  // It is started here, and not by the approval, so that its runs are short.
  await zhigai.models.operations.updateOne({ _id: id }, { $set: { status: 'paused', approvedBy: 'adm-2' } })
  const { firstExecutionRunId } = await zhigai.temporal.workflow.start(batchType, {
    workflowId,
    taskQueue,
    args,
  })
  const isWaiting = async () => {
    const { events } = await zhigai.temporal.workflow.getHandle(workflowId).fetchHistory()
    expect(events?.some(({ timerStartedEventAttributes: timer }) => timer)).toBe(true)
  }
  await vi.waitFor(isWaiting, patience)
  expect(await deed(id, 'resume')).toMatchObject({ status: 200, body: { status: 'running' } })
  expect(await untilStatus(zhigai, id, 'done')).toMatchObject({ done: count - 1, refused: 0, failed: 0 })
  const runs = await runsOf(zhigai.temporal, workflowId, firstExecutionRunId)
  // The first does nothing but wait.
  expect(runs).toHaveLength(4)
  await replayRuns(zhigai.temporal, workflowId, runs)
  for (const [name, runId] of [
    ['batch', runs[0]],
    ['batch-second-run', runs[1]],
    ['batch-last-run', runs.at(-1)],
  ] as const)
    await recordHistory(zhigai.temporal, name, workflowId, runId)
}, 90_000)
