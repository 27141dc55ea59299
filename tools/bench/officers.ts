import { setTimeout as pause } from 'node:timers/promises'
import pMap from 'p-map'
import type { ApiClient } from '../../local/client.ts'
import { fileCase, preparation } from '../../local/demo/filing.ts'
import { people } from '../../local/demo/people.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'

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
export async function withOfficers(
  client: ApiClient,
  count: number,
  course: (during: (fromMs: number, toMs: number) => number[]) => Promise<void>,
): Promise<void> {
  const seats = Array.from({ length: count * casesEach }, (_, index) => index)
  const ids = await pMap(seats, async (serial) => (await submitted(client, serial)).id, {
    concurrency: 4,
  })
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
  try {
    await course((fromMs, toMs) =>
      sent.filter(({ atMs, ms }) => atMs < toMs && atMs + ms > fromMs).map(({ ms }) => ms),
    )
  } finally {
    leaving.abort()
    await all
  }
}

/** Files a small project over HTTP and brings it before its district; answers with its id and its application. */
export async function submitted(client: ApiClient, serial: number) {
  const made = syntheticCase(district, 0, serial)
  const { application } = made
  const { id } = await fileCase(client, made)
  const as = people.enterprise(application.uscc)
  for (const body of preparation) await client.expectOk('POST', `/api/v1/projects/${id}/events`, { as, body })
  return { id, application }
}
