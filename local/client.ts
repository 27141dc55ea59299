import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Issuer, TokenSubject } from '../portal/issuer.ts'
import { UserError } from '../server/user-error.ts'

/** An answer of the API. */
export type Reply<T = Record<string, unknown>> = { status: number; body: T }

/** A project as far as our own programs look at it. */
export type ProjectReply = {
  id: string
  phase: string
  revision: number
  certificate: string | null
  actions: { type: string }[]
  deadlines: { task: string; dueOn: string }[]
}

/** How often a request whose answer never came is sent again, with the same key. */
const attempts = 8

/** Speaks to the API over HTTP as any client would; asks again, with the same key, where no answer came. */
export function createClient(baseUrl: string, issuer: Pick<Issuer, 'sign'>) {
  const tokens = new Map<string, Promise<string>>()
  let hasAnswered = false
  const tokenOf = (person: TokenSubject) => {
    const who = JSON.stringify(person)
    const known = tokens.get(who) ?? issuer.sign(person)
    tokens.set(who, known)
    return known
  }
  /** One request; throws if the API is not there or says that it cannot answer, again and again. */
  async function request<T = Record<string, unknown>>(
    method: string,
    path: string,
    options: { as?: TokenSubject; body?: unknown; key?: string } = {},
  ): Promise<Reply<T>> {
    const { as, body, key = randomUUID() } = options
    const headers = {
      ...(as && { authorization: `Bearer ${await tokenOf(as)}` }),
      ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': key }),
    }
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${baseUrl}${path}`, init).catch((error: unknown) => error)
      if (response instanceof Response) hasAnswered = true
      // One that has never answered is not being restarted: it does not run, or runs elsewhere.
      else if (!hasAnswered && isRefused(response)) throw new UserError(nobodyAt(baseUrl))
      if (response instanceof Response && response.status !== 503) {
        return { status: response.status, body: (await response.json()) as T }
      }
      if (attempt >= attempts) throw new Error(`no answer from ${method} ${path}`, { cause: response })
      await delay(250 * 2 ** Math.min(attempt, 4))
    }
  }
  /** A request that must succeed; the problem document is the message if it does not. */
  async function expectOk<T = Record<string, unknown>>(...args: Parameters<typeof request>): Promise<T> {
    const { status, body } = await request<T>(...args)
    if (status >= 300) throw new Error(`${args[0]} ${args[1]} answered ${status}: ${JSON.stringify(body)}`)
    return body
  }
  return { request, expectOk }
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

function nobodyAt(baseUrl: string): string {
  return (
    `${baseUrl} 无应答：请先运行 npm start；服务在其他端口或地址的，本终端也须设置相同的 PORT 或 PUBLIC_URL · ` +
    `nothing answers at ${baseUrl}: run npm start first; if it runs elsewhere, set the same PORT or PUBLIC_URL in this terminal`
  )
}

/** The client of the API. */
export type ApiClient = ReturnType<typeof createClient>
