import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, WorkflowUpdateFailedError } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Models } from '../../models/index.ts'
import type { AdminCommand } from '../../policy/case/admin-commands.ts'
import {
  applyAdminCommand,
  projectWorkflowId,
  projectWorkflowType,
  startOptions,
} from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { stations } from '../support/cases.ts'
import { connectTemporal } from '../support/engines.ts'
import { recordHistory, replayRuns, runsOf } from '../support/histories.ts'
import { actAll, inputOf, startProject, type Project } from '../support/projects.ts'
import { openRecord } from '../support/record.ts'
import { quietRuntime } from '../support/runtime.ts'
import { startWorker } from '../support/worker.ts'

const { administrator, verifier } = people

let client: Client
let models: Models
let stopWorker: () => Promise<void>
const ending: (() => Promise<void>)[] = []
beforeAll(async () => {
  quietRuntime()
  const record = await openRecord()
  models = record.models
  client = await connectTemporal()
  stopWorker = (await startWorker(models)).stop
  ending.push(
    () => stopWorker(),
    () => client.connection.close(),
    record.drop,
  )
})
afterAll(async () => {
  for (const end of ending) await end()
})

const command = ({ workflowId }: Project, act: AdminCommand['act']) => {
  const given = { act, reason: '核查数据', by: administrator, approvedBy: 'adm-2' }
  return client.workflow
    .getHandle(workflowId)
    .executeUpdate(applyAdminCommand, { args: [{ command: given, request: 'command' }] })
}

describe.each([
  ['in one run', {}],
  ['in many runs', { eventsPerRun: 2 }],
])('an admin command, %s,', (how, options) => {
  it('holds a case and lets it go on, in its history and its chain', async () => {
    const project = await startProject(client, models, options)
    await actAll(project, stations['districtVerification unclaimed'])
    expect(await command(project, 'hold')).toEqual({ revision: 4 })
    await expect(project.act(verifier, 'claim')).rejects.toMatchObject({ cause: { type: 'case-held' } })
    expect(await command(project, 'endHold')).toEqual({ revision: 5 })
    await actAll(project, [[verifier, 'claim']])
    const lines = await models.history.find({ project: project.id }).sort({ revision: 1 }).lean()
    expect(lines.map(({ type }) => type).slice(-3)).toEqual(['hold', 'endHold', 'claim'])
    expect(lines.slice(1).map(({ previous }) => previous)).toEqual(lines.slice(0, -1).map(({ link }) => link))
    await replayRuns(client, project.workflowId, await runsOf(client, project.workflowId, project.firstRunId))
    if (how === 'in one run') await recordHistory(client, 'held', project.workflowId)
    await client.workflow.getHandle(project.workflowId).terminate()
  })
})

it('an admin command that waits for the first worker comes after the filing', async () => {
  await stopWorker()
  const workflowId = projectWorkflowId(`p-${randomUUID()}`)
  const input = inputOf(workflowId.slice('project/'.length))
  await client.workflow.start(projectWorkflowType, { workflowId, ...startOptions, args: [input] })
  const given = { act: 'hold', reason: '核查数据', by: administrator, approvedBy: 'adm-2' } as const
  const waiting = client.workflow
    .getHandle(workflowId)
    .executeUpdate(applyAdminCommand, { args: [{ command: given, request: 'command' }] })
  // It has been taken in by the time that a worker comes.
  await delay(500)
  stopWorker = (await startWorker(models)).stop
  expect(await waiting).toEqual({ revision: 2 })
  const lines = await models.history.find({ project: input.project }).sort({ revision: 1 }).lean()
  expect(lines.map(({ type, previous }) => [type, previous])).toEqual([
    ['file', null],
    ['hold', lines[0]?.link],
  ])
  expect(await models.projects.findById(input.project).lean()).toMatchObject({ revision: 2 })
  await replayRuns(client, workflowId)
  await client.workflow.getHandle(workflowId).terminate()
})

it('an admin command that makes no sense is refused and leaves nothing', async () => {
  const project = await startProject(client, models)
  await expect(command(project, 'endHold')).rejects.toThrow(WorkflowUpdateFailedError)
  expect(await project.lines()).toHaveLength(1)
  await client.workflow.getHandle(project.workflowId).terminate()
})
