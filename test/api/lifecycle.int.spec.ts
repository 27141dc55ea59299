import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDuration } from '../../policy/time/calendar.ts'
import { isCertificateNumber } from '../../policy/edition/check-characters.ts'
import { addDays, shanghaiDate } from '../../policy/time/dates.ts'
import { periodOf } from '../../policy/time/periods.ts'
import { cn, large, people } from '../fixtures.ts'
import { aFreshBody, file, largeWay, register, smallWay, stations, walk } from '../support/cases.ts'
import type { Page, ProjectBody } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, colleague, verifier, reviewer, auditor } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const anyone = () => zhigai.as(null)
const linesOf = async (id: string) =>
  (await zhigai.as(auditor).get<Page>(`/projects/${id}/history?kind=event`)).body.items

const ask = async (project: string, on: string) => {
  const query = new URLSearchParams({ uscc: clerk.uscc, project, on })
  return (await anyone().get<{ status: string }>(`/certification-status?${query.toString()}`)).body.status
}

describe.each([
  { size: 'small', overrides: {}, way: smallWay, phases: ['districtVerification'] },
  { size: 'large', overrides: large, way: largeWay, phases: ['districtVerification', 'municipalReview'] },
])('a $size project', ({ overrides, way, phases }) => {
  const body = aFreshBody(overrides)
  let filed: ProjectBody
  let certified: ProjectBody
  let day: string
  beforeAll(async () => {
    filed = await file(zhigai, body)
    certified = await walk(zhigai, filed, way)
    day = String((await linesOf(filed.id)).at(-1)?.['on'])
  })

  it('begins with what was filed', () => {
    expect(filed).toMatchObject({ phase: 'assessment', revision: 1, certificate: null, deadlines: [] })
    expect(filed.application).toMatchObject(body)
  })

  it('goes into the library with a certificate that checks itself', () => {
    expect(certified).toMatchObject({
      phase: 'certified',
      state: { certified: { construction: 'building', reporting: 'current' } },
      revision: 1 + way.length,
      deadlines: [
        { task: 'completion', dueOn: body['completeOn'], overdue: false },
        { task: 'progressReport', part: periodOf('quarter', day), overdue: false },
      ],
    })
    const offered = phases.length === 2 ? ['urge', 'annotate'] : ['urge', 'annotate', 'requestRevocation']
    expect(certified.actions.map(({ type }) => type)).toEqual(offered)
    expect(certified.certificate).toMatch(/^CQ-2021-500112-\d{4}-[0-9A-Z]$/)
    expect(isCertificateNumber(certified.certificate ?? '')).toBe(true)
  })

  it('can be looked up by anybody, in public fields only', async () => {
    const entry = {
      certificateNumber: certified.certificate,
      name: body['name'],
      enterprise: '重庆嘉陵齿轮有限公司',
      uscc: clerk.uscc,
      district: '渝北区',
      category: 'equipment',
      edition: 'chongqing-2021',
      certifiedOn: day,
      completedOn: null,
      revokedOn: null,
      status: 'certified',
    }
    const read = await anyone().get(`/library/${certified.certificate?.toLowerCase()}`)
    expect(read).toMatchObject({ status: 200, body: entry })
    expect(Object.keys(read.body).toSorted()).toEqual(Object.keys(entry).toSorted())
    const list = await anyone().get<Page>('/library?district=渝北区&limit=100')
    expect(list.body.items).toContainEqual(entry)
    expect((await anyone().get<Page>('/library?district=江北区')).body.items).toEqual([])
  })

  it('is certified from its day on, asked by name, id or number', async () => {
    for (const project of [String(body['name']), certified.id, certified.certificate ?? '']) {
      expect(await ask(project, day)).toBe('certified')
      expect(await ask(project, addDays(day, 1))).toBe('certified')
      expect(await ask(project, addDays(day, -1))).toBe('notCertified')
    }
    expect(await ask('another project', day)).toBe('notCertified')
  })

  it('leaves one line for each event, in order, on the day in Shanghai', async () => {
    const lines = await linesOf(certified.id)
    expect(lines.map(({ revision, type }) => [revision, type])).toEqual(
      ['file', ...way.map(([, deed]) => deed)].map((type, at) => [at + 1, type]),
    )
    for (const { on, at } of lines) expect(on).toBe(shanghaiDate(Date.parse(String(at))))
    expect(phases.every((phase) => lines.some(({ to }) => JSON.stringify(to).includes(phase)))).toBe(true)
    expect(lines.some(({ to }) => JSON.stringify(to).includes('municipal'))).toBe(phases.length === 2)
  })

  it('shows the applicant what officers did, not which officer', async () => {
    const own = await zhigai
      .as(colleague)
      .get<Page<{ by: { role: string; user: string | null } }>>(
        `/projects/${certified.id}/history?kind=event&limit=100`,
      )
    const users = own.body.items.map(({ by }) => [by.role, by.user])
    expect(users).toContainEqual(['enterprise', clerk.user])
    expect(users.filter(([role]) => role !== 'enterprise').map(([, user]) => user)).toEqual(
      way.slice(2).map(() => null),
    )
  })
})

it('counts what entered the library in a year against the targets', async () => {
  const year = Number(shanghaiDate(Date.now()).slice(0, 4))
  type Targets = {
    total: { target: number; certified: number }
    items: { district: string; certified: number }[]
  }
  const targets = async (who: Parameters<Zhigai['as']>[0], of: number) =>
    (await zhigai.as(who).get<Targets>(`/targets?year=${of}`)).body
  const before = await targets(reviewer, year)
  expect(before.items).toHaveLength(41)
  expect(before.total.target).toBe(1250)
  await walk(zhigai, await file(zhigai), smallWay)
  const after = await targets(reviewer, year)
  expect(after.total.certified).toBe(before.total.certified + 1)
  expect((await targets(verifier, year)).items).toEqual([
    { district: '渝北区', target: 38, certified: after.total.certified, revoked: 0 },
  ])
  expect((await targets(reviewer, year - 1)).total.certified).toBe(0)
  expect((await zhigai.as(clerk).get('/targets')).status).toBe(403)
})

it('gives an officer working days and stops the clock while the enterprise corrects', async () => {
  const submitted = await walk(zhigai, await file(zhigai), stations['districtVerification unclaimed'])
  const returned = await walk(zhigai, submitted, [
    [verifier, 'claim'],
    [verifier, 'return'],
  ])
  const onOf = async (type: string) =>
    String((await linesOf(submitted.id)).find((line) => line['type'] === type)?.['on'])
  const { dueOn } = addDuration(cn, await onOf('submit'), { days: 20, unit: 'workingDays' })
  const correctBy = addDuration(cn, await onOf('return'), { days: 15, unit: 'workingDays' })
  expect(submitted.deadlines).toMatchObject([{ task: 'districtVerification', dueOn, overdue: false }])
  expect(returned.deadlines).toMatchObject([{ task: 'correction', ...correctBy }])
  const again = await walk(zhigai, returned, [[clerk, 'resubmit']])
  expect(again.deadlines).toMatchObject([{ task: 'districtVerification', dueOn }])
})

const corrected = async (totalInvestment: string) => {
  const returned = await walk(zhigai, await file(zhigai), stations.correction)
  const application = { ...returned.application, totalInvestment }
  return walk(zhigai, returned, [
    [clerk, { type: 'resubmit', application: application as never }],
    [verifier, 'claim'],
    [verifier, 'approve'],
  ])
}

it('sends a correction across 30,000,000.00 yuan on to the municipality, and one fen below does not', async () => {
  expect(await corrected('30000000.00')).toMatchObject({ phase: 'municipalReview', certificate: null })
  expect(await corrected('29999999.99')).toMatchObject({ phase: 'certified' })
})

it('answers with the project after the event, and every later read shows at least that', async () => {
  let project = await file(zhigai)
  for (const act of smallWay) {
    project = await walk(zhigai, project, [act])
    const read = await zhigai.as(auditor).read(project.id)
    expect(read.headers.get('etag')).toBe(`W/"${project.revision}"`)
    expect(read.body).toMatchObject({ revision: project.revision, phase: project.phase })
    expect((await linesOf(project.id)).at(-1)).toMatchObject({ revision: project.revision, type: act[1] })
  }
})
