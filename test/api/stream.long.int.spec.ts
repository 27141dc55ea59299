import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createInboxStreams } from '../../api/inbox/inbox-stream.ts'
import { startMongod } from '../../local/engines/mongod.ts'
import { mongod } from '../../local/engines/pins.ts'
import { provideBinary } from '../../local/engines/provide-binary.ts'
import { projectRoot } from '../../server/root.ts'
import { connectModels, createIndexes } from '../../models/index.ts'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import { openStream, type OpenStream } from '../support/events.ts'
import type { Page } from '../support/http.ts'
import { aNoticeTo, deliver, noticeTo } from '../support/notices.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { auditor, competitor, elsewhere, reviewer, secondVerifier, verifier } = people
const mailbox = 'mailbox:district:渝北区'
const minutes = (count: number) => new Date(Date.parse('2021-04-01T01:00:00Z') + count * 60_000)

let zhigai: Zhigai
const streams: OpenStream[] = []
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterEach(async () => {
  for (const each of streams.splice(0)) {
    each.leave()
    await each.ended
  }
})
afterAll(() => zhigai.stop())

type Options = { origin?: string; lastEventId?: string }

async function stream(person: Actor, { origin = zhigai.origin, lastEventId }: Options = {}) {
  const opened = await openStream(`${origin}/api/v1/inbox/stream`, {
    authorization: `Bearer ${await zhigai.tokenOf(person)}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  })
  streams.push(opened)
  return opened
}

/** A door of its own whose streams have other limits. */
async function listenerWith(overrides: Parameters<typeof createInboxStreams>[1]) {
  const inboxStreams = createInboxStreams(zhigai.deps, overrides)
  const listener = await listen({ ...zhigai.deps, inboxStreams })
  const close = async () => {
    await Promise.all([inboxStreams.close(), listener.close()])
  }
  return { origin: listener.origin, inboxStreams, close }
}

const idsOf = ({ events }: OpenStream) => events.map(({ data }) => data['id'])

describe('the stream of an inbox', () => {
  it('tells each notice as it arrives, as the list shows it', async () => {
    const project = await file(zhigai)
    const notice = aNoticeTo('wang', { project: project.id })
    const opened = await stream(verifier)
    expect(opened.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(opened.headers.get('cache-control')).toBe('no-store')
    await deliver(zhigai.models, notice)
    const [event] = await opened.until(1)
    const { body } = await zhigai.as(verifier).get<Page>('/inbox')
    expect(event).toEqual({ id: encodeURIComponent(notice._id), data: body.items[0] })
    expect(event?.data['project']).toMatchObject({ id: project.id, name: project.application['name'] })
  })

  it("tells nobody what is somebody else's, is not sent, is opened, or is of another channel", async () => {
    const own = await stream(elsewhere)
    const theirs = await stream(verifier)
    const [first, last] = [noticeTo(elsewhere), noticeTo(elsewhere)]
    const { models } = zhigai
    await deliver(models, first)
    await deliver(models, aNoticeTo('wang'))
    await deliver(models, aNoticeTo(mailbox))
    await models.notices.create(noticeTo(elsewhere, { status: 'pending' }))
    await deliver(models, noticeTo(elsewhere, { channel: 'email' }))
    await models.notices.updateOne({ _id: first._id }, { $set: { openedAt: new Date() } })
    await models.notices.create(last)
    await own.until(2)
    expect(idsOf(own)).toEqual([first._id, last._id])
    await theirs.until(2)
    expect(theirs.events.map(({ data }) => data['id'])).not.toContain(first._id)
  })

  it("tells what lies in the role's mailbox to everybody of the role", async () => {
    const both = [await stream(verifier), await stream(secondVerifier)]
    const notice = aNoticeTo(mailbox)
    await deliver(zhigai.models, notice)
    for (const each of both) {
      await each.until(1)
      expect(idsOf(each)).toEqual([notice._id])
    }
  })

  it('goes on after the event that was heard last, through as many pages as there are', async () => {
    const missed = Array.from({ length: 230 }, (_, index) => noticeTo(reviewer, { sentAt: minutes(index) }))
    await zhigai.models.notices.insertMany(missed)
    const [heard = '', ...rest] = missed.map(({ _id }) => _id)
    const resumed = await stream(reviewer, { lastEventId: encodeURIComponent(heard) })
    const live = noticeTo(reviewer)
    await deliver(zhigai.models, live)
    await resumed.until(231)
    const heardAgain = idsOf(resumed).filter((id) => id !== heard)
    expect(heardAgain).toEqual([...rest, live._id])
  })

  it('is told to read the list, if it has missed more than is told again', async () => {
    const missed = Array.from({ length: 230 }, (_, index) =>
      noticeTo(reviewer, { sentAt: minutes(2_000 + index) }),
    )
    await zhigai.models.notices.insertMany(missed)
    const [heard = ''] = missed.map(({ _id }) => _id)
    const listener = await listenerWith({ retold: 100 })
    const resumed = await stream(reviewer, { ...listener, lastEventId: encodeURIComponent(heard) })
    await vi.waitFor(() => expect(resumed.resets()).toBe(1), { timeout: 20_000 })
    const live = noticeTo(reviewer)
    await deliver(zhigai.models, live)
    await resumed.until(101)
    expect(idsOf(resumed).at(-1)).toBe(live._id)
    await listener.close()
  })

  it('tells once more what arrived just before, for no clock is exact', async () => {
    const at = minutes(1_000)
    const [late, last] = [
      noticeTo(elsewhere, { sentAt: new Date(at.getTime() - 5_000) }),
      noticeTo(elsewhere, { sentAt: at }),
    ]
    await zhigai.models.notices.insertMany([late, last])
    const resumed = await stream(elsewhere, { lastEventId: encodeURIComponent(last._id) })
    await resumed.until(2)
    expect(idsOf(resumed).slice(0, 2)).toEqual([late._id, last._id])
  })

  it.each(['nothing', '%', "somebody else's"])(
    'begins with what comes, if the last event is %s',
    async (what) => {
      const [theirs, mine] = [
        aNoticeTo('wang', { sentAt: minutes(0) }),
        noticeTo(competitor, { sentAt: minutes(1) }),
      ]
      await zhigai.models.notices.insertMany([theirs, mine])
      const lastEventId = what.startsWith('somebody') ? encodeURIComponent(theirs._id) : what
      const opened = await stream(competitor, { lastEventId })
      const next = noticeTo(competitor)
      await deliver(zhigai.models, next)
      await opened.until(1)
      expect(idsOf(opened)).toEqual([next._id])
    },
  )
})

const refused = async (person: Actor, origin = zhigai.origin) => {
  const headers = { authorization: `Bearer ${await zhigai.tokenOf(person)}` }
  const response = await fetch(`${origin}/api/v1/inbox/stream`, { headers })
  const { code } = (await response.json()) as { code: string }
  return { status: response.status, code }
}

describe('streams are limited', () => {
  it('to three of a person; one that is left makes room', async () => {
    const open = [await stream(auditor), await stream(auditor), await stream(auditor)]
    expect(await refused(auditor)).toEqual({ status: 429, code: 'too-many-streams' })
    expect((await stream(reviewer)).status).toBe(200)
    open[0]?.leave()
    await vi.waitFor(async () => expect((await stream(auditor)).status).toBe(200), { timeout: 20_000 })
  })

  it('to a number in all', async () => {
    const listener = await listenerWith({ total: 2 })
    expect((await stream(auditor, listener)).status).toBe(200)
    expect((await stream(reviewer, listener)).status).toBe(200)
    expect(await refused(verifier, listener.origin)).toEqual({ status: 429, code: 'too-many-streams' })
    await listener.close()
  })

  it('in time, and while nothing comes a comment says that they are alive', async () => {
    const listener = await listenerWith({ heartbeatMs: 20, lifeMs: 2_000 })
    const opened = await stream(auditor, listener)
    await vi.waitFor(() => expect(opened.comments()).toBeGreaterThan(2), { timeout: 20_000 })
    await opened.ended
    expect(opened.events).toEqual([])
    await listener.close()
  })
})

const quiet = () => undefined

describe('when MongoDB', () => {
  it('is closed down with the API, streams end and none is opened', async () => {
    const listener = await listenerWith({})
    const opened = await stream(auditor, listener)
    await listener.inboxStreams.close()
    await opened.ended
    expect((await stream(auditor, listener)).status).toBe(503)
    await listener.close()
  })

  it('no longer knows where we were, streams end and go on when they come back', async () => {
    const opened = await stream(verifier)
    const { connection, notices } = zhigai.models
    await notices.collection.drop()
    await opened.ended
    await createIndexes(zhigai.models)
    expect(connection.readyState).toBe(1)
    const again = await stream(verifier)
    const notice = aNoticeTo('wang')
    await deliver(zhigai.models, notice)
    await again.until(1)
    expect(idsOf(again)).toEqual([notice._id])
  })

  it('has been away, nothing is missed that arrived since', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zhigai-outage-'))
    const binary = await provideBinary(mongod, { cacheDir: join(projectRoot, '.cache'), log: quiet })
    const first = await startMongod({ binary, dataDir: folder, log: quiet })
    const [models, others] = [await connectModels(first.uri), await connectModels(first.uri)]
    await createIndexes(models)
    const inboxStreams = createInboxStreams({ ...zhigai.deps, models })
    const listener = await listen({ ...zhigai.deps, models, inboxStreams })
    const opened = await stream(verifier, listener)
    const notices = [aNoticeTo('wang'), aNoticeTo('wang'), aNoticeTo('wang')]
    const [before, , after] = notices
    if (before) await deliver(others, before)
    await opened.until(1)
    await first.stop()
    // Longer than the driver looks for a server on its own.
    await new Promise((resolve) => setTimeout(resolve, 7_000))
    const second = await startMongod({ binary, dataDir: folder, port: first.port, log: quiet })
    await vi.waitFor(() => deliver(others, notices[1] ?? aNoticeTo('wang')), { timeout: 30_000 })
    if (after) await deliver(others, after)
    await opened.until(3)
    expect(idsOf(opened)).toEqual(notices.map(({ _id }) => _id))
    await Promise.all([inboxStreams.close(), listener.close()])
    await Promise.all([models.connection.close(), others.connection.close()])
    await second.stop()
    await rm(folder, { recursive: true, force: true })
  })
})
