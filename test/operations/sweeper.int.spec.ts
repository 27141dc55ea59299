import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filing, intentDueMs } from '../../models/intents.ts'
import { createRecorder, type Recorder } from '../../models/recorder.ts'
import type { StepRecord } from '../../models/step-record.ts'
import type { AdminCommand } from '../../policy/case/admin-commands.ts'
import type { Actor } from '../../policy/case/case.ts'
import { applyAdminCommand } from '../../workflows/contract.ts'
import {
  begin,
  openFixture,
  reconcile,
  right,
  sweepAll,
  sweeperOf,
  failing,
  unwritten,
} from '../evidence/archive/fixture.ts'
import { people } from '../fixtures.ts'
import { smallWay, stations, type Act } from '../support/cases.ts'
import { type Project } from '../support/projects.ts'

const { administrator, clerk, verifier } = people

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.stop())

const intentsOf = (project: string) => fixture.models.intents.find({ project }).lean()
const typesOf = async (project: Project) => (await project.lines()).map(({ type }) => type)
const sweeper = (recorder?: Recorder) => sweeperOf(fixture, recorder)
/** The age of an intent at which whoever has written it may have been killed, and at which nobody waits any more. */
const [young, old] = [intentDueMs + 1_000, 60_000]

/** Whoever sends is killed when Temporal has the event, before anything of it is on record. */
async function sendAndDie(project: Project, by: Actor, deed: Act[1]): Promise<void> {
  const command = randomUUID()
  await createRecorder(fixture.models).announce({ project: project.id, command })
  await project.ask(by, deed, { command })
}

/** What is on record of a case is what its histories say, in one chain. */
async function expectLevel(project: Project): Promise<void> {
  const lines = await fixture.models.history.find({ project: project.id }).sort({ revision: 1 }).lean()
  expect(lines.map(({ previous }) => previous)).toEqual([null, ...lines.slice(0, -1).map(({ link }) => link)])
  expect(await reconcile(fixture, project)).toEqual(right(project))
  expect(await intentsOf(project.id)).toEqual([])
}

describe('an event whose sender was killed', () => {
  it('is brought on record within seconds, without being sent again', async () => {
    const project = await begin(fixture, [])
    await sendAndDie(project, clerk, 'withdraw')
    expect(await typesOf(project)).toEqual(['file'])
    expect(await sweeper().sweep()).toBe(0)
    expect(await sweeper().sweep(Date.now() + young)).toBe(1)
    expect(await typesOf(project)).toEqual(['file', 'withdraw'])
    await expectLevel(project)
  })

  it('is recorded by whoever sends the next one', async () => {
    const project = await begin(fixture, [])
    await sendAndDie(project, clerk, 'completeAssessment')
    await project.act(clerk, 'submit')
    expect(await typesOf(project)).toEqual(['file', 'completeAssessment', 'submit'])
    await sweepAll(fixture)
    await expectLevel(project)
  })

  it('is carried from run to run, however often the case goes on as new', async () => {
    const project = await begin(fixture, [], { eventsPerRun: 1 })
    for (const [by, deed] of stations['districtVerification unclaimed']) await sendAndDie(project, by, deed)
    await sendAndDie(project, verifier, 'claim')
    expect(await typesOf(project)).toEqual(['file'])
    await sweepAll(fixture)
    expect(await typesOf(project)).toEqual(['file', 'completeAssessment', 'submit', 'claim'])
    await expectLevel(project)
  })

  it('goes on record before what an operator has done since, by an activity', async () => {
    const project = await begin(fixture, [])
    await sendAndDie(project, clerk, 'completeAssessment')
    const command: AdminCommand = { act: 'hold', reason: '核查', by: administrator, approvedBy: 'adm-2' }
    await fixture.temporal.workflow
      .getHandle(project.workflowId)
      .executeUpdate(applyAdminCommand, { args: [{ command, request: 'hold' }] })
    expect(await typesOf(project)).toEqual(['file', 'completeAssessment', 'hold'])
    await sweepAll(fixture)
    await expectLevel(project)
  })

  it('has its certificate numbered, and its history is told the number', async () => {
    const project = await begin(fixture, smallWay.slice(0, -1))
    for (const [by, deed] of smallWay.slice(-1)) await sendAndDie(project, by, deed)
    await sweepAll(fixture)
    const [issued] = await fixture.models.certificates.find({ project: project.id }).lean()
    expect(issued?._id).toMatch(/^CQ-2021-/)
    await fixture.models.certificates.deleteOne({ project: project.id })
    await fixture.models.projects.updateOne({ _id: project.id }, { $set: { certificate: null } })
    await reconcile(fixture, project, true)
    expect(await fixture.models.certificates.find({ project: project.id }).lean()).toEqual([issued])
  })

  it('is left where it is while MongoDB does not take it, with the reason, and brought up after that', async () => {
    const project = await begin(fixture, [])
    await sendAndDie(project, clerk, 'withdraw')
    unwritten.add(project.id)
    await sweeper(failing(fixture.models)).sweep(Date.now() + old)
    expect(await intentsOf(project.id)).toMatchObject([{ attempts: 1, error: 'nobody writes it' }])
    unwritten.delete(project.id)
    await sweeper().sweep(Date.now() + 2 * old)
    await expectLevel(project)
  })
})

describe('an event that has never come to Temporal', () => {
  it('is withdrawn when nobody can wait for it any more, and not before', async () => {
    const project = await begin(fixture, [])
    await createRecorder(fixture.models).announce({ project: project.id, command: 'never sent' })
    await sweeper().sweep(Date.now() + young)
    expect(await intentsOf(project.id)).toHaveLength(1)
    await sweeper().sweep(Date.now() + old)
    await expectLevel(project)
    expect(await typesOf(project)).toEqual(['file'])
  })

  it('is a filing, and gives its keys back', async () => {
    const { models } = fixture
    const project = `p-${randomUUID()}`
    await createRecorder(models).announce({ project, command: filing })
    const key = { _id: `of ${project}`, project, by: clerk, at: new Date() }
    await models.duplicateKeys.create(key)
    await sweeper().sweep(Date.now() + young)
    expect(await models.duplicateKeys.countDocuments({ project })).toBe(1)
    await sweeper().sweep(Date.now() + old)
    expect(await models.duplicateKeys.countDocuments({ project })).toBe(0)
    expect(await intentsOf(project)).toEqual([])
    expect(await models.projects.countDocuments({ _id: project })).toBe(0)
  })
})

it('a filing that Temporal has and nobody has recorded is brought on record', async () => {
  const { models } = fixture
  const recorder = { ...createRecorder(models), record: () => Promise.reject(new Error('killed')) }
  const found = await begin(fixture, [], { recorder }).catch((error: unknown) => error)
  expect(found).toMatchObject({ name: 'NotOnRecord' })
  const [intent] = await models.intents.find({ command: filing }).lean()
  const project = intent?.project ?? ''
  expect(await models.projects.countDocuments({ _id: project })).toBe(0)
  await sweepAll(fixture)
  expect(await models.history.find({ project }).lean()).toMatchObject([{ type: 'file', revision: 1 }])
})

it('a refusal leaves no intent', async () => {
  const project = await begin(fixture, [])
  await expect(project.act(verifier, 'approve')).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError' })
  expect(await intentsOf(project.id)).toEqual([])
})

it('what several have sent to one case is recorded alike, in whatever order and however often', async () => {
  const { models } = fixture
  const project = await begin(fixture, [])
  const answers: StepRecord[][] = []
  for (const each of smallWay) answers.push((await project.ask(...each)).steps)
  const nth = fc.nat({ max: answers.length - 1 })
  await fc.assert(
    fc.asyncProperty(fc.array(nth, { minLength: 1, maxLength: 12 }), async (order) => {
      const recorders = [createRecorder(models), createRecorder(models), createRecorder(models)]
      await Promise.all(
        [...order, answers.length - 1].map(async (at, index) =>
          recorders[index % recorders.length]?.record({ steps: answers[at] ?? [] }),
        ),
      )
      expect(await models.history.countDocuments({ project: project.id })).toBe(smallWay.length + 1)
      await expectLevel(project)
      // All but the filing is forgotten again.
      const later = { project: project.id, revision: { $gt: 1 } }
      await Promise.all([models.history.deleteMany(later), models.snapshots.deleteMany(later)])
    }),
    { numRuns: 6 },
  )
})
