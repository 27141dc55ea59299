import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keepClosedRuns } from '../../archive/keep.ts'
import type { Models } from '../../models/index.ts'
import { restartCase } from '../../operations/restart.ts'
import type { Order } from '../../policy/orders.ts'
import { obeyOrder } from '../../workflows/contract.ts'
import { people } from '../fixtures.ts'
import { smallWay, stations } from '../support/cases.ts'
import { actAll, type Project } from '../support/projects.ts'
import { begin, dump, openHouse, reconcile, right } from './house.ts'

const patience = { timeout: 30_000, interval: 50 }
/** Projects whose runs do not hear that a step is on record. */
const deaf = new Set<unknown>()
let models: Models
let temporal: Client
let stop: () => Promise<void>
/** Lets the activities of such projects write and then fail. */
const deafen = () => ({
  inbound: {
    async execute(
      input: { args: unknown[]; headers: object },
      next: (input: never) => Promise<unknown>,
    ): Promise<unknown> {
      const answer = await next(input as never)
      const [given] = input.args as [{ project?: unknown } | undefined]
      if (deaf.has(given?.project)) throw new Error('nobody hears of it')
      return answer
    },
  },
})

beforeAll(async () => {
  ;({ models, temporal, stop } = await openHouse([deafen]))
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

/** The record is right, and the same again after it was thrown away, but for certificates. */
async function expectRebuilt(project: Project): Promise<void> {
  expect(await reconcile(sources(), project)).toEqual(right(project))
  const before = await dump(sources())
  const of = { project: project.id }
  await models.projects.deleteOne({ _id: project.id })
  for (const name of ['history', 'snapshots', 'tasks', 'claims'])
    await models.connection.collection(name).deleteMany(of)
  const found = await reconcile(sources(), project, true)
  expect(found.differences.length).toBeGreaterThan(2)
  expect(found.repaired).toEqual(found.differences)
  expect(await dump(sources())).toEqual(before)
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

  it('has the steps that the run before it did not hear to be on record, and their certificate', async () => {
    const project = await begin(sources(), smallWay.slice(0, -1))
    deaf.add(project.id)
    const [last] = smallWay.slice(-1)
    const sent = last ? project.act(...last).catch(() => 'nobody answered') : Promise.resolve()
    await vi.waitFor(
      async () => expect(await models.certificates.countDocuments({ project: project.id })).toBe(1),
      patience,
    )
    expect(await reconcile(sources(), project)).toEqual(right(project))
    deaf.delete(project.id)
    await temporal.workflow.getHandle(project.workflowId).terminate('a test')
    await restart(project)
    expect(await sent).toBe('nobody answered')
    await expectRebuilt(project)
    expect(await models.projects.findById(project.id).lean()).toMatchObject({
      certificate: expect.any(String) as string,
    })
  })
})
