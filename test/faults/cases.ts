import pMap from 'p-map'
import { people } from '../../local/demo/people.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'
import type { TokenSubject } from '../../portal/issuer.ts'
import type { ApiRequest, RecordingClient } from './recording-client.ts'

/** A project on its way: what its history must tell, and the event that comes next. */
export type Underway = { id: string; district: string; told: string[]; next: ApiRequest }

export const districts = ['渝北区', '江津区'] as const
/** Places in the synthetic series whose projects the district itself certifies. */
const small = [0, 1, 2, 3, 5, 6, 7, 8]

/** Registers a made-up enterprise and gives the deed that files its application. */
export async function prepareFiling(client: RecordingClient, serial: number): Promise<ApiRequest> {
  const district = districts[serial % districts.length] ?? districts[0]
  const { enterprise, application } = syntheticCase(district, small[serial % small.length] ?? 0, serial)
  const path = `/api/v1/enterprises/${enterprise.uscc}`
  await client.expectOk({ method: 'PUT', path, as: people.administrator, body: enterprise })
  const as = people.enterprise(enterprise.uscc)
  return { method: 'POST', path: '/api/v1/projects', as, body: application, key: `file-${serial}` }
}

/** The events of a small project's life, in order, with who sends them. */
function lifeOf(
  applicant: TokenSubject,
  district: string,
): { as: TokenSubject; body: { type: string; [payload: string]: unknown } }[] {
  const officer = people.district(district)
  return [
    { as: applicant, body: { type: 'completeAssessment', score: 2.15, level: 2 } },
    { as: applicant, body: { type: 'submit' } },
    { as: officer, body: { type: 'claim' } },
    { as: officer, body: { type: 'approve', opinion: '投资真实，资料齐全' } },
  ]
}

/** A small project, filed, with the events that bring it to its certificate. */
export type Filed = Pick<Underway, 'id' | 'district'> & { life: ApiRequest[] }

/** Files a project that has its whole life before it. */
export async function fileProject(client: RecordingClient, serial: number): Promise<Filed> {
  const filing = await prepareFiling(client, serial)
  const { id, application } = await client.expectOk(filing)
  const { district } = application as { district: string }
  const life = lifeOf(filing.as, district).map(({ as, body }, step): ApiRequest => {
    const path = `/api/v1/projects/${String(id)}/events`
    return { method: 'POST', path, as, body, key: `${body.type}-${serial}-${step}` }
  })
  return { id: String(id), district, life }
}

/** What somebody does by a request that sends an event. */
export function typeOf({ body }: ApiRequest): string {
  return (body as { type: string }).type
}

/** Files projects and brings them evenly to each point of a small project's life before its last event. */
export async function prepareProjects(
  client: RecordingClient,
  count: number,
  from: number,
): Promise<Underway[]> {
  return inTurns(count, 8, async (index) => {
    const { id, district, life } = await fileProject(client, from + index)
    const done = (index >> 1) % life.length
    for (const request of life.slice(0, done)) await client.expectOk(request)
    const next = life[done]
    if (!next) throw new RangeError('a life has an event after each of its points')
    const told = ['file', ...life.slice(0, done + 1).map(typeOf)]
    return { id, district, told, next }
  })
}

/** Does something `count` times, a few at once. */
export function inTurns<T>(count: number, atOnce: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return pMap(Array.from({ length: count }).keys(), work, { concurrency: atOnce })
}
