import { randomUUID } from 'node:crypto'
import { Client, WorkflowUpdateFailedError } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Models } from '../../models/index.ts'
import { addDuration } from '../../policy/time/calendar.ts'
import { cn, large, people } from '../fixtures.ts'
import { bodyOf, daysFromToday, largeWay, smallWay, stations } from '../support/cases.ts'
import { connectTemporal } from '../support/engines.ts'
import { recordHistory, replayRuns, runsOf } from '../support/histories.ts'
import { actAll, startProject } from '../support/projects.ts'
import { openRecord } from '../support/record.ts'
import { quietRuntime } from '../support/runtime.ts'
import { startWorker } from '../support/worker.ts'

const { auditor, clerk, colleague, elsewhere, reviewer, verifier } = people

let client: Client
let models: Models
const ending: (() => Promise<void>)[] = []
beforeAll(async () => {
  quietRuntime()
  const record = await openRecord()
  models = record.models
  client = await connectTemporal()
  const worker = await startWorker(models)
  ending.push(worker.stop, () => client.connection.close(), record.drop)
})
afterAll(async () => {
  for (const end of ending) await end()
})

const phaseOf = async (id: string) => (await models.projects.findById(id).lean())?.phase
const lengthOf = async (workflowId: string) =>
  (await client.workflow.getHandle(workflowId).describe()).historyLength

describe.each([
  ['small', {}, smallWay],
  ['large', large, largeWay],
] as const)('a %s project', (name, application, way) => {
  it('goes its way to the certificate and is supervised until it is completed, and replays', async () => {
    const completeOn = daysFromToday(180)
    const project = await startProject(client, models, { application: { ...application, completeOn } })
    await actAll(project, way)
    expect(await phaseOf(project.id)).toBe('certified')
    const { workflowId } = project
    expect((await client.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING')
    await project.act(clerk, 'complete')
    expect((await project.lines()).map(({ type }) => type)).toEqual([
      'file',
      ...way.map(([, deed]) => deed),
      'complete',
    ])
    expect(await phaseOf(project.id)).toBe('completed')
    await client.workflow.getHandle(workflowId).result()
    await replayRuns(client, workflowId)
    await recordHistory(client, name, workflowId)
  })
})

describe('a refusal', () => {
  it.each([
    ['what the state does not allow', verifier, 'submit', {}, 'event-not-allowed'],
    ["another's role", clerk, 'claim', {}, 'not-your-role'],
    ['a platform role', auditor, 'withdraw', {}, 'not-your-role'],
    ['another district', elsewhere, 'claim', {}, 'not-found'],
    ['the filer as officer', { ...verifier, user: clerk.user }, 'claim', {}, 'four-eyes'],
    ['a revision that has passed', verifier, 'claim', { ifRevision: 2 }, 'stale-revision'],
  ] as const)(
    'of %s carries its code and leaves nothing in the history',
    async (_what, actor, deed, more, code) => {
      const project = await startProject(client, models)
      await actAll(project, stations['districtVerification unclaimed'])
      const before = await lengthOf(project.workflowId)
      const refused = await project.act(actor, deed, more).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(WorkflowUpdateFailedError)
      expect(refused).toMatchObject({ cause: { type: code, nonRetryable: true } })
      expect(await lengthOf(project.workflowId)).toBe(before)
      expect(await project.act(verifier, 'claim', { ifRevision: 3 })).toBe(4)
      await replayRuns(client, project.workflowId)
    },
  )
})

describe('a command', () => {
  it('that is sent again is not carried out again, and answers with what it did', async () => {
    const project = await startProject(client, models)
    const command = randomUUID()
    const first = await project.act(clerk, 'completeAssessment', { command })
    await project.act(clerk, 'submit')
    expect(await project.act(clerk, 'completeAssessment', { command })).toBe(first)
    expect((await project.lines()).map(({ type }) => type)).toEqual(['file', 'completeAssessment', 'submit'])
    await replayRuns(client, project.workflowId)
  })
})

describe('a project that goes on in new runs after every second event', () => {
  const way = [
    ...stations.correction,
    [colleague, 'resubmit'],
    [verifier, 'claim'],
    [verifier, 'approve'],
    [reviewer, 'claim'],
    [reviewer, 'approve'],
  ] as const

  it('keeps state, deadlines and what it has answered, and every run replays', async () => {
    const project = await startProject(client, models, { application: large, eventsPerRun: 2 })
    const commands = way.map(() => randomUUID())
    for (const [index, [actor, deed]] of way.entries()) {
      const command = commands[index] ?? ''
      expect(await project.act(actor, deed, { command })).toBe(index + 2)
      const [earlier, at] = [way[Math.max(index - 2, 0)], Math.max(index - 2, 0)]
      if (!earlier || index === way.length - 1) continue
      expect(await project.act(earlier[0], earlier[1], { command: commands[at] ?? '' })).toBe(at + 2)
    }
    const lines = await project.lines()
    expect(lines.map(({ type }) => type)).toEqual(['file', ...way.map(([, deed]) => deed)])
    const record = await models.projects.findById(project.id).lean()
    expect(record).toMatchObject({ phase: 'certified', revision: way.length + 1, edition: 'chongqing-2021' })
    expect(record?.state.case).toMatchObject({
      filers: [clerk.user, colleague.user],
    })
    const runs = await runsOf(client, project.workflowId, project.firstRunId)
    expect(runs).toHaveLength(Math.ceil(way.length / 2))
    await replayRuns(client, project.workflowId, runs)
    await recordHistory(client, 'second-run', project.workflowId, runs[1])
  })

  it('keeps its clocks: a deadline stays where it was, a stopped clock goes on with the days that were left', async () => {
    const project = await startProject(client, models, { eventsPerRun: 2 })
    await actAll(project, stations['districtVerification unclaimed'])
    const deadlines = async () => (await models.projects.findById(project.id).lean())?.state.deadlines
    const submittedOn = (await project.lines()).at(-1)?.on ?? ''
    const { dueOn } = addDuration(cn, submittedOn, { days: 20, unit: 'workingDays' })
    expect(await deadlines()).toMatchObject([{ task: 'districtVerification', dueOn, overdue: false }])
    await project.act(verifier, 'claim')
    expect(await deadlines()).toMatchObject([{ task: 'districtVerification', dueOn }])
    await project.act(verifier, 'return')
    expect(await deadlines()).toMatchObject([{ task: 'correction', lapsesOn: expect.any(String) }])
    await project.act(clerk, 'resubmit')
    expect(await deadlines()).toMatchObject([{ task: 'districtVerification', dueOn }])
    const runs = await runsOf(client, project.workflowId, project.firstRunId)
    expect(runs.length).toBeGreaterThan(2)
    await replayRuns(client, project.workflowId, runs)
  })

  it('loses none of the events that come while it goes on', async () => {
    const project = await startProject(client, models, { eventsPerRun: 1 })
    await actAll(project, stations['districtVerification unclaimed'])
    const officers = Array.from({ length: 6 }, () => [verifier, bodyOf('claim')] as const)
    const settled = await Promise.allSettled(officers.map(([officer, event]) => project.act(officer, event)))
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
    for (const reason of refused) expect(reason).toMatchObject({ cause: { type: 'event-not-allowed' } })
    expect((await project.lines()).map(({ type }) => type)).toEqual([
      'file',
      'completeAssessment',
      'submit',
      'claim',
    ])
    await replayRuns(client, project.workflowId, await runsOf(client, project.workflowId, project.firstRunId))
  })
})
