import type { Actor } from '../../policy/case.ts'
import type { Enterprise } from '../../policy/application.ts'
import type { ProjectEvent } from '../../policy/events.ts'
import { anApplication, anApplicationBody, anEnterprise, large, people } from '../fixtures.ts'
import { deedOf } from '../policy/given.ts'
import type { ProjectBody } from './http.ts'
import type { Zhigai } from './zhigai.ts'

/** Somebody does something. */
export type Act = readonly [actor: Actor, deed: ProjectEvent | ProjectEvent['type']]

const { clerk, verifier, reviewer } = people
const prepared = [
  [clerk, 'completeAssessment'],
  [clerk, 'submit'],
] as const satisfies Act[]
const verified = [...prepared, [verifier, 'claim'], [verifier, 'approve']] as const satisfies Act[]

/** Every state of a large project, with the shortest way there. */
export const stations = {
  assessment: [],
  application: prepared.slice(0, 1),
  'districtVerification unclaimed': prepared,
  'districtVerification claimed': [...prepared, [verifier, 'claim']],
  correction: [...prepared, [verifier, 'claim'], [verifier, 'return']],
  'municipalReview unclaimed': verified,
  'municipalReview claimed': [...verified, [reviewer, 'claim']],
  certified: [...verified, [reviewer, 'claim'], [reviewer, 'approve']],
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

/** The body of an application that shares no key with any other of this file. */
export function aFreshBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  serial += 1
  return anApplicationBody({ name: `数字化改造第${serial}项`, site: `石港路${serial}号`, ...overrides })
}

/** Puts an enterprise into the register. */
export async function register(zhigai: Zhigai, enterprise: Enterprise = anEnterprise()): Promise<void> {
  const { status } = await zhigai.as(people.administrator).put(`/enterprises/${enterprise.uscc}`, enterprise)
  if (status !== 200) throw new Error(`the register answered ${status}`)
}

const plain = anApplication()

/** The body of an event that says no more than it must; a correction sends the application as it stands. */
export function bodyOf(deed: Act[1], application: Record<string, unknown> = {}): ProjectEvent {
  return deedOf(deed, deed === 'resubmit' ? anApplication(application) : plain)
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
  return walk(zhigai, await file(zhigai, aFreshBody(large)), stations[station])
}

/** What must be the same after a refusal: the record, the history, and what Temporal keeps. */
export async function traceOf({ models, temporal }: Zhigai, id: string) {
  const [record, lines, workflow] = await Promise.all([
    models.projects.findById(id).lean(),
    models.history.countDocuments({ project: id }),
    temporal.workflow.getHandle(`project/${id}`).describe(),
  ])
  return { revision: record?.revision, state: record?.state, lines, events: workflow.historyLength }
}
