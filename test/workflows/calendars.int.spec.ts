import { randomUUID } from 'node:crypto'
import { WorkflowNotFoundError } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Calendars } from '../../policy/time/calendar.ts'
import { adoptCalendars } from '../../workflows/contract.ts'
import { cn, large, people } from '../fixtures.ts'
import { stations } from '../support/cases.ts'
import { actAll, type Project } from '../support/projects.ts'
import {
  certifiedOn,
  district,
  enterprise,
  filedOn,
  patience,
  startSkipping,
  waysToRun,
  type Skipping,
} from '../support/skipping.ts'

const { administrator, clerk, verifier } = people
const source = '国办发明电〔2021〕99号'

let skipping: Skipping
beforeAll(async () => {
  skipping = await startSkipping()
})
afterAll(() => skipping.stop())

/** The country's calendar with days off beside those there are, and a district's own. */
const calendars = (versions: Calendars['versions'], off: string[], local: string[] = []): Calendars => ({
  country: { ...cn, off: [...cn.off, ...off].toSorted() },
  local: { off: local, worked: [] },
  versions,
})

const adopt = ({ workflowId }: Project, adopted: Calendars) =>
  skipping.client.workflow.getHandle(workflowId).executeUpdate(adoptCalendars, {
    args: [{ calendars: adopted, by: administrator, source, request: 'adoption' }],
    updateId: randomUUID(),
  })

const linesFrom = ({ id }: Project, revision: number) =>
  skipping.models.history
    .find({ project: id, revision: { $gte: revision } })
    .sort({ revision: 1 })
    .lean()
const deadlinesOf = async ({ id }: Project) =>
  (await skipping.models.projects.findById(id).lean())?.state.deadlines.map(({ task, dueOn }) => [
    task,
    dueOn,
  ])

describe.each(waysToRun)('another calendar, %s', (_how, runs) => {
  it('moves a due date by its day, says why, tells everybody once and reminds of the new date', async () => {
    const project = await skipping.play('2021-03-01', runs)
    await actAll(project, stations['districtVerification unclaimed'])
    await project.until('2021-03-10')
    const newer = calendars({ country: 2, local: 0 }, ['2021-03-25'])
    expect(await adopt(project, newer)).toEqual({ moved: 1 })
    expect(await linesFrom(project, 4)).toMatchObject([
      {
        type: 'recalculate',
        on: '2021-03-10',
        by: administrator,
        payload: { source },
        request: 'adoption',
        deadlines: [
          {
            task: 'districtVerification',
            why: 'calendar',
            from: '2021-03-29',
            to: '2021-03-30',
            days: 1,
            unit: 'workingDays',
            article: '二（三）',
          },
        ],
      },
    ])
    expect(await skipping.models.projects.findById(project.id).lean()).toMatchObject({
      calendars: { country: 2, local: 0 },
    })
    expect(await skipping.models.tasks.find({ project: project.id, open: true }).lean()).toMatchObject([
      { task: 'districtVerification', dueOn: '2021-03-30' },
    ])
    expect(await adopt(project, newer)).toEqual({ moved: 0 })
    expect(await adopt(project, calendars({ country: 1, local: 0 }, ['2021-03-26']))).toEqual({ moved: 0 })
    await project.until('2021-03-29')
    await project.act(verifier, 'claim')
    await actAll(project, [[verifier, 'reject']])
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        `2021-03-10 moved-4 districtVerification: ${district}`,
        // The 25th is off: the fifth working day before the 30th is the 22nd.
        `2021-03-22 before-5@2021-03-30 districtVerification: ${district}`,
        `2021-03-29 before-1@2021-03-30 districtVerification: ${district}`,
        `2021-03-29 outcome-reject districtVerification: ${enterprise}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([...filedOn('2021-03-01'), '2021-03-10 recalculate', '2021-03-29 claim', '2021-03-29 reject'])
    await skipping.finish(project)
  })

  it('of a district moves what its people owe, not what the authority does', async () => {
    const local = calendars({ country: 1, local: 1 }, [], ['2021-03-26'])
    const verified = await skipping.play('2021-03-01', runs)
    await actAll(verified, stations['districtVerification unclaimed'])
    const reviewed = await skipping.play('2021-03-01', { application: large, ...runs })
    await actAll(reviewed, stations['municipalReview unclaimed'])
    expect(await adopt(verified, local)).toEqual({ moved: 1 })
    expect(await adopt(reviewed, local)).toEqual({ moved: 0 })
    expect(await deadlinesOf(verified)).toEqual([['districtVerification', '2021-03-30']])
    expect(await deadlinesOf(reviewed)).toEqual([['municipalReview', '2021-03-29']])
    await expect.poll(() => skipping.done(reviewed), patience).toEqual(certifiedOn('2021-03-01'))
    await skipping.finish(verified)
    await skipping.finish(reviewed)
  })

  it('changes nothing where the day lies behind, or where everything is done', async () => {
    const project = await skipping.play('2021-03-01', runs)
    await actAll(project, stations['districtVerification unclaimed'])
    expect(await adopt(project, calendars({ country: 2, local: 0 }, ['2021-02-26', '2021-04-30']))).toEqual({
      moved: 0,
    })
    expect(await deadlinesOf(project)).toEqual([['districtVerification', '2021-03-29']])
    await project.act(clerk, 'withdraw')
    const ended = await skipping.client.workflow
      .getHandle(project.workflowId)
      .result()
      .then(() => linesFrom(project, 1))
    await expect(adopt(project, calendars({ country: 3, local: 0 }, ['2021-03-25']))).rejects.toThrow(
      WorkflowNotFoundError,
    )
    expect(await linesFrom(project, 1)).toEqual(ended)
    await expect.poll(() => skipping.told(project), patience).toEqual([])
    await skipping.finish(project)
  })
})
