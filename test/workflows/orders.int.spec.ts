import { Client, Connection, WorkflowUpdateFailedError } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Models } from '../../models/index.ts'
import type { Order } from '../../policy/orders.ts'
import { obeyOrder } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { stations } from '../support/cases.ts'
import { replayRuns, runsOf } from '../support/histories.ts'
import { actAll, startProject, type Project } from '../support/projects.ts'
import { openRecord } from '../support/record.ts'
import { quietRuntime } from '../support/runtime.ts'
import { startWorker } from '../support/worker.ts'

const { administrator, verifier } = people

let client: Client
let models: Models
const ending: (() => Promise<void>)[] = []
beforeAll(async () => {
  quietRuntime()
  const record = await openRecord()
  models = record.models
  const connection = await Connection.connect({ address: inject('engines').temporalAddress })
  client = new Client({ connection, identity: 'test' })
  const worker = await startWorker(models)
  ending.push(worker.stop, () => connection.close(), record.drop)
})
afterAll(async () => {
  for (const end of ending) await end()
})

const order = ({ workflowId }: Project, act: Order['act']) => {
  const given = { act, reason: '核查数据', by: administrator, approvedBy: 'adm-2' }
  return client.workflow
    .getHandle(workflowId)
    .executeUpdate(obeyOrder, { args: [{ order: given, request: 'order' }] })
}

describe.each([
  ['in one run', {}],
  ['in many runs', { eventsPerRun: 2 }],
])('an order, %s,', (_how, options) => {
  it('holds a case and lets it go on, in its history and its chain', async () => {
    const project = await startProject(client, models, options)
    await actAll(project, stations['districtVerification unclaimed'])
    expect(await order(project, 'hold')).toEqual({ revision: 4 })
    await expect(project.act(verifier, 'claim')).rejects.toMatchObject({ cause: { type: 'case-held' } })
    expect(await order(project, 'endHold')).toEqual({ revision: 5 })
    await actAll(project, [[verifier, 'claim']])
    const lines = await models.history.find({ project: project.id }).sort({ revision: 1 }).lean()
    expect(lines.map(({ type }) => type).slice(-3)).toEqual(['hold', 'endHold', 'claim'])
    expect(lines.slice(1).map(({ previous }) => previous)).toEqual(lines.slice(0, -1).map(({ link }) => link))
    await replayRuns(client, project.workflowId, await runsOf(client, project.workflowId, project.firstRunId))
    await client.workflow.getHandle(project.workflowId).terminate()
  })
})

it('an order that makes no sense is refused and leaves nothing', async () => {
  const project = await startProject(client, models)
  await expect(order(project, 'endHold')).rejects.toThrow(WorkflowUpdateFailedError)
  expect(await project.lines()).toHaveLength(1)
  await client.workflow.getHandle(project.workflowId).terminate()
})
