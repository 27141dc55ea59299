import { setTimeout as pause } from 'node:timers/promises'
import pMap from 'p-map'
import { createClient, type ApiClient, type ProjectReply } from '../../local/client.ts'
import type { ReadyConfig } from '../../server/config.ts'
import { people } from '../../local/demo/people.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'
import { openIssuer } from '../../portal/issuer.ts'

/** An event that an officer sent: when (milliseconds since 1970), and how long the answer took. */
export type Sent = { atMs: number; ms: number }

const district = '渝北区'
/** Each officer works on these in turn, so that no history grows long. */
const casesEach = 5
/** An officer does something so often, and waits for the answer. */
const paceMs = 500

/**
 * Has officers work at a steady pace over HTTP, each on cases of their own: claim, release, and on to the next. Answers what
 * they have sent between two instants, as far as it was under way then.
 */
export async function seatOfficers(config: ReadyConfig, count: number) {
  const client = createClient(config.publicUrl, await openIssuer(config.dataDir))
  const seats = Array.from({ length: count * casesEach }, (_, index) => index)
  const ids = await pMap(seats, (serial) => submitted(client, serial), { concurrency: 4 })
  const sent: Sent[] = []
  const leaving = new AbortController()
  const work = Array.from({ length: count }, async (_, seat) => {
    const as = { ...people.district(district), user: `officer-${seat}` }
    const own = ids.slice(seat * casesEach, (seat + 1) * casesEach)
    await pause((seat * paceMs) / count)
    for (let round = 0; !leaving.signal.aborted; round += 1) {
      const id = own[(round >> 1) % own.length] ?? ''
      const from = performance.now()
      const atMs = Date.now()
      await client.expectOk('POST', `/api/v1/projects/${id}/events`, {
        as,
        body: { type: round % 2 === 0 ? 'claim' : 'release' },
      })
      const ms = performance.now() - from
      sent.push({ atMs, ms })
      await pause(Math.max(paceMs - ms, 0))
    }
  })
  const all = Promise.all(work)
  // Whoever fails is heard of when they are asked to leave.
  all.catch(() => undefined)
  return {
    during: (fromMs: number, toMs: number): number[] =>
      sent.filter(({ atMs, ms }) => atMs < toMs && atMs + ms > fromMs).map(({ ms }) => ms),
    async leave(): Promise<void> {
      leaving.abort()
      await all
    },
  }
}

/** Files a small project over HTTP and brings it before its district. */
async function submitted(client: ApiClient, serial: number): Promise<string> {
  const { enterprise, application } = syntheticCase(district, 0, serial)
  const path = `/api/v1/enterprises/${enterprise.uscc}`
  await client.expectOk('PUT', path, { as: people.administrator, body: enterprise })
  const as = people.enterprise(enterprise.uscc)
  const { id } = await client.expectOk<ProjectReply>('POST', '/api/v1/projects', { as, body: application })
  for (const body of [{ type: 'completeAssessment', score: 2.15, level: 2 }, { type: 'submit' }])
    await client.expectOk('POST', `/api/v1/projects/${id}/events`, { as, body })
  return id
}
