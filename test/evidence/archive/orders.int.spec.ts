import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runsOf } from '../../../evidence/archive/histories.ts'
import { keepClosedRuns } from '../../../evidence/archive/keep.ts'
import type { Models } from '../../../models/index.ts'
import { lastWordsOf } from '../../../operations/last-words.ts'
import { restartCase } from '../../../operations/restart.ts'
import type { Order } from '../../../policy/case/orders.ts'
import { obeyOrder, projectWorkflowType, startOptions } from '../../../workflows/contract.ts'
import { people } from '../../fixtures.ts'
import { smallWay, stations } from '../../support/cases.ts'
import { actAll, type Project } from '../../support/projects.ts'
import { begin, deaf, deafen, dump, openFixture, reconcile, right } from './fixture.ts'

const patience = { timeout: 30_000, interval: 50 }
let models: Models
let temporal: Client
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ models, temporal, stop } = await openFixture([deafen]))
})
afterAll(() => stop())

const sources = () => ({ models, temporal })
const orderOf = (act: Order['act']) => {
  const order = { act, reason: '核查数据', by: people.administrator, approvedBy: 'adm-2' }
  return { order, request: `order-${act}` }
}
const obey = ({ workflowId }: Project, act: Order['act']) =>
  temporal.workflow.getHandle(workflowId).executeUpdate(obeyOrder, { args: [orderOf(act)] })

const typesOf = async (project: Project) => (await project.lines()).map(({ type }) => type)

/** A new run takes the case up. */
async function restart(project: Project): Promise<void> {
  expect(await restartCase(sources(), project.id, orderOf('restart'))).toBeNull()
  await vi.waitFor(async () => expect((await typesOf(project)).at(-1)).toBe('restart'), patience)
}

/** Every closed run is kept; of the runs of a project there are so many, each after the other. */
async function keepAll({ id, firstRunId }: Project, runs: number): Promise<void> {
  await vi.waitFor(async () => {
    const { signal } = new AbortController()
    await keepClosedRuns(sources(), { signal, onPlace: () => undefined })
    const kept = await models.runs.find({ project: id }).sort({ startedAt: 1 }).lean()
    expect(kept.map(({ previous }) => previous)).toEqual([null, ...kept.slice(0, -1).map(({ _id }) => _id)])
    expect(kept.map(({ _id }) => _id)[0]).toBe(firstRunId)
    expect(kept).toHaveLength(runs)
  }, patience)
}

/** The record is right, and the same again after it was thrown away. */
async function expectRebuilt(project: Project): Promise<void> {
  expect(await reconcile(sources(), project)).toEqual(right(project))
  const before = await dump(sources())
  const of = { project: project.id }
  await models.projects.deleteOne({ _id: project.id })
  await models.counters.deleteMany({})
  for (const name of ['history', 'snapshots', 'tasks', 'claims', 'certificates'])
    await models.connection.collection(name).deleteMany(of)
  const found = await reconcile(sources(), project, true)
  expect(found.differences.length).toBeGreaterThan(2)
  expect(found.repaired).toEqual(found.differences)
  expect(await dump(sources())).toEqual(before)
}

/** A case is certified by a run that does not hear of it and is ended; answers with the number. */
async function certifyUnheard(project: Project): Promise<string> {
  const [last] = smallWay.slice(-1)
  if (!last) throw new Error('the way has no end')
  deaf.heard.add(project.id)
  const sent = project.act(...last).catch(() => 'nobody answered')
  const number = await vi.waitFor(async () => {
    const issued = await models.certificates.findOne({ project: project.id }).lean()
    const record = await models.projects.findById(project.id).lean()
    expect(record?.certificate).toBe(issued?._id)
    return record?.certificate ?? ''
  }, patience)
  expect(await reconcile(sources(), project)).toEqual(right(project))
  deaf.heard.delete(project.id)
  await temporal.workflow.getHandle(project.workflowId).terminate('a test')
  expect(await sent).toBe('nobody answered')
  return number
}

describe.each([
  ['in one run', {}, 1],
  ['in many runs', { eventsPerRun: 2 }, 2],
])('a case that was held, %s,', (_how, options, closed) => {
  it('is kept and rebuilt while it is held, and when it has gone on', async () => {
    const project = await begin(sources(), stations['districtVerification unclaimed'], options)
    await obey(project, 'hold')
    await expectRebuilt(project)
    await obey(project, 'endHold')
    await actAll(project, [[people.clerk, 'withdraw']])
    await temporal.workflow.getHandle(project.workflowId).result()
    await keepAll(project, closed)
    expect((await typesOf(project)).slice(-3)).toEqual(['hold', 'endHold', 'withdraw'])
    await expectRebuilt(project)
  })
})

describe('a case that a new run has taken up', () => {
  it('is told by all its runs', async () => {
    const project = await begin(sources(), stations['districtVerification unclaimed'], { eventsPerRun: 2 })
    await restart(project)
    await expectRebuilt(project)
    await actAll(project, [[people.clerk, 'withdraw']])
    await temporal.workflow.getHandle(project.workflowId).result()
    await keepAll(project, 3)
    expect((await typesOf(project)).slice(-2)).toEqual(['restart', 'withdraw'])
    await expectRebuilt(project)
  })

  it('keeps a number that no history tells, and has it told where nobody has it any more', async () => {
    const project = await begin(sources(), smallWay.slice(0, -1))
    const handle = temporal.workflow.getHandle(project.workflowId)
    const certificate = await certifyUnheard(project)
    const [{ runId, history } = { runId: '', history: {} }] = await runsOf(sources(), project.id)
    // As somebody who knows nothing of numbers would have it taken up.
    const args = [{ ...lastWordsOf(history).input, predecessor: runId }] as const
    const { workflowId } = project
    await temporal.workflow.start(projectWorkflowType, { workflowId, ...startOptions, args })
    await models.certificates.deleteOne({ _id: certificate })
    expect(await reconcile(sources(), project, true)).toMatchObject({
      repaired: [{ collection: 'certificates', id: certificate }],
    })
    expect(await reconcile(sources(), project)).toEqual(right(project))
    await models.projects.deleteOne({ _id: project.id })
    await models.certificates.deleteOne({ _id: certificate })
    const found = await reconcile(sources(), project, true)
    expect(found.repaired).toMatchObject([{ collection: 'projects', id: project.id }])
    expect(found.differences).toContainEqual(
      expect.objectContaining({ collection: 'certificates', id: project.id, path: '' }),
    )
    await handle.terminate('a test')
  })

  it('has the steps that the run before it did not hear to be on record, and their certificate', async () => {
    const project = await begin(sources(), smallWay.slice(0, -1))
    await certifyUnheard(project)
    await restart(project)
    await expectRebuilt(project)
    const [issued] = await models.certificates.find({ project: project.id }).lean()
    expect(await models.projects.findById(project.id).lean()).toMatchObject({ certificate: issued?._id })
  })
})
