import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { people } from '../fixtures.ts'
import { smallWay } from '../support/cases.ts'
import { recordHistory } from '../support/histories.ts'
import { actAll } from '../support/projects.ts'
import {
  both,
  certifiedOn,
  district,
  enterprise,
  municipal,
  patience,
  startSkipping,
  waysToRun,
  type Played,
  type Skipping,
} from '../support/skipping.ts'

const { clerk, verifier, secondVerifier } = people

let skipping: Skipping
beforeAll(async () => {
  skipping = await startSkipping()
})
afterAll(() => skipping.stop())

const extension = (completeOn: string): ProjectEvent => ({
  type: 'requestExtension',
  reason: '设备到货延迟',
  measures: '增加班次',
  completeOn,
})

describe.each(waysToRun)('once a project is certified, %s: what is told and done', (how, runs) => {
  const keep = async (name: string, { workflowId }: Played) =>
    how === 'in one run' && recordHistory(skipping.client, name, workflowId)
  const certified = async (application: Readonly<Record<string, unknown>>) => {
    const project = await skipping.play('2021-03-01', { application, ...runs })
    await actAll(project, smallWay)
    return project
  }

  it('of the reports of three quarters: one in time, one late, one never', async () => {
    const project = await certified({ completeOn: '2022-12-31' })
    await project.until('2021-04-08')
    await project.act(clerk, 'report')
    await project.until('2021-07-20')
    await project.act(clerk, 'report')
    await project.until('2021-11-08')
    await expect
      .poll(() => skipping.told(project), patience)
      .toEqual([
        `2021-03-01 outcome-approve districtVerification: ${enterprise}`,
        `2021-04-01 before-14@2021-04-15 progressReport 2021Q1: ${enterprise}`,
        `2021-07-01 before-14@2021-07-15 progressReport 2021Q2: ${enterprise}`,
        `2021-07-12 before-3@2021-07-15 progressReport 2021Q2: ${enterprise}`,
        `2021-07-15 due-0@2021-07-15 progressReport 2021Q2: ${enterprise}`,
        `2021-10-01 before-14@2021-10-15 progressReport 2021Q3: ${enterprise}`,
        `2021-10-12 before-3@2021-10-15 progressReport 2021Q3: ${enterprise}`,
        `2021-10-15 due-0@2021-10-15 progressReport 2021Q3: ${enterprise}`,
        `2021-10-22 after-7@2021-10-15 progressReport 2021Q3: ${enterprise}`,
        `2021-10-22 escalation-7-district@2021-10-15 progressReport 2021Q3: ${district}`,
        `2021-10-29 after-14@2021-10-15 progressReport 2021Q3: ${enterprise}`,
        `2021-11-05 after-21@2021-10-15 progressReport 2021Q3: ${enterprise}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([
        ...certifiedOn('2021-03-01'),
        '2021-04-08 report',
        '2021-07-16 overdue',
        '2021-07-20 report',
        '2021-10-16 overdue',
      ])
    const record = await skipping.models.projects.findById(project.id).lean()
    expect(record?.state.value).toEqual({ certified: { construction: 'building', reporting: 'late' } })
    await skipping.finish(project)
  })

  it('of a construction: overdue, explained, extended, overdue again, completed', async () => {
    const project = await certified({ completeOn: '2021-06-30' })
    await project.until('2021-07-09')
    await project.act(clerk, 'explainOverdue')
    await project.until('2021-07-15')
    await project.act(clerk, extension('2021-12-31'))
    await project.until('2021-07-30')
    await actAll(project, [
      [verifier, 'claim'],
      [verifier, { type: 'grantExtension', completeOn: '2021-10-31' }],
    ])
    await keep('extended', project)
    await project.until('2021-12-01')
    await project.act(clerk, 'complete')
    await project.until('2022-03-31')
    await expect
      .poll(() => skipping.told(project, 'progressReport'), patience)
      .toEqual([
        `2021-03-01 outcome-approve districtVerification: ${enterprise}`,
        `2021-05-31 before-30@2021-06-30 completion: ${enterprise}`,
        `2021-06-23 before-7@2021-06-30 completion: ${enterprise}`,
        `2021-06-30 due-0@2021-06-30 completion: ${enterprise}`,
        `2021-07-01 escalation-0-district@2021-06-30 completion: ${district}`,
        `2021-07-07 after-7@2021-06-30 completion: ${enterprise}`,
        `2021-07-14 after-14@2021-06-30 completion: ${enterprise}`,
        // From here on the officer is waited for.
        `2021-07-22 before-5@2021-07-29 extensionDecision: ${district}`,
        `2021-07-28 before-1@2021-07-29 extensionDecision: ${district}`,
        `2021-07-29 due-0@2021-07-29 extensionDecision: ${district}`,
        `2021-07-30 outcome-grantExtension extensionDecision: ${enterprise}`,
        `2021-07-30 takeover-11 extensionDecision: ${both}`,
        `2021-10-01 before-30@2021-10-31 completion: ${enterprise}`,
        `2021-10-24 before-7@2021-10-31 completion: ${enterprise}`,
        `2021-10-31 due-0@2021-10-31 completion: ${enterprise}`,
        `2021-11-01 escalation-0-district@2021-10-31 completion: ${district}`,
        `2021-11-07 after-7@2021-10-31 completion: ${enterprise}`,
        `2021-11-14 after-14@2021-10-31 completion: ${enterprise}`,
        `2021-11-21 after-21@2021-10-31 completion: ${enterprise}`,
        `2021-11-28 after-28@2021-10-31 completion: ${enterprise}`,
        `2021-11-30 escalation-30-municipal@2021-10-31 completion: ${municipal}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([
        ...certifiedOn('2021-03-01'),
        '2021-04-16 overdue',
        '2021-07-01 overdue',
        '2021-07-09 explainOverdue',
        '2021-07-15 requestExtension',
        '2021-07-16 overdue',
        '2021-07-30 overdue',
        '2021-07-30 claim',
        '2021-07-30 grantExtension',
        '2021-10-16 overdue',
        '2021-11-01 overdue',
        '2021-12-01 complete',
      ])
    await keep('completed', project)
    await skipping.finish(project)
  })

  it('of a date that passes while an extension is decided, which is refused: the day of the decision is its last, and it is overdue after that', async () => {
    const project = await certified({ completeOn: '2021-06-30' })
    await project.act(clerk, 'report')
    await project.until('2021-06-25')
    await project.act(clerk, extension('2021-12-31'))
    await project.until('2021-07-09')
    await actAll(project, [
      [verifier, 'claim'],
      [verifier, 'refuseExtension'],
    ])
    await project.until('2021-07-15')
    await expect
      .poll(() => skipping.told(project, 'progressReport'), patience)
      .toEqual([
        `2021-03-01 outcome-approve districtVerification: ${enterprise}`,
        `2021-05-31 before-30@2021-06-30 completion: ${enterprise}`,
        `2021-06-23 before-7@2021-06-30 completion: ${enterprise}`,
        `2021-07-02 before-5@2021-07-09 extensionDecision: ${district}`,
        `2021-07-08 before-1@2021-07-09 extensionDecision: ${district}`,
        `2021-07-09 due-0@2021-07-09 extensionDecision: ${district}`,
        `2021-07-09 moved-9 completion: ${enterprise}`,
        `2021-07-09 outcome-refuseExtension extensionDecision: ${enterprise}`,
        `2021-07-10 escalation-0-district@2021-07-09 completion: ${district}`,
      ])
    const record = await skipping.models.projects.findById(project.id).lean()
    expect(record?.state.value).toEqual({ certified: { construction: 'overdue', reporting: 'current' } })
    await skipping.finish(project)
  })

  it('of a revocation that a district wants: the enterprise is heard, says nothing, and another officer decides', async () => {
    const project = await certified({ completeOn: '2022-12-31' })
    await project.until('2021-03-02')
    await project.act(verifier, 'requestRevocation')
    await project.until('2021-04-15')
    await actAll(project, [
      [secondVerifier, 'claim'],
      [secondVerifier, 'revoke'],
    ])
    await project.until('2021-06-30')
    await expect
      .poll(() => skipping.told(project, 'progressReport'), patience)
      .toEqual([
        `2021-03-01 outcome-approve districtVerification: ${enterprise}`,
        `2021-03-02 opened hearing: ${enterprise}`,
        `2021-03-09 before-5@2021-03-16 hearing: ${enterprise}`,
        `2021-03-15 before-1@2021-03-16 hearing: ${enterprise}`,
        `2021-03-16 due-0@2021-03-16 hearing: ${enterprise}`,
        `2021-03-17 takeover-7 revocationDecision: ${both}`,
        `2021-03-24 before-5@2021-03-31 revocationDecision: ${district}`,
        `2021-03-30 before-1@2021-03-31 revocationDecision: ${district}`,
        `2021-03-31 due-0@2021-03-31 revocationDecision: ${district}`,
        `2021-04-08 after-5@2021-03-31 revocationDecision: ${district}`,
        `2021-04-15 after-10@2021-03-31 revocationDecision: ${district}`,
        `2021-04-15 escalation-10-municipal@2021-03-31 revocationDecision: ${municipal}`,
        `2021-04-15 outcome-revoke revocationDecision: ${enterprise}`,
      ])
    await expect
      .poll(() => skipping.done(project), patience)
      .toEqual([
        ...certifiedOn('2021-03-01'),
        '2021-03-02 requestRevocation',
        '2021-03-17 lapse',
        '2021-04-01 overdue',
        '2021-04-15 claim',
        '2021-04-15 revoke',
      ])
    await keep('revoked', project)
    await skipping.finish(project)
  })
})
