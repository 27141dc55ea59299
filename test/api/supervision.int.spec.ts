import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { addDays } from '../../policy/time/dates.ts'
import { lastDayOf, periodAfter, periodOf } from '../../policy/time/periods.ts'
import { people } from '../fixtures.ts'
import { aFreshBody, daysFromToday, file, late, register, smallWay, walk } from '../support/cases.ts'
import type { Page, ProjectBody } from '../support/http.ts'
import { certify, refusal } from '../support/requests.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, colleague, elsewhere, reviewer, secondVerifier, verifier, auditor } = people
const today = daysFromToday(0)

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const certified = (overrides = {}) => certify(zhigai, overrides)
const tasksOf = async (by: Actor, { id }: ProjectBody) =>
  (
    await zhigai.as(by).get<Page<{ project: string; stage: string; part: string | null }>>('/tasks?limit=100')
  ).body.items
    .filter(({ project }) => project === id)
    .map(({ stage, part }) => `${stage} ${part ?? ''}`.trim())
    .toSorted()
const statusOf = async ({ id }: ProjectBody, on: string) => {
  const query = new URLSearchParams({ uscc: clerk.uscc, project: id, on })
  return (await zhigai.as(null).get(`/certification-status?${query.toString()}`)).body['status']
}
const entryOf = async ({ certificate }: ProjectBody) =>
  (await zhigai.as(null).get(`/library/${certificate ?? ''}`)).body
describe('a progress report', () => {
  const period = periodOf('quarter', today)
  const next = periodAfter('quarter', period)

  it('is owed for the period that has begun, and once it is made for the next one', async () => {
    const project = await certified()
    expect(await tasksOf(clerk, project)).toEqual(['completion', `progressReport ${period}`])
    const reported = await walk(zhigai, project, [[colleague, 'report']])
    expect(reported.supervision).toMatchObject({ reports: [{ period, on: today, percent: 40 }] })
    expect(reported.deadlines).toMatchObject([
      { task: 'completion' },
      {
        task: 'progressReport',
        part: next,
        dueOn: addDays(lastDayOf('quarter', next), 15),
        overdue: false,
      },
    ])
    expect(await tasksOf(clerk, project)).toEqual(['completion', `progressReport ${next}`])
    const again = await walk(zhigai, reported, [[clerk, { type: 'report', percent: 55, invested: {} }]])
    expect(again.supervision).toMatchObject({ reports: [{ period, on: today, percent: 55 }] })
    expect(again.deadlines).toEqual(reported.deadlines)
    expect(await tasksOf(verifier, project)).toEqual([])
  })
})

it('a completion says which effects are reached, ends every task and stands on the certificate', async () => {
  const project = await certified({ effects: ['productivity', 'defectRate'] })
  const completed = await walk(zhigai, project, [
    [clerk, { type: 'complete', completedOn: today, effects: ['defectRate', 'ncRate'] }],
  ])
  expect(completed).toMatchObject({ phase: 'completed', actions: [], deadlines: [] })
  expect(completed.supervision?.['completed']).toEqual({
    on: today,
    reached: ['defectRate'],
    missed: ['productivity'],
  })
  expect(await tasksOf(clerk, project)).toEqual([])
  expect(await entryOf(project)).toMatchObject({
    certificateNumber: project.certificate,
    completedOn: today,
    revokedOn: null,
    status: 'certified',
  })
  expect(await statusOf(project, today)).toBe('certified')
  const repeated = await zhigai.as(clerk).post('/projects', project.application)
  expect(problemOf(repeated)).toMatchObject({ status: 409, code: 'duplicate' })
})

describe('a revocation that the enterprise asks for', () => {
  type Targets = Record<'total', { certified: number; revoked: number }>
  const year = today.slice(0, 4)
  const counts = async () => (await zhigai.as(reviewer).get<Targets>(`/targets?year=${year}`)).body.total

  it('is decided by its district alone and leaves library, counts and keys as they must be', async () => {
    const body = aFreshBody()
    const project = await walk(zhigai, await file(zhigai, body), smallWay)
    // As if it had been certified a while ago.
    await zhigai.models.certificates.updateOne({ project: project.id }, { certifiedOn: daysFromToday(-10) })
    const before = await counts()
    const asked = await walk(zhigai, project, [[clerk, 'requestRevocation']])
    expect(asked.supervision).toMatchObject({ request: { kind: 'revocation', on: today } })
    expect(await tasksOf(verifier, project)).toEqual(['revocationDecision'])
    const path = `/projects/${project.id}`
    expect(problemOf(await zhigai.as(elsewhere).get(path))).toMatchObject({ status: 404 })
    for (const deed of ['claim', 'revoke'] as const)
      expect(await refusal(zhigai, elsewhere, project.id, deed)).toMatchObject({
        status: 404,
        code: 'not-found',
      })
    expect(await statusOf(project, today)).toBe('certified')

    const revoked = await walk(zhigai, asked, [
      [verifier, 'claim'],
      [verifier, 'revoke'],
    ])
    expect(revoked).toMatchObject({
      phase: 'revoked',
      certificate: project.certificate,
      actions: [{ type: 'annotate' }],
    })
    expect(await tasksOf(verifier, project)).toEqual([])
    expect(await entryOf(project)).toMatchObject({
      certificateNumber: project.certificate,
      revokedOn: today,
      completedOn: null,
      status: 'revoked',
    })
    const onDays = [-11, -10, -1, 0, 1].map((days) => statusOf(project, daysFromToday(days)))
    expect(await Promise.all(onDays)).toEqual([
      'notCertified',
      'certified',
      'certified',
      'revoked',
      'revoked',
    ])
    expect(await counts()).toMatchObject({
      certified: before.certified - 1,
      revoked: before.revoked + 1,
    })

    const again = await walk(zhigai, await file(zhigai, body), smallWay)
    expect(again.id).not.toBe(project.id)
    expect(again.certificate).not.toBe(project.certificate)
    expect(await counts()).toMatchObject({ certified: before.certified, revoked: before.revoked + 1 })
  })

  it('that is refused leaves the project where it was', async () => {
    const project = await certified()
    const kept = await walk(zhigai, project, [
      [clerk, 'requestRevocation'],
      [verifier, 'claim'],
      [verifier, 'refuseRevocation'],
    ])
    expect(kept).toMatchObject({ phase: 'certified', state: project.state, deadlines: project.deadlines })
    expect(await statusOf(project, today)).toBe('certified')
  })
})

describe('a revocation that an officer wants', () => {
  it('waits for the enterprise to be heard, and who wanted it does not decide it', async () => {
    const heard = await walk(zhigai, await certified(), [
      [verifier, 'requestRevocation'],
      [colleague, { type: 'respond', statement: '项目仍在推进' }],
    ])
    expect(heard.state).toMatchObject({
      certified: { construction: { revocationDecision: 'unclaimed' } },
    })
    expect(await refusal(zhigai, verifier, heard.id, 'claim')).toMatchObject({
      status: 403,
      code: 'four-eyes',
    })
    const decided = await walk(zhigai, heard, [
      [secondVerifier, 'claim'],
      [secondVerifier, 'refuseRevocation'],
    ])
    expect(decided.phase).toBe('certified')
  })
})

it('a project that is certified after its date is overdue at once', async () => {
  const project = await certified(late)
  expect(project.state).toEqual({ certified: { construction: 'overdue', reporting: 'current' } })
  expect(project.deadlines).toMatchObject([{ task: 'completion', dueOn: late.completeOn, overdue: true }, {}])
  const explained = await walk(zhigai, project, [[clerk, 'explainOverdue']])
  expect(explained.supervision).toMatchObject({ overdue: true, explained: true })
})

it('an event on a revision that has passed is stale', async () => {
  const project = await certified()
  await walk(zhigai, project, [[clerk, 'report']])
  const headers = { 'if-match': `W/"${project.revision}"` }
  expect(await refusal(zhigai, clerk, project.id, 'complete', headers)).toMatchObject({
    status: 412,
    code: 'stale-revision',
    revision: project.revision + 1,
  })
  const { body } = await zhigai.as(auditor).read(project.id)
  expect(body).toMatchObject({ phase: 'certified', revision: project.revision + 1 })
})
