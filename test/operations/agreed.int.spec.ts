import type { WorkflowClientInterceptor } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { carryOut } from '../../operations/carry-out.ts'
import { restartCase } from '../../operations/restart.ts'
import { operationWorkflowId } from '../../workflows/contract-operation.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { bring, file, register } from '../support/cases.ts'
import { connectTemporal } from '../support/engines.ts'
import type { Page } from '../support/http.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import { agreeUnbegun, chainOf, colleague, deed, order, propose, untilStatus } from './fixture.ts'

const { administrator, auditor, clerk, verifier } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
}, 60_000)
afterAll(() => zhigai.stop())

const typesOf = async (id: string) => (await chainOf(zhigai, id)).map(({ type }) => type)
const eightDaysAgo = () => new Date(Date.now() - 8 * 86_400_000)
const operationOf = async (id: string) => {
  const found = await zhigai.models.operations.findById(id).lean()
  if (!found) throw new Error(`${id} is not there`)
  return found
}

describe('what two have agreed to', () => {
  it('is not agreed to when the proposal is a week old', async () => {
    const { id } = await file(zhigai)
    const { id: operation } = await propose(zhigai, { kind: 'hold', target: { project: id } })
    await zhigai.models.operations.updateOne({ _id: operation }, { $set: { at: eightDaysAgo() } })
    const answer = problemOf(await deed(zhigai, operation, 'approve', colleague))
    expect(answer).toMatchObject({ status: 409, code: 'operation-expired' })
    expect(await operationOf(operation)).toMatchObject({ status: 'proposed', approvedBy: null })
    expect(await typesOf(id)).toEqual(['file'])
  })

  it('does not go on when that was a week ago', async () => {
    const { id } = await file(zhigai)
    const { id: operation } = await agreeUnbegun(zhigai, { kind: 'hold', target: { project: id } })
    expect(await deed(zhigai, operation, 'pause')).toMatchObject({ status: 200 })
    await zhigai.models.operations.updateOne({ _id: operation }, { $set: { approvedAt: eightDaysAgo() } })
    const answer = problemOf(await deed(zhigai, operation, 'resume'))
    expect(answer).toMatchObject({ status: 409, code: 'operation-expired' })
    expect(await operationOf(operation)).toMatchObject({ status: 'paused' })
    expect(await typesOf(id)).toEqual(['file'])
  })

  it('is void for a case that another operation has reached since', async () => {
    const { id } = await file(zhigai)
    const target = { project: id }
    await order(zhigai, { kind: 'hold', target })
    const stale = await propose(zhigai, { kind: 'endHold', target })
    await order(zhigai, { kind: 'endHold', target })
    await order(zhigai, { kind: 'hold', target })
    await deed(zhigai, stale.id, 'approve', colleague)
    const end = await untilStatus(zhigai, stale.id, 'done')
    expect(end).toMatchObject({ done: 0, refused: 1 })
    expect(end.failures[0]?.reason).toContain('since this one was proposed')
    expect(await typesOf(id)).toEqual(['file', 'hold', 'endHold', 'hold'])
  })
})

it('an admin command to a case between two runs is tried again, and one to a case that is over is refused', async () => {
  const [open, over] = [await file(zhigai), await file(zhigai)]
  await zhigai.as(clerk).event(over.id, { type: 'withdraw', reason: '不办了' })
  await zhigai.temporal.workflow.getHandle(projectWorkflowId(open.id)).terminate('of this test')
  const target = { projects: [open.id, over.id] }
  const asked = await operationOf((await agreeUnbegun(zhigai, { kind: 'hold', target })).id)
  await expect(carryOut(zhigai, asked, open.id)).rejects.toThrow(/does not run/)
  expect(await carryOut(zhigai, asked, over.id)).toMatchObject({ refused: expect.stringContaining('end') })
})

it('a case that was taken up by somebody else, and is over since, is not taken up again', async () => {
  const { id } = await file(zhigai)
  const given = async () => {
    const { _id, by, reason } = await operationOf(
      (await agreeUnbegun(zhigai, { kind: 'restart', target: { project: id } })).id,
    )
    return { command: { act: 'restart', by, reason, approvedBy: colleague.user }, request: _id } as const
  }
  const [first, second] = [await given(), await given()]
  let isLate = true
  const interceptor: WorkflowClientInterceptor = {
    async start(input, next) {
      if (isLate) {
        isLate = false
        await restartCase(zhigai, id, second)
        await vi.waitFor(async () => expect(await typesOf(id)).toContain('restart'), { timeout: 20_000 })
        const answer = await zhigai.as(clerk).event(id, { type: 'withdraw', reason: '不办了' })
        expect(answer.status).toBe(200)
        await zhigai.temporal.workflow.getHandle(projectWorkflowId(id)).result()
      }
      return next(input)
    },
  }
  const temporal = await connectTemporal([interceptor])
  await expect(restartCase({ models: zhigai.models, temporal }, id, first)).rejects.toThrow(/already/i)
  await temporal.connection.close()
  const run = await zhigai.temporal.workflow.getHandle(projectWorkflowId(id)).describe()
  expect(run.status.name).toBe('COMPLETED')
  expect(await typesOf(id)).toEqual(['file', 'restart', 'withdraw'])
})

it('the history of a case shows auditors and administrators which operations have come to it', async () => {
  const { id } = await bring(zhigai, 'districtVerification unclaimed')
  const held = await order(zhigai, { kind: 'hold', target: { project: id } })
  const twice = await order(zhigai, { kind: 'hold', target: { project: id } })
  const tried = await propose(zhigai, { kind: 'retry', target: { project: id }, reason: '再试一次' })
  await untilStatus(zhigai, tried.id, 'done')
  for (const who of [auditor, administrator]) {
    const { body } = await zhigai.as(who).get<Page>(`/projects/${id}/history?kind=operation`)
    expect(body.items).toMatchObject([
      { operation: held.id, what: 'hold', outcome: 'done', why: null, by: ['adm', 'adm-2'] },
      { operation: twice.id, what: 'hold', outcome: 'refused', why: expect.stringContaining('held') },
      { operation: tried.id, what: 'retry', outcome: 'refused', reason: '再试一次', by: ['adm'] },
    ])
    const ofColleague = await zhigai
      .as(who)
      .get<Page>(`/projects/${id}/history?kind=operation&person=${colleague.user}`)
    expect(ofColleague.body.items).toHaveLength(2)
  }
  const officers = await zhigai.as(verifier).get<Page<{ kind: string }>>(`/projects/${id}/history?limit=100`)
  expect(officers.body.items.map(({ kind }) => kind)).not.toContain('operation')
})

it('activities of a workflow that is no case can be tried again', async () => {
  const { id } = await order(zhigai, { kind: 'hold', target: { project: (await file(zhigai)).id } })
  const workflow = operationWorkflowId(id)
  const tried = await propose(zhigai, { kind: 'retry', target: { workflow } })
  expect(await untilStatus(zhigai, tried.id, 'done')).toMatchObject({
    total: 1,
    failures: [{ id: workflow }],
  })
  const missing = { kind: 'retry', target: { workflow: 'scheduled-job/nothing' }, reason: '再试' }
  const answer = problemOf(await zhigai.as(administrator).post('/operations', missing))
  expect(answer).toMatchObject({ status: 404, field: 'target.workflow' })
})
