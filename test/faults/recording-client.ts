import { EventEmitter, once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { people } from '../../local/demo/people.ts'
import { openIssuer, type TokenSubject } from '../../portal/issuer.ts'

/** A request that somebody makes, under a key where it writes. */
export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  as: TokenSubject
  body?: unknown
  key?: string
}

/** One attempt at a deed; status 0 says that the connection failed. */
export type Attempt = {
  status: number
  type: string | null
  retryAfter: string | null
  ms: number
  body: Record<string, unknown>
}

/** No answer at all after this long is a hang. */
const hangsAfter = 60_000
/** A deed that is not answered after this long never will be. */
const givesUpAfter = 150_000

/** Sits before an installation and makes requests as anybody; keeps account of every attempt. */
export async function createRecordingClient({ dataDir, baseUrl }: { dataDir: string; baseUrl: string }) {
  const issuer = await openIssuer(dataDir)
  const tokens = new Map<string, string>()
  const attempts: Attempt[] = []

  async function tokenOf(person: TokenSubject): Promise<string> {
    const token = tokens.get(person.user) ?? (await issuer.sign(person))
    tokens.set(person.user, token)
    return token
  }

  /** Makes one attempt. */
  async function attempt({ method, path, as, body, key }: ApiRequest): Promise<Attempt> {
    const began = Date.now()
    const made = await fetch(`${baseUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(hangsAfter),
      headers: {
        authorization: `Bearer ${await tokenOf(as)}`,
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
      .then(async (response) => ({
        status: response.status,
        type: response.headers.get('content-type'),
        retryAfter: response.headers.get('retry-after'),
        body: (await response.json()) as Record<string, unknown>,
      }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'TimeoutError') throw error
        return { status: 0, type: null, retryAfter: null, body: {} }
      })
    const done = { ...made, ms: Date.now() - began }
    attempts.push(done)
    return done
  }

  /** Repeats a deed, under the same key, until it is answered. */
  async function untilAnswered(request: ApiRequest): Promise<Attempt> {
    for (const limit = Date.now() + givesUpAfter; ; await delay(200)) {
      const made = await attempt(request)
      if (made.status !== 0 && made.status !== 503) return made
      if (Date.now() > limit) throw new Error(`${request.method} ${request.path} was never answered`)
    }
  }

  /** Does what must succeed. */
  async function expectOk(request: ApiRequest): Promise<Record<string, unknown>> {
    const { status, body } = await untilAnswered(request)
    if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${JSON.stringify(body)}`)
    return body
  }

  /** Reads as one who sees everything. */
  const read = (path: string) => expectOk({ method: 'GET', path, as: people.administrator })

  return { attempt, untilAnswered, expectOk, read, attempts }
}

/** A desk before an installation. */
export type RecordingClient = Awaited<ReturnType<typeof createRecordingClient>>

/** Who repeats a deed until it is answered, all unless it is said, and how many answers are some: a tenth. */
type Sending = { asksAgain?: (index: number) => boolean; some?: number }

/** Deeds that are all on their way at once, each repeated until it is answered, or made once by one who does not ask again. */
export function sendAll(client: RecordingClient, requests: ApiRequest[], sending: Sending = {}) {
  const { asksAgain = () => true, some = Math.ceil(requests.length / 10) } = sending
  const enough = new EventEmitter()
  const someAnswered = once(enough, 'reached')
  let answered = 0
  const work = requests.map(async (request, index) => {
    const made = await (asksAgain(index) ? client.untilAnswered(request) : client.attempt(request))
    answered += 1
    if (answered === some) enough.emit('reached')
    return made
  })
  return {
    /** When some of them are answered, so that the others are in every stage of their way. */
    someAnswered: Promise.race([someAnswered, Promise.all(work)]),
    open: () => requests.length - answered,
    done: Promise.all(work),
  }
}
