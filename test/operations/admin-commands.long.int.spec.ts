import { NativeConnection, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import { listOperations, listStuck, proposeOperation } from '../../cli/operations-commands.ts'
import { UserError } from '../../server/user-error.ts'
import { carryOut } from '../../operations/carry-out.ts'
import { dateOf } from '../../operations/described.ts'
import type { Actor } from '../../policy/case/case.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { bodyOf, bring, file, register, walk } from '../support/cases.ts'
import { bundleOf, engines } from '../support/engines.ts'
import { recordHistory, replayRuns } from '../support/histories.ts'
import { problemOf } from '../support/problems.ts'
import { startWorker } from '../support/worker.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import {
  chainOf,
  colleague,
  deed,
  order,
  propose,
  untilFree,
  untilStatus,
  untilStuck,
  type OperationBody,
} from './fixture.ts'

const { administrator, auditor, clerk, verifier } = people

let zhigai: Zhigai
let worker: { stop: () => Promise<void> }
beforeAll(async () => {
  zhigai = await startZhigai()
  worker = zhigai.worker
  await register(zhigai)
})
afterAll(async () => {
  await worker.stop()
  await zhigai.stop()
})

const typesOf = async (id: string) => (await chainOf(zhigai, id)).map(({ type }) => type)

it('two administrators hold a case, and let it go on with the days that were left', async () => {
  const { id, deadlines } = await bring(zhigai, 'districtVerification unclaimed')
  const held = await order(zhigai, { kind: 'hold', target: { project: id } })
  expect(held).toMatchObject({ total: 1, done: 1, refused: 0, failed: 0 })
  expect(await zhigai.as(verifier).event(id, { type: 'claim' })).toMatchObject({
    status: 409,
    body: { code: 'case-held' },
  })
  const twice = await order(zhigai, { kind: 'hold', target: { project: id } })
  expect(twice).toMatchObject({ done: 0, refused: 1, failures: [{ id, outcome: 'refused' }] })
  await order(zhigai, { kind: 'endHold', target: { project: id } })
  expect((await zhigai.as(verifier).read(id)).body.deadlines).toEqual(deadlines)
  const lines = await chainOf(zhigai, id)
  expect(lines.slice(-2)).toMatchObject([
    { type: 'hold', by: { user: 'adm' }, request: held.id, payload: { approvedBy: 'adm-2', reason: '核查' } },
    { type: 'endHold' },
  ])
})

/** Runs the workflows as somebody changed them who did not care for projects that are under way. */
async function startChangedWorker() {
  const codePath = await bundleOf(new URL('../workflows/changed-workflows.ts', import.meta.url))
  const { temporalAddress: address, namespace } = engines()
  const connection = await NativeConnection.connect({ address })
  const broken = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: { codePath },
    activities: createActivities(zhigai.models, zhigai.temporal),
  })
  const running = broken.run()
  return async () => {
    broken.shutdown()
    await running
    await connection.close()
  }
}

it('a case whose workflow task fails is told, and taken up again with its history, chain, commands and deadlines', async () => {
  const claim = { type: 'claim' }
  const project = await bring(zhigai, 'districtVerification unclaimed')
  const { id, deadlines } = project
  const claimed = await zhigai.as(verifier).event(id, claim, { key: 'claim-once' })
  expect(claimed.status).toBe(200)
  const before = await typesOf(id)

  await worker.stop()
  const stopChanged = await startChangedWorker()
  const lost = zhigai.as(verifier).event(id, { type: 'release' }, { key: 'release-once' })
  const found = await untilStuck(zhigai, 'workflowTaskFailing', id)
  expect(found).toMatchObject({ error: expect.stringMatching(/nondeterminism|TMPRL1100/i) })
  expect(found.attempt).toBeGreaterThanOrEqual(2)
  const { events: written } = await zhigai.temporal.workflow.getHandle(`project/${id}`).fetchHistory()
  const failed = written?.find((event) => event.workflowTaskFailedEventAttributes)
  expect(found.since).toBe(dateOf(failed?.eventTime)?.toISOString())
  expect((await lost).status).toBe(503)
  await stopChanged()
  const old = await zhigai.temporal.workflow.getHandle(`project/${id}`).describe()

  const { id: operation } = await propose(zhigai, { kind: 'restart', target: { project: id } })
  const cannot = await zhigai.as(administrator).post(`/operations/${operation}/approve`, {})
  expect(problemOf(cannot)).toMatchObject({ status: 403, code: 'four-eyes' })
  worker = await startWorker(zhigai.models)
  await zhigai.as(colleague).post(`/operations/${operation}/approve`, {})
  await vi.waitFor(async () => expect(await typesOf(id)).toEqual([...before, 'restart']), { timeout: 30_000 })
  await untilFree(zhigai, 'workflowTaskFailing', id)

  const repeated = await zhigai.as(verifier).event(id, claim, { key: 'claim-once' })
  expect(repeated.status).toBe(200)
  expect(await typesOf(id)).toEqual([...before, 'restart'])
  expect((await zhigai.as(verifier).read(id)).body.deadlines).toEqual(deadlines)
  const released = await zhigai.as(verifier).event(id, { type: 'release' }, { key: 'release-once' })
  expect(released.status).toBe(200)
  const lines = await chainOf(zhigai, id)
  expect(lines.map(({ type }) => type)).toEqual([...before, 'restart', 'release'])
  expect(lines.at(-2)).toMatchObject({ request: operation, by: { user: 'adm' } })
  expect(lines.at(-2)?.run).not.toBe(old.runId)
  const { events } = await zhigai.temporal.workflow.getHandle(`project/${id}`, old.runId).fetchHistory()
  const ended = events?.at(-1)
  expect(ended?.workflowExecutionTerminatedEventAttributes?.reason).toContain(operation)
  await replayRuns(zhigai.temporal, `project/${id}`)
  await recordHistory(zhigai.temporal, 'restarted', `project/${id}`)
})

it('who was killed between the end of one run and the start of the next does it again, once', async () => {
  const { id } = await walk(zhigai, await file(zhigai), [])
  const { id: operation } = await propose(zhigai, { kind: 'restart', target: { project: id } })
  await zhigai.models.operations.updateOne({ _id: operation }, { $set: { approvedBy: 'adm-2' } })
  await zhigai.temporal.workflow.getHandle(`project/${id}`).terminate('killed after this')
  const asked = await zhigai.models.operations.findById(operation).lean()
  if (!asked) throw new Error('the operation is missing')
  const at = { models: zhigai.models, temporal: zhigai.temporal }
  expect(await carryOut(at, asked, id)).toBe('done')
  expect(await carryOut(at, asked, id)).toBe('done')
  await vi.waitFor(async () => expect(await typesOf(id)).toEqual(['file', 'restart']), { timeout: 20_000 })
  expect(await carryOut(at, asked, id)).toBe('done')
  const answer = await zhigai.as(clerk).event(id, { type: 'withdraw', reason: '不办了' })
  expect(answer.status).toBe(200)
  expect(await typesOf(id)).toEqual(['file', 'restart', 'withdraw'])
  const over = await order(zhigai, { kind: 'restart', target: { project: id } })
  expect(over).toMatchObject({ done: 0, refused: 1, failed: 0 })
})

it('a restart ends nothing that it cannot record, and finishes a command that was under way', async () => {
  const { id } = await file(zhigai)
  const db = zhigai.models.connection.db
  const run = async () => (await zhigai.temporal.workflow.getHandle(`project/${id}`).describe()).runId
  const first = await run()
  const measure = () => zhigai.as(clerk).event(id, bodyOf('completeAssessment', {}), { key: `measure-${id}` })
  await db?.command({ collMod: 'history', validator: { nothing: 'fits' } })
  expect((await measure()).status).toBe(503)
  const failed = await order(zhigai, { kind: 'restart', target: { project: id } }, 'failed')
  expect(failed).toMatchObject({ done: 0, failed: 1, failures: [{ id, outcome: 'failed' }] })
  expect(await run()).toBe(first)

  await db?.command({ collMod: 'history', validator: {} })
  expect((await deed(zhigai, failed.id, 'resume')).status).toBe(200)
  expect(await untilStatus(zhigai, failed.id, 'done')).toMatchObject({ done: 1, failed: 0 })
  expect(await run()).not.toBe(first)
  await vi.waitFor(async () => expect(await typesOf(id)).toHaveLength(3), { timeout: 20_000 })
  expect((await measure()).status).toBe(200)
  expect(await typesOf(id)).toEqual(['file', 'completeAssessment', 'restart'])
})

it('the command line lists what is stuck, tries out, proposes and lists operations', async () => {
  const { id } = await file(zhigai)
  const said: string[] = []
  const tell = (text: string) => said.push(text)
  const target = JSON.stringify({ projects: [id] })
  const options = { target, reason: '命令行', perMinute: 60, user: 'adm-3' }
  await proposeOperation(zhigai.client, 'hold', { ...options, dryRun: true }, tell)
  expect(said).toEqual(['将涉及1件 · would go to 1', `  ${id}`])
  await proposeOperation(zhigai.client, 'hold', options, tell)
  expect(said[2]).toMatch(/^op-.*待复核.*adm-3.*命令行$/)
  await listOperations(zhigai.client, tell)
  expect(said[3]).toBe(said[2])
  said.length = 0
  await listStuck(zhigai.client, 'noticeUndeliverable', tell)
  expect(said).toEqual(['没有停滞的事项 · nothing is stuck'])
  await expect(proposeOperation(zhigai.client, 'hold', { ...options, target: '{' })).rejects.toThrow(
    UserError,
  )
  await expect(proposeOperation(zhigai.client, 'jump', options)).rejects.toThrow(/kind/)
})

const body = (project: string) => ({ kind: 'hold', target: { project }, reason: '核查' })
const post = (who: Actor, path: string, what: object = {}) => zhigai.as(who).post<OperationBody>(path, what)

describe('an operation', () => {
  it('is proposed once by one key, may be cancelled, and is not approved after that', async () => {
    const { id } = await file(zhigai)
    const once = () =>
      zhigai.as(administrator).post<OperationBody>('/operations', body(id), { key: 'hold-it' })
    const [first, second] = [await once(), await once()]
    expect(second.body.id).toBe(first.body.id)
    const path = `/operations/${first.body.id}`
    const because = { reason: '不需要了' }
    expect(problemOf(await post(administrator, `${path}/cancel`))).toMatchObject({
      status: 422,
      field: 'reason',
    })
    expect(await post(administrator, `${path}/pause`, because)).toMatchObject({ status: 409 })
    expect(await post(administrator, `${path}/cancel`, because)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', moves: [{ what: 'propose' }, { what: 'cancel', by: 'adm', ...because }] },
    })
    expect(problemOf(await post(colleague, `${path}/approve`))).toMatchObject({
      status: 409,
      code: 'operation-not-allowed',
      operationStatus: 'cancelled',
    })
    const list = await zhigai
      .as(auditor)
      .get<{ items: OperationBody[] }>('/operations?status=cancelled&limit=1')
    expect(list.body.items.map((each) => each.id)).toEqual([first.body.id])
    expect(await typesOf(id)).toEqual(['file'])
  })

  it('is not for those who do not operate', async () => {
    const { id } = await file(zhigai)
    const { id: operation } = await propose(zhigai, body(id))
    for (const actor of Object.values(people).filter(({ role }) => role !== 'administrator')) {
      const reads = actor.role === 'auditor' ? 200 : 403
      for (const path of [
        '/operations',
        '/operations/stuck',
        `/operations/${operation}`,
        `/operations/${operation}/items`,
      ])
        expect([path, (await zhigai.as(actor).get(path)).status]).toEqual([path, reads])
      for (const path of [
        '',
        ...['approve', 'cancel', 'pause', 'resume'].map((what) => `/${operation}/${what}`),
      ])
        expect(problemOf(await post(actor, `/operations${path}`, body(id)))).toMatchObject({
          code: 'not-your-role',
        })
    }
    expect(await typesOf(id)).toEqual(['file'])
  })

  it.each([
    [{ kind: 'hold', target: { filter: {} }, reason: '核查' }, 'target.filter'],
    [{ kind: 'hold', target: { project: 'p' }, reason: ' ' }, 'reason'],
    [{ kind: 'hold', target: { deadLetters: {} }, reason: '核查' }, 'target'],
    [{ kind: 'resend', target: { project: 'p' }, reason: '核查' }, 'target'],
    [{ kind: 'restart', target: { workflow: 'w' }, reason: '核查' }, 'target'],
    [{ kind: 'approve', target: { project: 'p' }, reason: '核查' }, 'kind'],
    [{ kind: 'hold', target: { project: 'p' }, reason: '核查', perMinute: 0 }, 'perMinute'],
  ])('%j is refused', async (what, field) => {
    const answer = problemOf(await post(administrator, '/operations', what))
    expect(answer).toMatchObject({ status: 422, code: 'invalid-request' })
    expect(field.startsWith(String(answer['field']))).toBe(true)
  })
})
