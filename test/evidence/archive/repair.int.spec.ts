import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecorder } from '../../../models/recorder.ts'
import { runsOf } from '../../../evidence/archive/histories.ts'
import { compareCases } from '../../../evidence/archive/comparison.ts'
import { reconcileAll } from '../../../evidence/archive/reconcile-all.ts'
import { repairCases } from '../../../evidence/archive/repair.ts'
import { handoverOf } from '../../../operations/handover.ts'
import type { ReconcileResult } from '../../../evidence/archive/reconcile.ts'
import type { Models } from '../../../models/index.ts'
import { people } from '../../fixtures.ts'
import { smallWay, stations } from '../../support/cases.ts'
import { begin, careOf, dump, openFixture, reconcile, right, sweepAll, unwritten } from './fixture.ts'

let models: Models
let temporal: Client
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ models, temporal, stop } = await openFixture())
})
afterAll(() => stop())

const sources = () => ({ models, temporal })

it('a case whose steps are half written is right, and only what is missing is put there', async () => {
  const project = await begin(sources(), stations['districtVerification unclaimed'])
  const { id } = project
  unwritten.add(id)
  await expect(project.act(people.verifier, 'claim')).rejects.toThrow('not on record yet')
  await expect(project.act(people.clerk, 'withdraw')).rejects.toThrow('not on record yet')
  const [run] = await runsOf(sources(), id)
  const [claimed, withdrawn] = handoverOf(run?.history ?? {}).unheard.steps
  expect(await reconcile(sources(), project)).toEqual(right(project))
  if (!claimed || !withdrawn) throw new Error('there are not two steps')
  // Somebody has written the second, and not the first.
  await createRecorder(models).recordSteps([withdrawn])
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
  unwritten.delete(id)
  await sweepAll(sources())
  expect(await reconcile(sources(), project)).toEqual(right(project))
})

it('what somebody has written since it was read is left to them', async () => {
  const project = await begin(sources(), smallWay)
  const of = { project: project.id }
  await models.certificates.updateOne(of, { $set: { name: '别的项目' } })
  await models.tasks.updateOne(of, { $set: { claimedBy: 'nobody' } })
  const looks = await compareCases(sources(), [project.id], careOf({ repair: true }))
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
      const found: ReconcileResult[] = []
      const onCase = (finding: ReconcileResult) => void found.push(finding)
      const watch = { signal: new AbortController().signal, save: () => undefined }
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
