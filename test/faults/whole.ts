import { expect } from 'vitest'
import type { Models } from '../../models/index.ts'
import { intentIdOf } from '../../models/intents.ts'
import { createRecorder } from '../../models/recorder.ts'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import { roughly } from '../../policy/edition/comparable.ts'
import { bodies, commandOf, seriesOf, stepsFor, wayLength, type Writing } from './writers.ts'

/** Where a step leaves something. */
const parts = ['projects', 'history', 'snapshots', 'tasks', 'notices', 'certificates'] as const
type Part = (typeof parts)[number]

type Found = { _id: string; project?: string; certificate?: string | null }

/** What a majority has in a collection; of the member that takes writes. */
function readAll({ connection }: Models, collection: Part | 'intents' | 'counters'): Promise<Found[]> {
  const found = connection.getClient().db().collection<Found>(collection)
  return found.find({}, { readConcern: 'majority', sort: { _id: 1 } }).toArray()
}

/** All that is on record of cases, without the names that tell one from the other: that of the project, and its certificate's number. */
async function readCases(models: Models): Promise<(project: string) => Record<Part, object[]>> {
  const read = async (part: Part) =>
    Map.groupBy(await readAll(models, part), ({ _id, project }) => project ?? _id)
  const [projects, ...others] = await Promise.all(parts.map(read))
  return (project) => {
    const documents = [projects, ...others].map((each) => each?.get(project) ?? [])
    const number = documents[0]?.[0]?.certificate ?? 'none'
    const text = JSON.stringify(Object.fromEntries(parts.map((part, index) => [part, documents[index]])))
    // The number first: that of a body may contain the name of the project.
    const nameless = [number, roughly(number), project].reduce(
      (left, each) => left.replaceAll(each, '…'),
      text,
    )
    return JSON.parse(nameless) as Record<Part, object[]>
  }
}

/** A case that nobody disturbed, after so many steps. */
const undisturbed = (steps: number) => `undisturbed-${steps}`

async function writeUndisturbed(models: Models): Promise<void> {
  const recorder = createRecorder(models)
  for (let steps = 1; steps <= wayLength; steps += 1) {
    const name = undisturbed(steps)
    for (const step of stepsFor(name, name).slice(0, steps)) await recorder.recordSteps([step])
  }
}

/**
 * Of each case as many steps are on record as were acknowledged, or one of which nobody was told as well; and what is there
 * of them is what a recorder leaves that nobody disturbs. Each command that was announced is kept in mind as long as its
 * step is not there, and no longer.
 */
export async function expectWhole(models: Models, writings: readonly Writing[]): Promise<void> {
  await writeUndisturbed(models)
  const [caseOf, intents] = await Promise.all([readCases(models), readAll(models, 'intents')])
  const kept = new Set(intents.map(({ _id }) => _id))
  for (const { project, announced, acknowledged, tried } of writings) {
    const found = caseOf(project)
    const { length } = found.history
    expect({ project, length }).toSatisfy(() => length >= acknowledged && length <= tried.record)
    expect({ project, ...found }).toEqual({ project, ...caseOf(undisturbed(length)) })
    for (let revision = 1; revision <= tried.announce; revision += 1) {
      const isKept = kept.delete(intentIdOf(commandOf(project, revision)))
      // Of one of which nobody was told that it is announced, nothing can be said.
      if (revision <= announced || revision <= length)
        expect({ project, length, revision, isKept }).toMatchObject({ isKept: revision > length })
    }
  }
  expect([...kept]).toEqual([])
}

/** The certificates of each body carry the serials from 1 on, each case that was certified one of them. */
export async function expectGaplessNumbers(models: Models): Promise<void> {
  const [issued, counters] = await Promise.all([readAll(models, 'certificates'), readAll(models, 'counters')])
  for (const body of bodies) {
    const { prefix } = seriesOf(body)
    const found = issued.map(({ _id }) => _id).filter((number) => number.startsWith(`${prefix}-${body}-`))
    expect(found.length).toBeGreaterThan(0)
    expect(found).toEqual(
      found.map((_number, index) => certificateNumber(prefix, body, index + 1)).toSorted(),
    )
    expect(counters).toContainEqual(expect.objectContaining({ _id: `${prefix}-${body}`, last: found.length }))
  }
}
