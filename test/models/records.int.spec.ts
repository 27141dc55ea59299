import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecorder } from '../../models/recorder.ts'
import type { Models } from '../../models/index.ts'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import { duplicateKeysOf } from '../../policy/case/duplicates.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { chongqing, people } from '../fixtures.ts'
import { openRecord } from '../support/record.ts'
import { saveTestEdition } from '../support/test-edition.ts'
import { certified, filed, stepsOf, submitted } from './steps.ts'

const { clerk, verifier } = people

let models: Models
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ models, drop } = await openRecord())
  await saveTestEdition(models)
})
afterAll(() => drop())

const recordStep = (step: StepRecord) => createRecorder(models).recordSteps([step])

const revoked = () => certified().when(clerk, 'requestRevocation').when(verifier, 'claim', 'revoke')

/** All that the record has of a project, but for what names it. */
async function recordOf(project: string) {
  const [found, lines, certificates, tasks] = await Promise.all([
    models.projects.findById(project).lean(),
    models.history.find({ project }).sort({ revision: 1 }).lean(),
    models.certificates.find({ project }).lean(),
    models.tasks.find({ project }).sort({ _id: 1 }).lean(),
  ])
  return JSON.parse(JSON.stringify({ found, lines, certificates, tasks }).replaceAll(project, '…')) as unknown
}

const inOrder = async () => {
  const project = 'IN-ORDER'
  for (const step of stepsOf(certified(), project)) await recordStep(step)
  return recordOf(project)
}

describe('a step', () => {
  it('that is recorded again and again, or late, leaves what each one once in order leaves', async () => {
    const expected = (await inOrder()) as {
      found: { revision: number; certificate: string }
      lines: object[]
      tasks: object[]
    }
    const { length } = certified().steps
    expect(expected.found).toMatchObject({ revision: length, phase: 'certified' })
    expect(expected.lines).toHaveLength(length)
    const revisions = Array.from({ length: length - 1 }, (_, index) => index + 2)
    const disorder = fc.tuple(
      fc.shuffledSubarray(revisions, { minLength: revisions.length }),
      fc.array(fc.constantFrom(1, ...revisions), { maxLength: 6 }),
    )
    await fc.assert(
      fc.asyncProperty(disorder, async ([late, repeated]) => {
        const project = randomUUID().slice(0, 8).toUpperCase()
        const steps = stepsOf(certified(), project)
        for (const revision of [1, ...late, ...repeated]) {
          const step = steps[revision - 1]
          if (step) await recordStep(step)
        }
        const { found, lines, certificates, tasks } = (await recordOf(project)) as Record<string, unknown>
        const number = certificateNumber('CQ-2021', project, 1).replaceAll(project, '…')
        expect(found).toEqual({ ...expected.found, certificate: number })
        expect(lines).toEqual(expected.lines)
        expect(tasks).toEqual(expected.tasks)
        expect(certificates).toMatchObject([{ _id: number, certifiedOn: '2021-03-01' }])
      }),
      { numRuns: 12 },
    )
  })

  it('that comes before the filing of its project is refused, and nothing of it is seen', async () => {
    const project = randomUUID()
    const [filing, second] = stepsOf(submitted(), project)
    if (!filing || !second) throw new Error('a journey of less than two steps')
    await expect(recordStep(second)).rejects.toThrow('not on record yet')
    expect(await models.tasks.countDocuments({ project })).toBe(0)
    expect(await models.history.countDocuments({ project })).toBe(0)
    await recordStep(filing)
    await recordStep(second)
    expect(await models.projects.findById(project).lean()).toMatchObject({ revision: 2 })
  })

  it('that comes late does not take the project back', async () => {
    const project = randomUUID()
    const steps = stepsOf(submitted(), project)
    for (const step of steps) await recordStep(step)
    for (const step of steps.toReversed()) {
      await recordStep(step)
      expect(await models.projects.findById(project).lean()).toMatchObject({
        revision: steps.length,
        phase: 'districtVerification',
      })
      expect(await models.tasks.find({ project, open: true }).lean()).toMatchObject([
        { task: 'districtVerification', roles: ['district'], entry: 3 },
      ])
    }
    expect(await models.history.countDocuments({ project })).toBe(steps.length)
  })

  it('keeps the first line that was told of a revision', async () => {
    const project = randomUUID()
    const [first] = stepsOf(filed(), project)
    if (!first) throw new Error('a journey begins with a filing')
    await recordStep(first)
    await recordStep({ ...first, request: 'another', at: '2022-01-01T00:00:00.000Z' })
    expect(await models.history.find({ project }).lean()).toMatchObject([
      {
        _id: `${project}:1`,
        revision: 1,
        request: 'request-1',
        application: { name: '齿轮生产线数字化改造' },
      },
    ])
  })
})

describe('a certificate', () => {
  it('is taken once, however often and at once its step is recorded', async () => {
    const project = randomUUID().slice(0, 8).toUpperCase()
    const steps = stepsOf(certified(), project)
    const last = steps.at(-1)
    if (!last) throw new Error('a journey begins with a filing')
    for (const step of steps.slice(0, -1)) expect(await recordStep(step)).toMatchObject({ certificate: null })
    const answers = await Promise.all(Array.from({ length: 10 }, () => recordStep(last)))
    const number = certificateNumber('CQ-2021', project, 1)
    expect(new Set(answers.map(({ certificate }) => certificate))).toEqual(new Set([number]))
    expect(await models.counters.findById(`CQ-2021-${project}`).lean()).toMatchObject({ last: 1 })
    expect(await models.certificates.countDocuments({ project })).toBe(1)
    expect(await models.projects.findById(project).lean()).toMatchObject({ certificate: number })
  })
})

const hold = async (project: string, keys: string[]) => {
  await models.duplicateKeys.deleteMany({})
  await models.duplicateKeys.create(keys.map((_id) => ({ _id, project, by: clerk, at: new Date() })))
}
const heldBy = async (project: string) =>
  (await models.duplicateKeys.find({ project }).lean()).map(({ _id }) => _id)

describe('the keys of a project', () => {
  it.each([
    ['kept while it is decided', submitted, 'current'],
    [
      'those of the corrected form after a correction',
      () => submitted().when(verifier, 'claim', 'return').when(clerk, 'resubmit'),
      'current',
    ],
    ['kept for good once it is certified', certified, 'current'],
    ['freed once it is revoked', revoked, 'none'],
    ['freed once it is rejected', () => submitted().when(verifier, 'claim', 'reject'), 'none'],
    ['freed once it is withdrawn', () => filed().when(clerk, 'withdraw'), 'none'],
  ] as const)('are %s', async (what, journey, kept) => {
    const project = randomUUID()
    const reached = journey()
    const current = duplicateKeysOf(chongqing.edition, reached.state.case.application)
    const isCorrected = what.includes('corrected')
    await hold(project, isCorrected ? [...current, 'of an earlier form'] : current)
    for (const step of stepsOf(reached, project)) await recordStep(step)
    expect((await heldBy(project)).toSorted()).toEqual(kept === 'current' ? current.toSorted() : [])
  })
})

it('a line that stands where another is to be written is left there, and not taken for it', async () => {
  const project = randomUUID()
  const [first, second] = stepsOf(submitted(), project)
  if (!first || !second) throw new Error('there are no two steps')
  await recordStep(first)
  const planted = { link: 'sha256:planted' as const, revision: 2 }
  const line = await models.history.findById(`${project}:1`).lean()
  await models.history.create({ ...line, _id: `${project}:2`, ...planted })
  await expect(recordStep(second)).rejects.toThrow('E11000')
  await expect(recordStep(second)).rejects.toThrow('E11000')
  expect(await models.history.findById(`${project}:2`).lean()).toMatchObject(planted)
  await models.history.deleteOne({ _id: `${project}:2` })
  await recordStep(second)
  expect(await models.history.findById(`${project}:2`).lean()).toMatchObject({ link: second.seal.link })
})

describe('a field that no schema knows', () => {
  const strange = { colour: 'red' }
  it.each([
    'Enterprise',
    'Edition',
    'Project',
    'History',
    'DuplicateKey',
    'Certificate',
    'Counter',
    'Task',
    'Notice',
    'Calendar',
    'Rollout',
  ])('cannot be asked for or written: %s', async (name) => {
    const model = models.connection.model(name)
    await expect(model.findOne(strange)).rejects.toThrow(/colour/)
    await expect(model.updateOne({ _id: 'x' }, { $set: strange })).rejects.toThrow(/colour/)
    await expect(model.create({ _id: 'x', ...strange })).rejects.toThrow(/colour/)
    expect(await model.countDocuments({ _id: 'x' })).toBe(0)
  })
})
