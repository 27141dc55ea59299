import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Models } from '../../models/index.ts'
import { createRecorder } from '../../models/recorder.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import { openRecord } from '../support/record.ts'
import { saveTestEdition } from '../support/test-edition.ts'
import { certified, stepsOf } from './steps.ts'

let models: Models
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ models, drop } = await openRecord())
})
afterAll(() => drop())

/** The steps that certify so many projects of a body, whose filings are on record. */
async function certifying(bodyCode: string, count: number, on = models): Promise<StepRecord[]> {
  await saveTestEdition(on)
  const series = { prefix: 'CQ-2021', bodyCode }
  const ways = Array.from({ length: count }, (_, index) => stepsOf(certified(), `${bodyCode}-${index}`))
  const recorder = createRecorder(on)
  await Promise.all(
    ways.flatMap((steps) => steps.slice(0, 1)).map((filing) => recorder.recordSteps([filing])),
  )
  return ways.flatMap((steps) => steps.slice(-1)).map((step) => ({ ...step, series }))
}

const aBody = () => randomUUID().slice(0, 6).toUpperCase()

function numbersOf(bodyCode: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    certificateNumber('CQ-2021', bodyCode, index + 1),
  ).toSorted()
}

async function issuedTo(bodyCode: string): Promise<string[]> {
  const issued = await models.certificates.find({ project: { $regex: `^${bodyCode}-` } }).lean()
  return issued.map(({ _id }) => _id).toSorted()
}

it('many projects at once have numbers without gaps, in few transactions of which none is aborted', async () => {
  const [one, other] = [aBody(), aBody()]
  const watched = await openRecord({ monitorCommands: true })
  const { models: own } = watched
  const steps = [...(await certifying(one, 20, own)), ...(await certifying(other, 10, own))]
  const commands: string[] = []
  const client = watched.models.connection.getClient()
  client.on('commandStarted', ({ commandName }) => commands.push(commandName))
  const recorder = createRecorder(watched.models)
  const given = await Promise.all([...steps, ...steps].map((step) => recorder.recordSteps([step])))
  expect(new Set(given.map(({ certificate }) => certificate))).toEqual(
    new Set([...numbersOf(one, 20), ...numbersOf(other, 10)]),
  )
  expect(commands).not.toContain('abortTransaction')
  expect(commands.filter((name) => name === 'commitTransaction').length).toBeLessThanOrEqual(2)
  await watched.models.connection.dropDatabase()
  await watched.drop()
})

it('they have numbers without gaps, however many processes give them, and each project one', async () => {
  const body = aBody()
  const steps = await certifying(body, 24)
  const recorders = [1, 2, 3].map(() => createRecorder(models))
  await Promise.all(
    recorders.flatMap((recorder, turn) =>
      steps.filter((_, index) => index % 3 !== turn).map((step) => recorder.recordSteps([step])),
    ),
  )
  expect(await issuedTo(body)).toEqual(numbersOf(body, 24))
})

it('they are numbered although one among them cannot be written, which leaves no gap', async () => {
  const body = aBody()
  const steps = await certifying(body, 6)
  const allow = (validator: object) => models.connection.db?.command({ collMod: 'certificates', validator })
  await allow({ project: { $ne: `${body}-3` } })
  const recorder = createRecorder(models)
  const settled = await Promise.allSettled(steps.map((step) => recorder.recordSteps([step])))
  await allow({})
  const refused = settled.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
  expect(refused).toEqual([3])
  expect(await issuedTo(body)).toEqual(numbersOf(body, 5))
  await Promise.all(steps.map((step) => recorder.recordSteps([step])))
  expect(await issuedTo(body)).toEqual(numbersOf(body, 6))
})
