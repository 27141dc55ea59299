import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { eventTypes as allTypes, type EventType } from '../../policy/case/events.ts'
import { people } from '../fixtures.ts'
import { bodyOf, bring, register, stations, traceOf, type Station } from '../support/cases.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

type Turn = 'applicant' | 'district' | 'municipal'
type Arrows = Partial<Record<EventType, Turn | Turn[]>>

/** A project under construction reports at any time, and is urged by its district and the authority. */
const supervised = { report: 'applicant', urge: ['district', 'municipal'] } satisfies Arrows
const ways = {
  ...supervised,
  complete: 'applicant',
  requestRevocation: ['applicant', 'district'],
} satisfies Arrows
const building = { ...ways, requestExtension: 'applicant' } satisfies Arrows
const extending = { ...building, withdrawRequest: 'applicant' } satisfies Arrows
const revoking = {
  ...supervised,
  complete: 'applicant',
  requestRevocation: 'applicant',
  withdrawRequest: 'applicant',
} satisfies Arrows
const explaining = { ...building, explainOverdue: 'applicant' } satisfies Arrows

/** The arrows of each state and whose they are: written out here, so that it is not the code that says what is right. */
const arrows: Record<Station, Arrows> = {
  assessment: { completeAssessment: 'applicant', amend: 'applicant', withdraw: 'applicant' },
  application: { submit: 'applicant', amend: 'applicant', withdraw: 'applicant' },
  'districtVerification unclaimed': { claim: 'district', withdraw: 'applicant', urge: 'municipal' },
  'districtVerification claimed': {
    approve: 'district',
    return: 'district',
    reject: 'district',
    extendTime: 'district',
    release: 'district',
    withdraw: 'applicant',
    urge: 'municipal',
  },
  correction: { resubmit: 'applicant', withdraw: 'applicant', urge: ['district', 'municipal'] },
  'municipalReview unclaimed': { claim: 'municipal', withdraw: 'applicant', urge: [] },
  'municipalReview claimed': {
    approve: 'municipal',
    return: 'municipal',
    reject: 'municipal',
    extendTime: 'municipal',
    suspend: 'municipal',
    release: 'municipal',
    withdraw: 'applicant',
    urge: [],
  },
  'municipalReview suspended': { resume: 'municipal', withdraw: 'applicant', urge: [] },
  certified: building,
  'certified overdue': explaining,
  'certified overdue and explained': explaining,
  'extensionDecision unclaimed': { ...extending, claim: 'district' },
  'extensionDecision claimed': {
    ...extending,
    grantExtension: 'district',
    refuseExtension: 'district',
    release: 'district',
  },
  hearing: {
    ...supervised,
    respond: 'applicant',
    complete: 'applicant',
    requestRevocation: 'district',
    withdrawRequest: 'district',
  },
  'revocationDecision unclaimed': { ...revoking, claim: 'district' },
  'revocationDecision claimed': {
    ...revoking,
    revoke: 'district',
    refuseRevocation: 'district',
    release: 'district',
  },
  completed: {},
  revoked: {},
  rejected: {},
  withdrawn: {},
}

type Caller = {
  name: string
  actor: Actor
  sees: boolean
  turn?: Turn
  /** Where four eyes keep them out: of every decision, or of the states that begin so. */
  keptOut?: 'decisions' | string[]
  claims?: Station[]
}

const callers: Caller[] = [
  { name: 'own enterprise, the filer', actor: people.clerk, sees: true, turn: 'applicant' },
  { name: 'own enterprise, its administrator', actor: people.colleague, sees: true, turn: 'applicant' },
  { name: 'another enterprise', actor: people.competitor, sees: false },
  {
    name: 'own district, the claimant',
    actor: people.verifier,
    sees: true,
    turn: 'district',
    claims: ['districtVerification claimed', 'extensionDecision claimed', 'revocationDecision claimed'],
  },
  { name: 'own district, a colleague', actor: people.secondVerifier, sees: true, turn: 'district' },
  { name: 'another district', actor: people.elsewhere, sees: false },
  {
    name: 'municipality, the claimant',
    actor: people.reviewer,
    sees: true,
    turn: 'municipal',
    claims: ['municipalReview claimed'],
  },
  { name: 'municipality, a colleague', actor: people.secondReviewer, sees: true, turn: 'municipal' },
  {
    name: 'the filer as district officer',
    actor: { ...people.verifier, user: people.clerk.user },
    sees: true,
    turn: 'district',
    keptOut: 'decisions',
  },
  {
    name: 'the filer as municipal officer',
    actor: { user: people.clerk.user, role: 'municipal' },
    sees: true,
    turn: 'municipal',
    keptOut: 'decisions',
  },
  {
    name: 'the district decider as municipal officer',
    actor: { user: people.verifier.user, role: 'municipal' },
    sees: true,
    turn: 'municipal',
    keptOut: ['municipalReview'],
  },
  {
    name: 'the district decider as enterprise user',
    actor: { ...people.clerk, user: people.verifier.user },
    sees: true,
    turn: 'applicant',
    keptOut: ['correction'],
  },
  {
    name: 'who asked for an extension or a revocation, as district officer',
    actor: { ...people.verifier, user: people.colleague.user },
    sees: true,
    turn: 'district',
    keptOut: ['extensionDecision', 'revocationDecision'],
  },
  { name: 'auditor', actor: people.auditor, sees: true },
  { name: 'administrator', actor: people.administrator, sees: true },
  { name: 'an unknown role', actor: { user: 'wu', role: 'plumber', district: '渝北区' }, sees: false },
]

/** No third party makes a report in Chongqing. */
const eventTypes: EventType[] = allTypes.filter((type) => type !== 'deliverReport')
/** Whose a note is in every state of a case. */
const officers = ['district', 'municipal']

const deciding: EventType[] = [
  ...(['approve', 'return', 'reject'] as const),
  ...(['grantExtension', 'refuseExtension', 'revoke', 'refuseRevocation'] as const),
]
const forFourEyes = new Set<EventType>(['claim', ...deciding, 'resubmit'])
const ofTheClaimant = new Set<EventType>([...deciding, 'extendTime', 'suspend'])

/** What the law says: an event is offered, or refused with this status and code. */
function lawOf(station: Station, { sees, turn, keptOut, claims }: Caller, type: EventType): string {
  if (!sees) return '404 not-found'
  const whose = type === 'annotate' ? officers : arrows[station][type]
  if (!whose) return '409 event-not-allowed'
  if (!turn || ![whose].flat().includes(turn)) return '403 not-your-role'
  const isKeptOut = keptOut === 'decisions' || keptOut?.some((start) => station.startsWith(start))
  if (isKeptOut && forFourEyes.has(type)) return '403 four-eyes'
  if (ofTheClaimant.has(type) && !claims?.includes(station)) return '409 claimed-by-another'
  return 'offered'
}

/** What is not offered is tried by every fifth caller, each with other events: the rules themselves are tested for all. */
function isTried(caller: Caller, type: EventType): boolean {
  return (callers.indexOf(caller) + eventTypes.indexOf(type)) % 5 === 0
}

function law(station: Station, caller: Caller): Record<string, string> {
  const all = eventTypes.map((type) => [type, lawOf(station, caller, type)] as const)
  return Object.fromEntries(all.filter(([type, what]) => what === 'offered' || isTried(caller, type)))
}

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

/** What the API says: what it offers, and how it refuses the rest when it is sent. */
async function practice(id: string, caller: Caller): Promise<Record<string, string>> {
  const { actor } = caller
  const listener = zhigai.as(actor)
  const { status, body } = await listener.read(id)
  const offered = status === 200 ? body.actions.map(({ type }) => type) : []
  const outcomes: Record<string, string> = {}
  for (const type of eventTypes.filter((each) => offered.includes(each) || isTried(caller, each))) {
    const event = bodyOf(type, status === 200 ? body.application : {})
    const answer = offered.includes(type) ? null : await listener.event<{ code: string }>(id, event)
    outcomes[type] = answer ? `${answer.status} ${answer.body.code}` : 'offered'
  }
  return outcomes
}

const unknown = 'p-000000000000000000000000'
const callersWhoDoNotSee = callers.filter(({ sees }) => !sees)

/** Every answer about a project, but for its name. */
async function told(to: Caller[], id: string) {
  const answers = to.map(async ({ actor }) => {
    const listener = zhigai.as(actor)
    return [
      await listener.get(`/projects/${id}`),
      await listener.get(`/projects/${id}/history`),
      await listener.post(`/projects/${id}/events`, { type: 'claim' }),
      await listener.post(`/projects/${id}/events`, { type: 'no such event' }),
    ].map(({ status, body }) => [status, JSON.stringify(body).replaceAll(id, '…')])
  })
  return Promise.all(answers)
}

it.each(Object.keys(stations) as Station[])(
  'in %s everybody is offered exactly what is not refused; a refusal leaves no trace and tells outsiders nothing',
  async (station) => {
    const { id } = await bring(zhigai, station)
    const before = await traceOf(zhigai, id)
    const practised = callers.map(async (caller) => [caller.name, await practice(id, caller)] as const)
    expect(Object.fromEntries(await Promise.all(practised))).toEqual(
      Object.fromEntries(callers.map((caller) => [caller.name, law(station, caller)])),
    )
    expect(await traceOf(zhigai, id)).toEqual(before)
    expect(await told(callersWhoDoNotSee, id)).toEqual(await told(callersWhoDoNotSee, unknown))
  },
)

const offers = (Object.keys(stations) as Station[]).flatMap((station) =>
  eventTypes.flatMap((type) => {
    const who = callers.filter((caller) => lawOf(station, caller, type) === 'offered')
    return who.slice(0, 1).map(({ actor }) => ({ station, type, actor }))
  }),
)

it.concurrent.each(offers)(
  'what is offered is accepted: $type in $station',
  async ({ station, type, actor }) => {
    const project = await bring(zhigai, station)
    const answer = await zhigai.as(actor).event(project.id, bodyOf(type, project.application))
    expect(answer).toMatchObject({ status: 200, body: { revision: project.revision + 1 } })
    const read = await zhigai.as(people.auditor).read(project.id)
    expect(read.body).toMatchObject({ revision: project.revision + 1, phase: answer.body.phase })
  },
)
