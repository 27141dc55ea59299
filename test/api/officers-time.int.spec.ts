import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDuration } from '../../policy/time/calendar.ts'
import type { Actor } from '../../policy/case/case.ts'
import { isMailbox } from '../../policy/notices/recipients.ts'
import { cn, people } from '../fixtures.ts'
import { bring, daysFromToday, register, walk, type Station } from '../support/cases.ts'
import { refusal } from '../support/requests.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, colleague, reviewer, secondVerifier, verifier } = people
const today = daysFromToday(0)
const dueIn = (days: number) => addDuration(cn, today, { days, unit: 'workingDays' }).dueOn

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

describe('urging', () => {
  it.each([
    ['correction', verifier, { task: 'correction', roles: ['enterprise', 'enterpriseAdmin'] }],
    ['correction', reviewer, { task: 'correction', roles: ['enterprise', 'enterpriseAdmin'] }],
    ['districtVerification unclaimed', reviewer, { task: 'districtVerification', roles: ['district'] }],
  ] as const)('in %s by a %o reaches who is waited for, once a day', async (station, by, told) => {
    const { id, revision } = await bring(zhigai, station)
    const urged = await zhigai.as(by).event(id, { type: 'urge', note: '请尽快办理' })
    expect(urged).toMatchObject({ status: 200, body: { revision: revision + 1 } })
    const notices = await zhigai.models.notices.find({ project: id, kind: 'urge' }).lean()
    for (const notice of notices)
      expect(notice).toMatchObject({ ...told, deduplicationKey: `urge@${today}`, words: '请尽快办理' })
    // The law wants it told: beside those who are known, it lies in the mailbox of each role.
    const mailboxes = notices.filter(({ recipient }) => isMailbox(recipient))
    expect(mailboxes).toHaveLength(told.roles.length)
    expect(await refusal(zhigai, reviewer, id, 'urge')).toMatchObject({ status: 409, code: 'already-urged' })
    const { body } = await zhigai.as(reviewer).read(id)
    expect(body.actions.map(({ type }) => type)).not.toContain('urge')
  })

  it.each([
    ['a district, its own officers', 'districtVerification unclaimed', verifier],
    ['the authority, itself', 'municipalReview unclaimed', reviewer],
    ['a district, the authority', 'municipalReview unclaimed', verifier],
    ['an enterprise, anybody', 'districtVerification unclaimed', clerk],
  ] as const)('is not for %s', async (_who, station, by) => {
    const { id } = await bring(zhigai, station)
    expect(await refusal(zhigai, by, id, 'urge')).toMatchObject({ status: 403, code: 'not-your-role' })
  })

  it('a construction is not for now while its extension is decided; its report still is', async () => {
    const { id } = await bring(zhigai, 'extensionDecision unclaimed')
    const told = async (by: Actor) => {
      await zhigai.as(by).event(id, { type: 'urge' })
      return zhigai.models.notices.distinct('task', { project: id, kind: 'urge' })
    }
    expect(await told(reviewer)).toEqual(['extensionDecision', 'progressReport'])
  })
})

describe("an officer's own time", () => {
  it('is taken once, with a reason, and is explained', async () => {
    const claimed = await bring(zhigai, 'districtVerification claimed')
    expect(claimed.deadlines).toMatchObject([{ dueOn: dueIn(20) }])
    expect(await refusal(zhigai, secondVerifier, claimed.id, 'extendTime')).toMatchObject({
      status: 409,
      code: 'claimed-by-another',
    })
    const longer = await walk(zhigai, claimed, [[verifier, 'extendTime']])
    expect(longer.deadlines).toMatchObject([{ task: 'districtVerification', dueOn: dueIn(30) }])
    const line = await zhigai.models.history.findOne({ project: claimed.id, type: 'extendTime' }).lean()
    expect(line?.deadlines).toEqual([
      {
        task: 'districtVerification',
        part: null,
        why: 'extended',
        from: dueIn(20),
        to: dueIn(30),
        days: 10,
        unit: 'workingDays',
        article: '行政许可法 第四十二条',
      },
    ])
    expect(await refusal(zhigai, verifier, claimed.id, 'extendTime')).toMatchObject({
      status: 409,
      code: 'event-not-allowed',
    })
  })

  it('stands still while experts look, and goes on with the days that were left', async () => {
    const claimed = await bring(zhigai, 'municipalReview claimed')
    const stopped = await walk(zhigai, claimed, [[reviewer, 'suspend']])
    expect(stopped).toMatchObject({ state: { municipalReview: 'suspended' }, deadlines: [] })
    const line = await zhigai.models.history.findOne({ project: claimed.id, type: 'suspend' }).lean()
    expect(line?.deadlines).toMatchObject([
      { task: 'municipalReview', why: 'stopped', to: null, article: '行政许可法 第四十五条' },
    ])
    expect(await refusal(zhigai, reviewer, claimed.id, 'approve')).toMatchObject({
      code: 'event-not-allowed',
    })
    const resumed = await walk(zhigai, stopped, [[reviewer, 'resume']])
    expect(resumed).toMatchObject({ state: { municipalReview: 'claimed' }, deadlines: claimed.deadlines })
  })
})

describe('an event that says what it must not names the field', () => {
  const reasons = [
    'extendTime',
    'refuseExtension',
    'requestRevocation',
    'revoke',
    'refuseRevocation',
  ] as const
  const asked = { type: 'requestExtension', reason: '延迟', measures: '加班', completeOn: daysFromToday(200) }
  const done = { type: 'complete', completedOn: today, effects: [] }
  const report = { type: 'report', percent: 40, invested: {} }
  const wrong: [
    station: Station,
    by: Actor,
    event: { type: string } & Record<string, unknown>,
    field: string,
  ][] = [
    ...reasons.flatMap((type): typeof wrong => [
      ['certified', verifier, { type }, 'reason'],
      ['certified', verifier, { type, reason: ' ' }, 'reason'],
      ['certified', verifier, { type, reason: 'x'.repeat(2001) }, 'reason'],
    ]),
    ['certified', clerk, { type: 'report' }, 'percent'],
    ['certified', clerk, { ...report, percent: 100.1 }, 'percent'],
    ['certified', clerk, { ...report, percent: '40' }, 'percent'],
    ['certified', clerk, { ...report, invested: { gold: '1.00' } }, 'invested.gold'],
    ['certified', clerk, { ...report, invested: { software: '1.001' } }, 'invested.software'],
    ['certified', clerk, { ...report, problems: '' }, 'problems'],
    ['certified', clerk, { ...report, evidence: [{ kind: 'song', number: '1' }] }, 'evidence.0.kind'],
    ['certified', clerk, { ...report, part: '2021Q1' }, 'part'],
    ['certified', clerk, { ...done, completedOn: '2021-02-30' }, 'completedOn'],
    ['certified', clerk, { ...done, completedOn: daysFromToday(1) }, 'completedOn'],
    ['certified', clerk, { ...done, completedOn: '2019-01-01' }, 'completedOn'],
    ['certified', clerk, { ...done, effects: ['beauty'] }, 'effects.0'],
    ['certified', clerk, { ...asked, measures: undefined }, 'measures'],
    ['certified', clerk, { ...asked, reason: '' }, 'reason'],
    ['certified', clerk, { ...asked, completeOn: 'soon' }, 'completeOn'],
    ['certified overdue', clerk, { type: 'explainOverdue', reason: '延迟' }, 'measures'],
    ['certified overdue', clerk, { type: 'explainOverdue', measures: '加班' }, 'reason'],
    ['extensionDecision claimed', verifier, { type: 'grantExtension', completeOn: null }, 'completeOn'],
    ['hearing', colleague, { type: 'respond' }, 'statement'],
    ['municipalReview claimed', reviewer, { type: 'suspend', reason: '评审' }, 'ground'],
    ['municipalReview claimed', reviewer, { type: 'suspend', ground: 'holiday', reason: '假' }, 'ground'],
    ['municipalReview claimed', reviewer, { type: 'suspend', ground: 'expertReview' }, 'reason'],
    ['municipalReview suspended', reviewer, { type: 'resume', reason: '好' }, 'reason'],
    ['correction', verifier, { type: 'urge', note: '' }, 'note'],
  ]
  const projects = new Map<Station, Promise<string>>()
  const projectIn = (station: Station) => {
    const id = projects.get(station) ?? bring(zhigai, station).then((project) => project.id)
    projects.set(station, id)
    return id
  }

  it.each(wrong.map(([station, by, event, field]) => ({ station, by, event, field, type: event.type })))(
    '$type: $field',
    async ({ station, by, event, field }) => {
      expect(await refusal(zhigai, by, await projectIn(station), event)).toMatchObject({ status: 422, field })
    },
  )

  it('and says which grounds there are', async () => {
    const event = { type: 'suspend', ground: 'holiday', reason: '假' }
    expect(await refusal(zhigai, reviewer, await projectIn('municipalReview claimed'), event)).toMatchObject({
      allowed: ['expertReview', 'siteInspection'],
    })
  })
})
