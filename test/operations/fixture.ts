import { expect, vi } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import type { Page } from '../support/http.ts'
import type { Zhigai } from '../support/zhigai.ts'

const { administrator } = people

/** The colleague who approves what the administrator proposes. */
export const colleague = { user: 'adm-2', role: 'administrator' } as const

/** An operation as it is answered. */
export type OperationBody = {
  id: string
  status: string
  total: number
  done: number
  refused: number
  failed: number
  failures: { id: string; outcome: string; reason: string }[]
  moves: { what: string; by: string; reason: string | null }[]
}

/** What is stuck, as it is answered. */
export type StuckBody = {
  kind: string
  id: string
  project: string | null
  since: string | null
  attempt: number | null
  error: string | null
  words: { zh: string }
}

/** How long an operation, or a thing that gets stuck, may take. */
export const patience = { timeout: 40_000, interval: 50 }

/** What is stuck in one way, page after page. */
export async function stuckOf(zhigai: Zhigai, kind: string): Promise<StuckBody[]> {
  const found: StuckBody[] = []
  for (let cursor = ''; ;) {
    const path = `/operations/stuck?kind=${kind}&limit=100${cursor}`
    const { status, body } = await zhigai.as(people.auditor).get<Page<StuckBody>>(path)
    expect(status).toBe(200)
    found.push(...body.items)
    if (body.next === null) return found
    cursor = `&cursor=${body.next}`
  }
}

/** Waits until a case is stuck in a way, and gives what is told of it. */
export function untilStuck(zhigai: Zhigai, kind: string, project: string): Promise<StuckBody> {
  return vi.waitFor(async () => {
    const found = (await stuckOf(zhigai, kind)).find((each) => each.project === project)
    if (!found) throw new Error(`${project} is not stuck: ${kind}`)
    return found
  }, patience)
}

/** Waits until nothing of a kind is stuck with a case any more. */
export function untilFree(zhigai: Zhigai, kind: string, project: string): Promise<void> {
  return vi.waitFor(async () => {
    expect((await stuckOf(zhigai, kind)).map((each) => each.project)).not.toContain(project)
  }, patience)
}

/** Proposes as one administrator. */
export async function propose(zhigai: Zhigai, body: object): Promise<OperationBody> {
  const answer = await zhigai
    .as(administrator)
    .post<OperationBody>('/operations', { reason: '核查', ...body })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

/** Approves, pauses, resumes or cancels an operation. */
export function deed(zhigai: Zhigai, id: string, what: string, who: Actor = administrator) {
  return zhigai.as(who).post<OperationBody>(`/operations/${id}/${what}`, { reason: `${what}: 核查` })
}

/** An operation as the colleague's approval would leave it, which nobody has begun yet. */
export async function agreeUnbegun(zhigai: Zhigai, body: object): Promise<OperationBody> {
  const proposed = await propose(zhigai, body)
  const approval = { status: 'approved', approvedBy: colleague.user, approvedAt: new Date() } as const
  await zhigai.models.operations.updateOne({ _id: proposed.id }, { $set: approval })
  return proposed
}

/** Waits for a status of an operation. */
export function untilStatus(zhigai: Zhigai, id: string, status: string): Promise<OperationBody> {
  return vi.waitFor(async () => {
    const { body } = await zhigai.as(administrator).get<OperationBody>(`/operations/${id}`)
    expect(body).toMatchObject({ status })
    return body
  }, patience)
}

/** Has two administrators do something, and waits until it is over. */
export async function order(zhigai: Zhigai, body: object, end = 'done'): Promise<OperationBody> {
  const { id } = await propose(zhigai, body)
  const answer = await zhigai.as(colleague).post(`/operations/${id}/approve`, {})
  expect(answer).toMatchObject({ status: 200, body: { approvedBy: colleague.user } })
  return untilStatus(zhigai, id, end)
}

/** The lines of a project, each bound to the one before. */
export async function chainOf({ models }: Zhigai, project: string) {
  const lines = await models.history.find({ project }).sort({ revision: 1 }).lean()
  expect(lines.map(({ previous }) => previous)).toEqual([null, ...lines.slice(0, -1).map(({ link }) => link)])
  return lines
}
