import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { repairOperations } from '../../api/operations/operation-service.ts'
import { followOperation, listItems } from '../../cli/operations-commands.ts'
import { carryOutPage } from '../../operations/page.ts'
import { startOptions } from '../../workflows/contract.ts'
import {
  operationWorkflowType,
  operationWorkflowId,
  nudge,
  type OperationInput,
} from '../../workflows/contract-operation.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import { recordHistory, replayRuns, runsOf } from '../support/histories.ts'
import { startWorker } from '../support/worker.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import {
  agreeUnbegun,
  colleague,
  deed,
  patience,
  propose,
  untilStatus,
  type OperationBody,
} from './fixture.ts'

const { administrator, clerk } = people
const count = 30
/** Longer than two pages and the rest between them take. */
const twoPagesMs = 4_500

let zhigai: Zhigai
let worker: { stop: () => Promise<void> }
let cases: string[]
beforeAll(async () => {
  zhigai = await startZhigai()
  worker = zhigai.worker
  await register(zhigai)
}, 120_000)
beforeEach(async () => {
  cases = (await Promise.all(Array.from({ length: count }, () => file(zhigai)))).map(({ id }) => id)
}, 120_000)
afterAll(async () => {
  await worker.stop()
  await zhigai.stop()
})

const target = { filter: { phase: 'assessment', district: '渝北区' } }
const read = async (id: string) =>
  (await zhigai.as(administrator).get<OperationBody>(`/operations/${id}`)).body
const heldBy = (request: string) => zhigai.models.history.find({ type: 'hold', request }).lean()
const heldLines = async (request: string) => (await heldBy(request)).length

async function restartWorker(): Promise<void> {
  await worker.stop()
  worker = await startWorker(zhigai.models)
}

it('a dry run counts, names the first and those that would refuse, and keeps nothing', async () => {
  const [withdrawn = ''] = cases
  await zhigai.as(clerk).event(withdrawn, { type: 'withdraw', reason: '不办了' })
  const kept = await zhigai.models.operations.countDocuments({})
  const body = { kind: 'hold', target: { projects: [...cases, 'p-nowhere'] }, reason: '核查', dryRun: true }
  const answer = await zhigai.as(administrator).post('/operations', body)
  expect(answer).toMatchObject({ status: 200, body: { dryRun: true, count: count + 1 } })
  expect(answer.body['first']).toEqual(cases.slice(0, 20))
  expect(answer.body['refusing']).toEqual({
    count: 2,
    first: [
      { id: withdrawn, reason: expect.stringContaining('end') as unknown },
      { id: 'p-nowhere', reason: expect.stringContaining('·') as unknown },
    ],
  })
  const filtered = await zhigai.as(administrator).post('/operations', { ...body, kind: 'endHold', target })
  expect(filtered.body).toMatchObject({ count: count - 1, refusing: { count: count - 1 } })
  expect(await zhigai.models.operations.countDocuments({})).toBe(kept)
  expect(await zhigai.models.batchItems.countDocuments({ target: { $in: cases } })).toBe(0)
})

it('reaches the cases that were there when it was proposed, and none that came after', async () => {
  const { id } = await propose(zhigai, { kind: 'hold', target, perMinute: 6_000 })
  const { id: later } = await file(zhigai)
  await deed(zhigai, id, 'approve', colleague)
  const { total } = await untilStatus(zhigai, id, 'done')
  const reached = (await heldBy(id)).map(({ project }) => project)
  expect(reached).toEqual(expect.arrayContaining(cases))
  expect(reached).not.toContain(later)
  expect(await zhigai.models.batchItems.countDocuments({ operation: id })).toBe(total)
})

it('stands still while it is paused, goes on where it was, no faster than it may, though the worker ends in between', async () => {
  const [over] = cases
  await zhigai.as(clerk).event(over ?? '', { type: 'withdraw', reason: '不办了' })
  const { id } = await propose(zhigai, { kind: 'hold', target: { projects: cases }, perMinute: 60 })
  const startedAt = Date.now()
  await deed(zhigai, id, 'approve', colleague)
  await vi.waitFor(async () => expect((await read(id)).done).toBeGreaterThan(4), patience)
  expect(Date.now() - startedAt).toBeGreaterThan(3_500)
  expect(await deed(zhigai, id, 'pause')).toMatchObject({ status: 200, body: { status: 'paused' } })
  const { done } = await vi.waitFor(async () => {
    const [before, lines] = [await read(id), await heldLines(id)]
    expect(before.done).toBe(lines)
    return before
  }, patience)
  await zhigai.models.operations.updateOne({ _id: id }, { $set: { perMinute: 6_000 } })
  await delay(twoPagesMs)
  expect((await read(id)).done).toBe(done)
  expect(await heldLines(id)).toBe(done)

  expect(await deed(zhigai, id, 'resume', colleague)).toMatchObject({
    status: 200,
    body: { status: 'running' },
  })
  await vi.waitFor(async () => expect(await heldLines(id)).toBeGreaterThan(done), patience)
  await restartWorker()
  await repairOperations(zhigai.deps)
  const end = await untilStatus(zhigai, id, 'done')
  expect(end).toMatchObject({ total: count, done: count - 1, refused: 1, failed: 0 })
  expect(end.failures).toEqual([{ id: over, outcome: 'refused', reason: expect.stringContaining('·') }])
  expect(end.moves).toMatchObject([
    { what: 'propose', by: 'adm', reason: '核查' },
    { what: 'approve', by: 'adm-2' },
    { what: 'pause', by: 'adm', reason: 'pause: 核查' },
    { what: 'resume', by: 'adm-2', reason: 'resume: 核查' },
  ])
  expect(await heldLines(id)).toBe(count - 1)
  await replayRuns(zhigai.temporal, operationWorkflowId(id))
  const listed: string[] = []
  await listItems(zhigai.client, id, (line) => listed.push(line))
  expect(listed).toHaveLength(count)
  expect(listed[0]).toMatch(new RegExp(`^${over} {2}refused {2}.*·`))
  expect(listed[1]).toBe(`${cases[1]}  done`)
}, 90_000)

it('whoever pauses it in the midst of a page is heeded before the page is done', async () => {
  const { id } = await agreeUnbegun(zhigai, { kind: 'hold', target: { projects: cases }, perMinute: 6_000 })
  let pausing: Promise<unknown> | undefined
  const signal = new AbortController().signal
  const beat = () => {
    pausing ??= deed(zhigai, id, 'pause')
  }
  const page = await carryOutPage(zhigai, id, { signal, beat })
  await pausing
  expect(page).not.toBe('over')
  const { done } = await read(id)
  expect(done).toBeGreaterThanOrEqual(10)
  expect(done).toBeLessThan(count)
  expect(await heldLines(id)).toBe(done)
  expect(await carryOutPage(zhigai, id, { signal, beat: () => undefined })).toBe('wait')
  expect(await heldLines(id)).toBe(done)
})

it('goes on as new without losing count, through a pause and a restart of the worker', async () => {
  const { id } = await agreeUnbegun(zhigai, { kind: 'hold', target: { projects: cases }, perMinute: 300 })
  const input: OperationInput = { operation: id, pagesPerRun: 1 }
  const handle = await zhigai.temporal.workflow.start(operationWorkflowType, {
    workflowId: operationWorkflowId(id),
    ...startOptions,
    args: [input],
  })
  await vi.waitFor(async () => expect((await read(id)).done).toBeGreaterThan(0), patience)
  await deed(zhigai, id, 'pause')
  await restartWorker()
  await deed(zhigai, id, 'resume')
  const end = await untilStatus(zhigai, id, 'done')
  expect(end).toMatchObject({ total: count, done: count, refused: 0, failed: 0 })
  expect(await heldLines(id)).toBe(count)
  const runs = await runsOf(zhigai.temporal, operationWorkflowId(id), handle.firstExecutionRunId)
  expect(runs.length).toBeGreaterThan(2)
  await replayRuns(zhigai.temporal, operationWorkflowId(id), runs)
  for (const [name, runId] of [
    ['operation', runs[0]],
    ['operation-last-run', runs.at(-1)],
  ] as const)
    await recordHistory(zhigai.temporal, name, operationWorkflowId(id), runId)
}, 60_000)

it('whoever has it go on just as it ends is heard', async () => {
  await worker.stop()
  const answers: unknown[] = []
  const { id } = await agreeUnbegun(zhigai, { kind: 'hold', target: { projects: cases }, perMinute: 6_000 })
  const handle = zhigai.temporal.workflow.getHandle(operationWorkflowId(id))
  worker = await startWorker(
    zhigai.models,
    undefined,
    [],
    [
      () => ({
        inbound: {
          async execute(input, next) {
            const answer: unknown = await next(input)
            if (answer === 'over' && answers.push(answer) === 1) await handle.signal(nudge)
            return answer
          },
        },
      }),
    ],
  )
  await repairOperations(zhigai.deps)
  await handle.result()
  expect(answers).toEqual(['over', 'over'])
  await restartWorker()
})

it('a batch is shown from the command line until it is over, and one that is cancelled stops', async () => {
  const { id } = await propose(zhigai, { kind: 'hold', target: { projects: cases }, perMinute: 60 })
  await deed(zhigai, id, 'approve', colleague)
  await vi.waitFor(async () => expect((await read(id)).done).toBeGreaterThan(0), patience)
  expect(await deed(zhigai, id, 'cancel')).toMatchObject({ body: { status: 'cancelled' } })
  expect(await followOperation(zhigai.client, id)).toMatchObject({ status: 'cancelled' })
  const state = () => zhigai.temporal.workflow.getHandle(operationWorkflowId(id)).describe()
  await vi.waitFor(async () => expect((await state()).status.name).toBe('COMPLETED'), patience)
  expect((await read(id)).done).toBeLessThan(count - 1)
  expect(await deed(zhigai, id, 'resume')).toMatchObject({ status: 409 })
})
