import { settledHistory } from './histories.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { Enterprise } from '../../policy/edition/application.ts'
import { addDays, shanghaiDate } from '../../policy/time/dates.ts'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { anApplication, anApplicationBody, anEnterprise, large, people } from '../fixtures.ts'
import { deedOf } from '../policy/given.ts'
import type { ProjectBody } from './http.ts'
import type { Zhigai } from './zhigai.ts'

/** Somebody does something. */
export type Act = readonly [actor: Actor, deed: ProjectEvent | ProjectEvent['type']]

const { clerk, colleague, verifier, reviewer } = people
const prepared = [
  [clerk, 'completeAssessment'],
  [clerk, 'submit'],
] as const satisfies Act[]
const verified = [...prepared, [verifier, 'claim'], [verifier, 'approve']] as const satisfies Act[]
const reviewed = [...verified, [reviewer, 'claim']] as const satisfies Act[]
const certified = [...reviewed, [reviewer, 'approve']] as const satisfies Act[]
const extending = [...certified, [colleague, 'requestExtension']] as const satisfies Act[]
const revoking = [...certified, [colleague, 'requestRevocation']] as const satisfies Act[]

/** Every state of a large project, with the shortest way there; those that say `overdue` begin with a date that has passed. */
export const stations = {
  assessment: [],
  application: prepared.slice(0, 1),
  'districtVerification unclaimed': prepared,
  'districtVerification claimed': [...prepared, [verifier, 'claim']],
  correction: [...prepared, [verifier, 'claim'], [verifier, 'return']],
  'municipalReview unclaimed': verified,
  'municipalReview claimed': reviewed,
  'municipalReview suspended': [...reviewed, [reviewer, 'suspend']],
  certified,
  'certified overdue': certified,
  'certified overdue and explained': [...certified, [clerk, 'explainOverdue']],
  'extensionDecision unclaimed': extending,
  'extensionDecision claimed': [...extending, [verifier, 'claim']],
  hearing: [...certified, [verifier, 'requestRevocation']],
  'revocationDecision unclaimed': revoking,
  'revocationDecision claimed': [...revoking, [verifier, 'claim']],
  completed: [...certified, [clerk, 'complete']],
  revoked: [...revoking, [verifier, 'claim'], [verifier, 'revoke']],
  rejected: [...prepared, [verifier, 'claim'], [verifier, 'reject']],
  withdrawn: [[clerk, 'withdraw']],
} satisfies Record<string, readonly Act[]>

/** The name of a state. */
export type Station = keyof typeof stations

/** The way of a small project into the library. */
export const smallWay: readonly Act[] = verified

/** The way of a large project into the library. */
export const largeWay: readonly Act[] = stations.certified

let serial = 0

/** The day so many days after today, in Shanghai. */
export function daysFromToday(days: number): string {
  return addDays(shanghaiDate(Date.now()), days)
}

/** The body of an application that shares no key with any other of this file; its construction goes on for half a year. */
export function aFreshBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  serial += 1
  const place = { name: `数字化改造第${serial}项`, site: `石港路${serial}号` }
  return anApplicationBody({ ...place, completeOn: daysFromToday(180), ...overrides })
}

/** What makes the planned completion of an application one that has just passed. */
export const late = { completeOn: daysFromToday(-3) }

/** Puts an enterprise into the register. */
export async function register(zhigai: Zhigai, enterprise: Enterprise = anEnterprise()): Promise<void> {
  const { status } = await zhigai.as(people.administrator).put(`/enterprises/${enterprise.uscc}`, enterprise)
  if (status !== 200) throw new Error(`the register answered ${status}`)
}

const plain = anApplication()

/**
 * The body of an event that says no more than it must; a correction sends the application as it stands, an extension asks
 * for a month.
 */
export function bodyOf(deed: Act[1], application: Record<string, unknown> = {}): ProjectEvent {
  if (deed === 'amend' || deed === 'resubmit') return deedOf(deed, anApplication(application))
  const { completeOn = '' } = application
  const from = [String(completeOn), daysFromToday(0)].toSorted().at(-1) ?? ''
  return deedOf(deed, { ...plain, completeOn: addDays(from, 30) })
}

/** Files an application, which must be accepted. */
export async function file(
  zhigai: Zhigai,
  body: Record<string, unknown> = aFreshBody(),
  by: Actor = clerk,
): Promise<ProjectBody> {
  const answer = await zhigai.as(by).file(body)
  if (answer.status !== 201) throw new Error(`filing answered ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Takes a project along a way; every step must be accepted and be seen by the next read. */
export async function walk(zhigai: Zhigai, project: ProjectBody, way: readonly Act[]): Promise<ProjectBody> {
  let now = project
  for (const [actor, deed] of way) {
    const event = bodyOf(deed, now.application)
    const answer = await zhigai.as(actor).event(now.id, event)
    if (answer.status !== 200)
      throw new Error(`${actor.user} ${event.type}: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (answer.body.revision !== now.revision + 1)
      throw new Error(`${event.type} made revision ${answer.body.revision} of ${now.revision}`)
    now = answer.body
  }
  return now
}

/** A fresh large project in a state. */
export async function bring(zhigai: Zhigai, station: Station): Promise<ProjectBody> {
  const body = aFreshBody({ ...large, ...(station.includes('overdue') && late) })
  return walk(zhigai, await file(zhigai, body), stations[station])
}

/** What must be the same after a refusal: the record, the history, and what Temporal keeps. */
export async function traceOf({ models, temporal }: Zhigai, id: string) {
  await settledHistory(temporal, `project/${id}`, undefined)
  const [record, lines, workflow] = await Promise.all([
    models.projects.findById(id).lean(),
    models.history.countDocuments({ project: id }),
    temporal.workflow.getHandle(`project/${id}`).describe(),
  ])
  return { revision: record?.revision, state: record?.state, lines, events: workflow.historyLength }
}
