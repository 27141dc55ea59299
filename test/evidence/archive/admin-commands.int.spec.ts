import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keepClosedRuns } from '../../../evidence/archive/keep.ts'
import type { Models } from '../../../models/index.ts'
import { createRecorder } from '../../../models/recorder.ts'
import { sendToEnded } from '../../../operations/ended.ts'
import { restartCase } from '../../../operations/restart.ts'
import type { AdminCommand } from '../../../policy/case/admin-commands.ts'
import { applyAdminCommand } from '../../../workflows/contract.ts'
import { people } from '../../fixtures.ts'
import { smallWay, stations } from '../../support/cases.ts'
import { actAll, findOnRecord, type Project } from '../../support/projects.ts'
import { begin, dump, openFixture, reconcile, right } from './fixture.ts'

const patience = { timeout: 30_000, interval: 50 }
let models: Models
let temporal: Client
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ models, temporal, stop } = await openFixture())
})
afterAll(() => stop())

const sources = () => ({ models, temporal })
const inputOf = (act: AdminCommand['act']) => {
  const command = { act, reason: '核查数据', by: people.administrator, approvedBy: 'adm-2' }
  return { command, request: `command-${act}` }
}
const apply = ({ workflowId }: Project, act: AdminCommand['act']) =>
  temporal.workflow.getHandle(workflowId).executeUpdate(applyAdminCommand, { args: [inputOf(act)] })

const typesOf = async (project: Project) => (await project.lines()).map(({ type }) => type)

/** A new run takes the case up. */
async function restart(project: Project): Promise<void> {
  expect(await restartCase(sources(), project.id, inputOf('restart'))).toBeNull()
  await vi.waitFor(async () => expect((await typesOf(project)).at(-1)).toBe('restart'), patience)
}

/** Every closed run is kept; of the runs of a project there are so many, each after the other. */
async function keepAll({ id, firstRunId }: Project, runs: number): Promise<void> {
  await vi.waitFor(async () => {
    const { signal } = new AbortController()
    await keepClosedRuns(sources(), { signal, save: () => undefined })
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
  for (const name of ['history', 'snapshots', 'tasks', 'duplicateKeys', 'certificates'])
    await models.connection.collection(name).deleteMany(of)
  const found = await reconcile(sources(), project, true)
  expect(found.differences.length).toBeGreaterThan(2)
  expect(found.repaired).toEqual(found.differences)
  expect(await dump(sources())).toEqual(before)
}

/** A case is certified, and its run does not hear of it before it is asked for something else; answers with the number. */
async function certifyUnheard(project: Project): Promise<string> {
  const [last] = smallWay.slice(-1)
  if (!last) throw new Error('the way has no end')
  const { steps } = await project.ask(...last)
  await createRecorder(models).recordSteps(steps)
  const issued = await models.certificates.findOne({ project: project.id }).lean()
  return issued?._id ?? ''
}

describe.each([
  ['in one run', {}, 1],
  ['in many runs', { eventsPerRun: 2 }, 2],
])('a case that was held, %s,', (_how, options, closed) => {
  it('is kept and rebuilt while it is held, and when it has gone on', async () => {
    const project = await begin(sources(), stations['districtVerification unclaimed'], options)
    await apply(project, 'hold')
    await expectRebuilt(project)
    await apply(project, 'endHold')
    await actAll(project, [[people.clerk, 'withdraw']])
    await temporal.workflow.getHandle(project.workflowId).result()
    await keepAll(project, closed)
    expect((await typesOf(project)).slice(-3)).toEqual(['hold', 'endHold', 'withdraw'])
    await expectRebuilt(project)
  })
})

describe('a case that is over', () => {
  it('is told by all its runs, those of later notes too', async () => {
    const project = await begin(sources(), [[people.clerk, 'withdraw']])
    await temporal.workflow.getHandle(project.workflowId).result()
    const { verifier: by } = people
    for (const name of ['a', 'b']) {
      const event = { type: 'annotate', note: `备注 ${name}` } as const
      const command = {
        event,
        by,
        command: name,
        digest: name,
        ifRevision: null,
        request: name,
        onRecord: await findOnRecord(models, project.id),
      }
      const answer = await sendToEnded(sources(), project.id, command)
      await createRecorder(models).recordSteps(answer.steps)
      expect((await sendToEnded(sources(), project.id, command)).receipt).toEqual(answer.receipt)
    }
    await keepAll(project, 3)
    expect(await typesOf(project)).toEqual(['file', 'withdraw', 'annotate', 'annotate'])
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
    const certificate = await certifyUnheard(project)
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
