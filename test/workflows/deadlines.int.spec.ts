import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Models } from '../../models/index.ts'
import { addDuration, type Duration } from '../../policy/time/calendar.ts'
import { addDays } from '../../policy/time/dates.ts'
import { cn, large, people } from '../fixtures.ts'
import { stations } from '../support/cases.ts'
import { recordHistory, replayRuns } from '../support/histories.ts'
import { actAll, startProject, type Project } from '../support/projects.ts'
import { startSkipping, type Skipping } from '../support/skipping.ts'

const { clerk, verifier } = people

let skipping: Skipping
let models: Models
let until: Skipping['until']
beforeAll(async () => {
  skipping = await startSkipping()
  ;({ models, until } = skipping)
})
afterAll(() => skipping.stop())

/** The lines of a project, once there are so many and the record has caught up with them. */
async function linesOf(project: Project, count: number) {
  const look = async () => {
    expect(await models.projects.findById(project.id).lean()).toMatchObject({ revision: count })
    const lines = await project.lines()
    expect(lines).toHaveLength(count)
    return lines
  }
  return vi.waitFor(look, { timeout: 20_000, interval: 20 })
}

const dueAfter = (on: string, days: number, unit: Duration['unit'] = 'workingDays') =>
  addDuration(cn, on, { days, unit }).dueOn
const recordOf = async ({ id }: Project) => models.projects.findById(id).lean()

it.each([
  ['districtVerification', 'districtVerification unclaimed', {}],
  ['municipalReview', 'municipalReview unclaimed', large],
] as const)(
  'time marks %s as overdue on the day after it was due, and approves nothing',
  async (stage, station, application) => {
    const project = await startProject(skipping.client, models, { application })
    await actAll(project, stations[station])
    const so = await project.lines()
    const dueOn = dueAfter(so.at(-1)?.on ?? '', 20)
    expect((await recordOf(project))?.state.deadlines).toMatchObject([{ task: stage, dueOn, overdue: false }])

    await until(dueOn)
    expect(await project.act(stage === 'municipalReview' ? people.reviewer : verifier, 'claim')).toBe(
      so.length + 1,
    )
    expect((await recordOf(project))?.state.deadlines).toMatchObject([{ dueOn, overdue: false }])

    await until(addDays(dueOn, 400))
    const lines = await linesOf(project, so.length + 2)
    expect(lines.slice(so.length)).toEqual([
      { type: 'claim', on: dueOn },
      { type: 'overdue', on: addDays(dueOn, 1) },
    ])
    expect(await recordOf(project)).toMatchObject({
      phase: stage,
      certificate: null,
      state: { done: false, deadlines: [{ task: stage, dueOn, overdue: true }] },
    })
    await project.act(stage === 'municipalReview' ? people.reviewer : verifier, 'release')
    expect(await project.lines()).toHaveLength(so.length + 3)
    await replayRuns(skipping.client, project.workflowId)
  },
)

it('a correction that never comes is overdue after 15 working days and withdrawn after 30 more', async () => {
  const project = await startProject(skipping.client, models)
  await actAll(project, stations.correction)
  const so = await project.lines()
  const dueOn = dueAfter(so.at(-1)?.on ?? '', 15)
  const lapsesOn = dueAfter(dueOn, 30)
  await until(addDays(lapsesOn, 30))
  const lines = await linesOf(project, so.length + 2)
  expect(lines.slice(so.length)).toEqual([
    { type: 'overdue', on: addDays(dueOn, 1) },
    { type: 'lapse', on: addDays(lapsesOn, 1) },
  ])
  expect(await recordOf(project)).toMatchObject({
    phase: 'withdrawn',
    outcome: 'withdrawn',
    certificate: null,
  })
  const tasks = await models.tasks.find({ project: project.id }).sort({ entry: 1 }).lean()
  expect(tasks.map(({ task, open, closedOn }) => [task, open, closedOn]).at(-1)).toEqual([
    'correction',
    false,
    addDays(lapsesOn, 1),
  ])
  expect(tasks.filter(({ open }) => open)).toEqual([])
  const hasEnded = async () => {
    const { status } = await skipping.client.workflow.getHandle(project.workflowId).describe()
    expect(status.name).toBe('COMPLETED')
  }
  await vi.waitFor(hasEnded, { timeout: 20_000, interval: 20 })
  await replayRuns(skipping.client, project.workflowId)
  await recordHistory(skipping.client, 'lapse', project.workflowId)
})

it('a correction that comes late, but before it lapses, is taken', async () => {
  const project = await startProject(skipping.client, models)
  await actAll(project, stations.correction)
  const so = await project.lines()
  const dueOn = dueAfter(so.at(-1)?.on ?? '', 15)
  const lapsesOn = dueAfter(dueOn, 30)
  await until(lapsesOn)
  await project.act(clerk, 'resubmit')
  await until(addDays(lapsesOn, 1))
  await project.act(verifier, 'claim')
  expect((await project.lines()).slice(so.length)).toEqual([
    { type: 'overdue', on: addDays(dueOn, 1) },
    { type: 'resubmit', on: lapsesOn },
    { type: 'claim', on: addDays(lapsesOn, 1) },
  ])
  await replayRuns(skipping.client, project.workflowId)
})

it('a timer that goes off early looks again: a clock that stood still is overdue at its new date only', async () => {
  const project = await startProject(skipping.client, models)
  await actAll(project, stations['districtVerification claimed'])
  const submittedOn = (await project.lines()).at(-1)?.on ?? ''
  const firstDue = dueAfter(submittedOn, 20)
  const returnedOn = dueAfter(submittedOn, 10)
  await until(returnedOn)
  await project.act(verifier, 'return')
  // The timer for the first date goes off while the enterprise corrects, and must say nothing.
  const correctedOn = addDays(firstDue, 1)
  await until(correctedOn)
  await project.act(clerk, 'resubmit')
  const newDue = dueAfter(correctedOn, 10)
  expect((await recordOf(project))?.state.deadlines).toMatchObject([
    { task: 'districtVerification', dueOn: newDue },
  ])
  await until(newDue)
  await project.act(verifier, 'claim')
  await until(addDays(newDue, 2))
  const lines = await linesOf(project, 8)
  expect(lines.slice(4)).toEqual([
    { type: 'return', on: returnedOn },
    { type: 'resubmit', on: correctedOn },
    { type: 'claim', on: newDue },
    { type: 'overdue', on: addDays(newDue, 1) },
  ])
  await replayRuns(skipping.client, project.workflowId)
})
