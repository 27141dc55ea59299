import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { large, people } from '../fixtures.ts'
import { stations } from '../support/cases.ts'
import { recordHistory } from '../support/histories.ts'
import { actAll } from '../support/projects.ts'
import {
  both,
  certifiedOn,
  district,
  enterprise,
  filedOn,
  municipal,
  patience,
  startSkipping,
  waysToRun,
  type Skipping,
} from '../support/skipping.ts'

const { clerk, verifier, reviewer } = people

let skipping: Skipping
beforeAll(async () => {
  skipping = await startSkipping()
})
afterAll(() => skipping.stop())

describe.each(waysToRun)('until a project is certified, %s: what is told and done', (how, runs) => {
  it('of a verification: reminded before and at due, then every five working days, its superior after ten', async () => {
    const project = await skipping.play('2021-03-01', runs)
    await actAll(project, stations['districtVerification unclaimed'])
    await project.until('2021-04-07')
    await project.act(verifier, 'claim')
    await project.until('2021-04-27')
    await project.act(verifier, 'reject')
    await project.until('2021-06-30')
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        `2021-03-22 before-5@2021-03-29 districtVerification: ${district}`,
        `2021-03-26 before-1@2021-03-29 districtVerification: ${district}`,
        `2021-03-29 due-0@2021-03-29 districtVerification: ${district}`,
        `2021-03-30 takeover-4 districtVerification: ${both}`,
        // Qingming on the 5th: the fifth working day is the 6th.
        `2021-04-06 after-5@2021-03-29 districtVerification: ${district}`,
        '2021-04-13 after-10@2021-03-29 districtVerification: wang',
        `2021-04-13 escalation-10-municipal@2021-03-29 districtVerification: ${municipal}`,
        '2021-04-20 after-15@2021-03-29 districtVerification: wang',
        // Sunday the 25th is worked.
        '2021-04-26 after-20@2021-03-29 districtVerification: wang',
        `2021-04-27 outcome-reject districtVerification: ${enterprise}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([...filedOn('2021-03-01'), '2021-03-30 overdue', '2021-04-07 claim', '2021-04-27 reject'])
    await skipping.finish(project)
  })

  it('of a correction that never comes: told at once and before, and in the end withdrawn', async () => {
    const project = await skipping.play('2021-03-01', runs)
    await actAll(project, stations.correction)
    await project.until('2021-06-30')
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        `2021-03-01 opened correction: ${enterprise}`,
        `2021-03-15 before-5@2021-03-22 correction: ${enterprise}`,
        `2021-03-19 before-1@2021-03-22 correction: ${enterprise}`,
        `2021-05-07 outcome-lapse correction: ${enterprise}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([
        ...filedOn('2021-03-01'),
        '2021-03-01 claim',
        '2021-03-01 return',
        '2021-03-23 overdue',
        '2021-05-07 lapse',
      ])
    await skipping.finish(project)
  })

  it('of a case that comes back to where it was: everybody is reminded anew', async () => {
    const project = await skipping.play('2021-03-01', runs)
    await actAll(project, stations.correction)
    await project.until('2021-03-16')
    await actAll(project, [
      [clerk, 'resubmit'],
      [verifier, 'claim'],
    ])
    await project.until('2021-04-08')
    await project.act(verifier, 'return')
    await project.until('2021-04-24')
    await actAll(project, [[clerk, 'resubmit']])
    await project.until('2021-04-25')
    await project.act(clerk, 'withdraw')
    await project.until('2021-06-30')
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        `2021-03-01 opened correction: ${enterprise}`,
        `2021-03-15 before-5@2021-03-22 correction: ${enterprise}`,
        '2021-04-07 before-5@2021-04-14 districtVerification: wang',
        `2021-04-08 opened correction: ${enterprise}`,
        `2021-04-22 before-5@2021-04-28 correction: ${enterprise}`,
      ])
    const opened = await skipping.models.notices.find({ project: project.id, kind: 'opened' }).lean()
    expect(new Set(opened.map(({ entry }) => entry))).toEqual(new Set([5, 8]))
    await skipping.finish(project)
  })

  it('of a municipal review: nothing while its clock stands still, no superior', async () => {
    const project = await skipping.play('2021-03-01', { application: large, ...runs })
    await actAll(project, stations['municipalReview claimed'])
    await project.until('2021-03-10')
    await project.act(reviewer, 'suspend')
    await project.until('2021-04-12')
    await project.act(reviewer, 'resume')
    await project.until('2021-05-10')
    await project.act(reviewer, 'approve')
    await project.act(clerk, 'complete')
    await project.until('2021-06-30')
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        // The applicant is told why the clock stands still, and that it goes on.
        `2021-03-10 suspend-7 municipalReview: ${enterprise}`,
        `2021-04-12 resume-8 municipalReview: ${enterprise}`,
        // Thirteen working days were left; Sunday the 25th is one.
        '2021-04-22 before-5@2021-04-28 municipalReview: chen',
        '2021-04-27 before-1@2021-04-28 municipalReview: chen',
        '2021-04-28 due-0@2021-04-28 municipalReview: chen',
        // Five days of May are off, Saturday the 8th is worked.
        '2021-05-08 after-5@2021-04-28 municipalReview: chen',
        `2021-05-10 outcome-approve municipalReview: ${enterprise}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([
        ...certifiedOn('2021-03-01'),
        '2021-03-01 claim',
        '2021-03-10 suspend',
        '2021-04-12 resume',
        '2021-04-29 overdue',
        '2021-05-10 approve',
        '2021-05-10 complete',
      ])
    await skipping.finish(project)
  })

  it('of urging: who waits is told what the officer writes, once a day', async () => {
    const project = await skipping.play('2021-03-01', runs)
    await actAll(project, stations.correction)
    await project.until('2021-03-03')
    await project.act(verifier, { type: 'urge', note: '请尽快补正' })
    const again = await project.act(reviewer, 'urge').catch((error: unknown) => error)
    expect(again).toMatchObject({ cause: { type: 'already-urged' } })
    await project.until('2021-03-04')
    await project.act(reviewer, 'urge')
    await project.act(clerk, 'withdraw')
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        `2021-03-01 opened correction: ${enterprise}`,
        `2021-03-03 urge@2021-03-03 correction: ${enterprise}`,
        `2021-03-04 urge@2021-03-04 correction: ${enterprise}`,
      ])
    const urged = await skipping.models.notices
      .find({ project: project.id, kind: 'urge' })
      .sort({ at: 1 })
      .lean()
    expect(new Set(urged.map(({ words }) => words))).toEqual(new Set(['请尽快补正', null]))
    if (how === 'in one run') await recordHistory(skipping.client, 'urged', project.workflowId)
    await skipping.finish(project)
  })
})
