import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { expect, vi } from 'vitest'
import { people } from '../../local/demo/people.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'
import { openIssuer, type TokenSubject } from '../../portal/issuer.ts'
import { districts } from '../faults/cases.ts'
import { createRecordingClient } from '../faults/recording-client.ts'

/** Where an installation is reached, and where the key lies that signs for everybody. */
type Site = { port: number; dataDir: string; baseUrl: string }

const clients = 4
let serial = 0

type Answer = { status: number; body: Record<string, unknown> }

/** What clients did: the ways of their projects that were acknowledged, and every request that failed. */
export type Done = { told: Map<string, string[]>; requests: number; failures: string[]; slowest: number }

/**
 * Clients at work, each on a connection that it keeps: each files one project after another and takes it to its certificate.
 * Nothing is sent twice: whatever is refused, reset or answered 5xx has failed.
 */
async function startLoad(site: Site) {
  const issuer = await openIssuer(site.dataDir)
  const done: Done = { told: new Map(), requests: 0, failures: [], slowest: 0 }
  const ending = new AbortController()

  async function call(agent: Agent, method: string, path: string, as: TokenSubject, body?: unknown) {
    const authorization = `Bearer ${await issuer.sign(as)}`
    const began = Date.now()
    done.requests += 1
    const answer = await ask(agent, site, { method, path: `/api/v1${path}`, authorization }, body).catch(
      (error: Error): Answer => ({ status: 0, body: { message: error.message } }),
    )
    done.slowest = Math.max(done.slowest, Date.now() - began)
    if (answer.status >= 200 && answer.status < 300) return answer.body
    done.failures.push(`${method} ${path} ${answer.status} ${JSON.stringify(answer.body)}`)
    return null
  }

  async function liveOnce(agent: Agent): Promise<void> {
    const mine = (serial += 1)
    const district = districts[mine % districts.length] ?? districts[0]
    // Of eight made-up projects the first four are small: their district certifies them.
    const { enterprise, application } = syntheticCase(district, mine % 4, mine)
    const applicant = people.enterprise(enterprise.uscc)
    const officer = people.district(district)
    await call(agent, 'PUT', `/enterprises/${enterprise.uscc}`, people.administrator, enterprise)
    const filed = await call(agent, 'POST', '/projects', applicant, application)
    if (!filed) return
    const told = ['file']
    done.told.set(String(filed['id']), told)
    const send = async (as: TokenSubject, event: { type: string; [payload: string]: unknown }) => {
      if (await call(agent, 'POST', `/projects/${String(filed['id'])}/events`, as, event))
        told.push(event.type)
    }
    await send(applicant, { type: 'completeAssessment', score: 2.15, level: 2 })
    await send(applicant, { type: 'submit' })
    await send(officer, { type: 'claim' })
    await send(officer, { type: 'approve', opinion: '投资真实，资料齐全' })
    await call(agent, 'GET', `/projects/${String(filed['id'])}`, officer)
  }

  const work = Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!ending.signal.aborted) await liveOnce(agent)
    agent.destroy()
  })
  return {
    done,
    /** Lets every client finish its project. */
    async stop(): Promise<Done> {
      ending.abort()
      await Promise.all(work)
      return done
    },
  }
}

/** Every project tells exactly what was acknowledged, in its order, and has a certificate if that is how it ended. */
export async function expectToldOnce(site: Site, { told }: Done): Promise<void> {
  const client = await createRecordingClient(site)
  for (const [id, types] of told) {
    const { items } = await client.read(`/api/v1/projects/${id}/history?kind=event&limit=100`)
    expect((items as { type: string }[]).map(({ type }) => type)).toEqual(types)
  }
}

/** Clients work before, while and after something happens to the installation. */
export async function underLoad(site: Site, happens: () => Promise<void>): Promise<Done> {
  const load = await startLoad(site)
  const untilMore = async (more: number) => {
    const before = load.done.told.size
    await vi.waitFor(() => expect(load.done.told.size).toBeGreaterThanOrEqual(before + more), {
      timeout: 60_000,
      interval: 50,
    })
  }
  try {
    await untilMore(clients)
    await happens()
    await untilMore(clients)
  } finally {
    await load.stop()
  }
  return load.done
}

type Head = { method: string; path: string; authorization: string }

function ask(
  agent: Agent,
  { port }: Site,
  { authorization, ...where }: Head,
  body: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const sent = request(
      { agent, host: '127.0.0.1', port, ...where, headers, timeout: 60_000 },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (text += part))
        response.once('error', reject)
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
        )
      },
    )
    sent.once('timeout', () => sent.destroy(new Error('no answer within a minute')))
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
