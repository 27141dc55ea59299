import type { Actor } from '../../policy/case/case.ts'
import { aFreshBody, bodyOf, file, smallWay, walk, type Act } from './cases.ts'
import type { ProjectBody } from './http.ts'
import { problemOf } from './problems.ts'
import type { Zhigai } from './zhigai.ts'

/** A small project that its district has certified today. */
export async function certify(zhigai: Zhigai, overrides: Record<string, unknown> = {}): Promise<ProjectBody> {
  return walk(zhigai, await file(zhigai, aFreshBody(overrides)), smallWay)
}

/** Sends an event, or any other body, that must be refused, and gives the problem document. */
export async function refusal(
  zhigai: Zhigai,
  by: Actor,
  id: string,
  event: Act[1] | Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const body = typeof event === 'string' ? bodyOf(event) : event
  return problemOf(await zhigai.as(by).post(`/projects/${id}/events`, body, { headers }))
}
