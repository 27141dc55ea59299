import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRecorder } from '../../../models/recorder.ts'
import { readHistory, stepsIn } from '../../../evidence/archive/events.ts'
import { runsOf } from '../../../evidence/archive/histories.ts'
import { lookAt } from '../../../evidence/archive/look.ts'
import { reconcileAll } from '../../../evidence/archive/reconcile-all.ts'
import { repairCases } from '../../../evidence/archive/repair.ts'
import type { Finding } from '../../../evidence/archive/reconcile.ts'
import type { Models } from '../../../models/index.ts'
import { people } from '../../fixtures.ts'
import { smallWay, stations } from '../../support/cases.ts'
import { begin, careOf, deaf, deafen, dump, openFixture, reconcile, right } from './fixture.ts'

const patience = { timeout: 30_000, interval: 50 }
let models: Models
let temporal: Client
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ models, temporal, stop } = await openFixture([deafen]))
})
afterAll(() => stop())

const sources = () => ({ models, temporal })

it('a case whose steps are half written is right, and only what is missing is put there', async () => {
  const project = await begin(sources(), stations['districtVerification unclaimed'])
  const { id } = project
  deaf.written.add(id)
  const unheard = (count: number) =>
    vi.waitFor(async () => {
      const [run] = await runsOf(sources(), id)
      const steps = stepsIn(readHistory(run?.history ?? {})).filter(({ answer }) => answer === null)
      expect(steps).toHaveLength(count)
      return steps.map(({ step }) => step)
    }, patience)
  const claim = project.act(people.verifier, 'claim')
  await unheard(1)
  const sent = Promise.all([claim, project.act(people.clerk, 'withdraw')])
  const [claimed, withdrawn] = await unheard(2)
  expect(await reconcile(sources(), project)).toEqual(right(project))
  if (!claimed || !withdrawn) throw new Error('there are not two steps')
  // The worker dies when the second is written, and the first is not.
  await createRecorder(models).recordStep(withdrawn)
  const before = await dump(sources())
  expect(await reconcile(sources(), project, true)).toEqual(right(project))
  await models.tasks.updateMany({ project: id }, { $set: { remindedOn: '2021-03-01' } })
  await models.history.deleteOne({ _id: `${id}:2` })
  const found = await reconcile(sources(), project, true)
  expect(new Set(found.differences.map(({ collection }) => collection))).toEqual(
    new Set(['history', 'tasks']),
  )
  expect(found.repaired).toMatchObject([{ collection: 'history', id: `${id}:2` }])
  await models.tasks.updateMany({ project: id }, { $set: { remindedOn: null } })
  expect(await dump(sources())).toEqual(before)
  deaf.written.delete(id)
  await sent
  expect(await reconcile(sources(), project)).toEqual(right(project))
})

it('what somebody has written since it was read is left to them', async () => {
  const project = await begin(sources(), smallWay)
  const of = { project: project.id }
  await models.certificates.updateOne(of, { $set: { name: '别的项目' } })
  await models.tasks.updateOne(of, { $set: { claimedBy: 'nobody' } })
  const looks = await lookAt(sources(), [project.id], careOf({ repair: true }))
  expect(looks[0]?.differences).toHaveLength(2)
  await models.certificates.updateOne(of, { $set: { revokedOn: '2026-11-29' } })
  await models.tasks.updateOne(of, { $set: { remindedOn: '2026-11-29' } })
  await repairCases(models, looks)
  expect(await models.certificates.findOne(of).lean()).toMatchObject({
    revokedOn: '2026-11-29',
    name: '别的项目',
  })
  expect(await models.tasks.findOne(of).lean()).toMatchObject({
    remindedOn: '2026-11-29',
    claimedBy: 'nobody',
  })
  const { differences, repaired } = await reconcile(sources(), project, true)
  expect(repaired).toEqual(differences)
  expect(await reconcile(sources(), project)).toEqual(right(project))
})

it('a field that no schema knows is taken out', async () => {
  const project = await begin(sources(), stations.application)
  await models.connection
    .collection('projects')
    .updateOne({ uscc: { $exists: true } }, { $set: { note: 'x' } })
  const invented = await models.connection.collection('projects').findOne({ note: 'x' })
  const concerned = { ...project, id: String(invented?._id) }
  expect(await reconcile(sources(), concerned, true)).toMatchObject({ repaired: [{ path: 'note' }] })
  expect(await reconcile(sources(), concerned)).toEqual(right(concerned))
})

describe('what is said of projects that are none', () => {
  it('is found, and removed on request unless it names a run', async () => {
    const project = await begin(sources(), smallWay)
    const [certificate] = await models.certificates.find({ project: project.id }).lean()
    const [task] = await models.tasks.find({ project: project.id }).lean()
    const [line] = await models.history.find({ project: project.id }).lean()
    if (!certificate || !task || !line) throw new Error('the record is not whole')
    await models.certificates.create({ ...certificate, _id: 'CQ-2021-0000-X', project: 'p-invented' })
    await models.tasks.create({ ...task, _id: 'p-invented:task', project: 'p-invented' })
    await models.history.create({ ...line, _id: 'p-named:1', project: 'p-named', run: 'no-such-run' })
    const compare = async (repair: boolean) => {
      const found: Finding[] = []
      const onCase = (finding: Finding) => void found.push(finding)
      const watch = { signal: new AbortController().signal, onPlace: () => undefined }
      await reconcileAll(sources(), `of-a-test-${repair}`, { ...careOf({ repair }), onCase }, watch)
      return found.filter(({ project: id }) => id.startsWith('p-invented') || id === 'p-named')
    }
    const first = await compare(true)
    expect(first).toMatchObject([
      {
        project: 'p-invented',
        differences: [{ collection: 'tasks', id: 'p-invented:task' }, { collection: 'certificates' }],
        repaired: [{ collection: 'tasks' }, { collection: 'certificates' }],
      },
      { project: 'p-named', unreadable: expect.stringContaining('no-such-run') as string },
    ])
    expect(await models.certificates.exists({ project: 'p-invented' })).toBeNull()
    expect(await compare(false)).toMatchObject([{ project: 'p-named', differences: [] }])
    expect(await models.history.exists({ project: 'p-named' })).not.toBeNull()
  })
})
