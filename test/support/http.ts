import type { Actor } from '../../policy/case/case.ts'
import type { Issuer } from '../../portal/issuer.ts'
import { expectListed } from './routes.ts'

/** An answer with what tests look at; the body is the caller's to type. */
export type Answer<T = Record<string, unknown>> = { status: number; headers: Headers; body: T }

/** A project as it is answered. */
export type ProjectBody = {
  id: string
  phase: string
  state: unknown
  revision: number
  certificate: string | null
  assignments: { task: string; part: string | null; user: string }[]
  judgements: string[]
  actions: { type: string }[]
  deadlines: { task: string; part?: string; dueOn: string; provisional: boolean; overdue: boolean }[]
  supervision: Record<string, unknown> | null
  application: Record<string, unknown>
}

/** A page of a list. */
export type Page<T = Record<string, unknown>> = { items: T[]; next: string | null }

/** What goes with a request beside its body. */
export type Extras = { key?: string; headers?: Record<string, string> }

/** Speaks to the API bare: no retries, every header seen, one token for each person and role. */
export function createHttp(origin: string, issuer: Pick<Issuer, 'sign'>) {
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (person: Actor) => {
    const name = JSON.stringify(person)
    const token = tokens.get(name) ?? issuer.sign(person)
    tokens.set(name, token)
    return token
  }

  /** Sends a request as it is; the body is a text. */
  async function send<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(`${origin}${path}`, init)
    const text = await response.text()
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '')
    const body = (isJson ? JSON.parse(text) : text) as T
    if (response.headers.get('content-type')?.startsWith('application/problem+json'))
      expectListed(init.method ?? 'GET', path, body)
    return { status: response.status, headers: response.headers, body }
  }

  /** The calls under `/api/v1` as a person makes them, or nobody. */
  function as(person: Actor | null) {
    async function call<T>(method: string, path: string, body?: unknown, { key, headers = {} }: Extras = {}) {
      return send<T>(`/api/v1${path}`, {
        method,
        headers: {
          ...(person && { authorization: `Bearer ${await tokenOf(person)}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key && { 'idempotency-key': key }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    }
    return {
      get: <T = Record<string, unknown>>(path: string, extras?: Extras) =>
        call<T>('GET', path, undefined, extras),
      put: <T = Record<string, unknown>>(path: string, body: unknown, extras?: Extras) =>
        call<T>('PUT', path, body, extras),
      post: <T = Record<string, unknown>>(path: string, body: unknown, extras?: Extras) =>
        call<T>('POST', path, body, extras),
      delete: <T = Record<string, unknown>>(path: string) => call<T>('DELETE', path),
      file: (body: unknown, extras?: Extras) => call<ProjectBody>('POST', '/projects', body, extras),
      read: (id: string) => call<ProjectBody>('GET', `/projects/${id}`),
      event: <T = ProjectBody>(id: string, body: unknown, extras?: Extras) =>
        call<T>('POST', `/projects/${id}/events`, body, extras),
    }
  }
  return { send, as, tokenOf }
}
