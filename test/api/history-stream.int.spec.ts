import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createHistoryStreams } from '../../api/history/stream.ts'
import type { Actor } from '../../policy/case/case.ts'
import { people } from '../fixtures.ts'
import { bodyOf, file, register } from '../support/cases.ts'
import { openStream, type OpenStream } from '../support/events.ts'
import { aDeadLetter, aNoticeTo, deliver } from '../support/notices.ts'
import { listen, startZhigai, type Zhigai } from '../support/zhigai.ts'

const { auditor, clerk, reviewer, secondReviewer, verifier } = people

let zhigai: Zhigai
let listener: Awaited<ReturnType<typeof openListener>>
const streams: OpenStream[] = []
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  listener = await openListener()
})
afterEach(async () => {
  for (const each of streams.splice(0)) {
    each.leave()
    await each.ended
  }
})
afterAll(async () => {
  await listener.close()
  await zhigai.stop()
})

/** A door whose streams do not wait long after the end of a case. */
async function openListener() {
  const historyStreams = createHistoryStreams(zhigai.deps, { lingerMs: 100, heartbeatMs: 50 })
  const { origin, close } = await listen({ ...zhigai.deps, historyStreams })
  return { origin, close: () => Promise.all([historyStreams.close(), close()]) }
}

async function stream(person: Actor, id: string, lastEventId?: string, query = '') {
  const opened = await openStream(`${listener.origin}/api/v1/projects/${id}/history/stream${query}`, {
    authorization: `Bearer ${await zhigai.tokenOf(person)}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  })
  streams.push(opened)
  return opened
}

const act = async (actor: Actor, id: string, deed: 'completeAssessment' | 'submit' | 'claim' | 'reject') =>
  expect((await zhigai.as(actor).event(id, bodyOf(deed))).status).toBe(200)
const told = ({ events }: OpenStream, kind: string) =>
  events.map(({ data }) => data).filter((data) => data['kind'] === kind)
const delivered = expect.objectContaining({ status: 'sent' }) as unknown
const mailed = (opened: OpenStream) =>
  told(opened, 'notice').filter(({ deduplicationKey }) => deduplicationKey === 'mailed')
const soon = { timeout: 20_000, interval: 20 }

it('tells what happens as the history shows it, to each as much as they may see', async () => {
  const { id } = await file(zhigai)
  const [seen, own] = [await stream(auditor, id), await stream(clerk, id)]
  for (const deed of ['completeAssessment', 'submit'] as const) await act(clerk, id, deed)
  await act(verifier, id, 'claim')
  await vi.waitFor(() => expect(told(seen, 'event')).toHaveLength(3), soon)
  await vi.waitFor(() => expect(told(own, 'event')).toHaveLength(3), soon)
  const { body } = await zhigai.as(auditor).get(`/projects/${id}/history?kind=event`)
  expect(told(seen, 'event')).toEqual((body['items'] as unknown[]).slice(1))
  expect(told(seen, 'event').at(-1)).toMatchObject({ by: { user: verifier.user } })
  expect(told(own, 'event').at(-1)).toMatchObject({ by: { user: null, role: 'district' } })
  await zhigai.as(reviewer).read(id)
  await vi.waitFor(
    () =>
      expect(told(seen, 'read').map(({ by }) => by)).toContainEqual({
        user: reviewer.user,
        role: reviewer.role,
        district: null,
      }),
    soon,
  )
  expect(told(own, 'read')).toEqual([])
  await deliver(zhigai.models, aNoticeTo(verifier.user, { project: id }))
  await deliver(zhigai.models, aNoticeTo(clerk.user, { project: id, roles: ['enterprise'] }))
  const recipients = (opened: OpenStream) => new Set(told(opened, 'notice').map(({ recipient }) => recipient))
  await vi.waitFor(() => expect(recipients(own)).toContain(clerk.user), soon)
  await vi.waitFor(() => expect(recipients(seen)).toEqual(new Set([verifier.user, clerk.user])), soon)
  expect(recipients(own)).toEqual(new Set([clerk.user]))
})

it('tells a notice again when its status changes, and nothing of another case', async () => {
  const [{ id }, other] = [await file(zhigai), await file(zhigai)]
  const opened = await stream(reviewer, id)
  await deliver(zhigai.models, aNoticeTo(verifier.user, { project: other.id }))
  const notice = aNoticeTo(verifier.user, { project: id, deduplicationKey: 'of-this-test' })
  await deliver(zhigai.models, notice)
  await zhigai.models.notices.updateOne({ _id: notice._id }, { $set: { openedAt: new Date() } })
  await opened.until(3)
  const ofThis = told(opened, 'notice').filter(({ deduplicationKey }) => deduplicationKey === 'of-this-test')
  expect(ofThis.at(0)).toMatchObject({ recipient: verifier.user })
  expect(ofThis.at(-1)).toMatchObject({ status: 'sent', openedAt: expect.any(String) as unknown })
  expect(told(opened, 'notice')).toHaveLength(3)
})

it('tells auditors which operations have come to a case, and nobody else', async () => {
  const [{ id }, other] = [await file(zhigai), await file(zhigai)]
  const [seen, elsewhere, own] = [
    await stream(auditor, id),
    await stream(auditor, other.id),
    await stream(clerk, id),
  ]
  const asked = { kind: 'retry', target: { project: id }, reason: '再试' }
  expect((await zhigai.as(people.administrator).post('/operations', asked)).status).toBe(201)
  await vi.waitFor(() => expect(told(seen, 'operation')).toHaveLength(1), soon)
  const { body } = await zhigai.as(auditor).get(`/projects/${id}/history?kind=operation`)
  expect(told(seen, 'operation')).toEqual(body['items'])
  expect([...told(elsewhere, 'operation'), ...told(own, 'operation')]).toEqual([])
})

it('tells what came of a message, to who is there and to who comes back', async () => {
  const { models } = zhigai
  const [{ id }, other] = [await file(zhigai), await file(zhigai)]
  const [opened, elsewhere] = [await stream(auditor, id), await stream(auditor, other.id)]
  const message = aDeadLetter({ status: 'pending', attempts: 0, error: null, leasedUntil: new Date() })
  const carried = { project: id, channel: 'email', message: message._id, deduplicationKey: 'mailed' } as const
  const notices = ['wang', 'lin'].map((recipient) =>
    aNoticeTo(recipient, { ...carried, _id: `${id}:districtVerification::2:mailed:${recipient}:email` }),
  )
  await models.messages.create({ ...message, notices: notices.map(({ _id }) => _id) })
  await models.notices.insertMany(notices.map((each) => ({ ...each, status: 'pending', sentAt: null })))
  await vi.waitFor(() => expect(mailed(opened)).toHaveLength(2), soon)
  const heard = opened.events.findLast((each) => each.id !== '')?.id
  // As `markSent` does it: the notices first.
  await models.notices.updateMany({ message: message._id }, { $set: { status: 'sent', sentAt: new Date() } })
  await vi.waitFor(() => expect(mailed(opened)).toHaveLength(4), soon)
  expect(mailed(opened).at(-1)).toMatchObject({ status: 'sent', delivery: { status: 'pending' } })
  await models.messages.updateOne(
    { _id: message._id },
    { $set: { status: 'sent', sentAt: new Date(), leasedUntil: null } },
  )
  const last = [1, 2].map(() => expect.objectContaining({ status: 'sent', delivery: delivered }) as unknown)
  await vi.waitFor(() => expect(mailed(opened).slice(-2)).toEqual(last), soon)
  const again = await stream(auditor, id, heard)
  await vi.waitFor(() => expect(mailed(again).slice(-2)).toEqual(last), soon)
  expect(mailed(elsewhere)).toEqual([])
})

it('tells when a try has failed, and until when the next one waits', async () => {
  const { models } = zhigai
  const { id } = await file(zhigai)
  const opened = await stream(auditor, id)
  const message = aDeadLetter({ status: 'pending', attempts: 1, error: null, leasedUntil: new Date() })
  const notice = aNoticeTo('wang', { project: id, channel: 'email', message: message._id, status: 'pending' })
  await models.messages.create({ ...message, notices: [notice._id] })
  await models.notices.create({ ...notice, deduplicationKey: 'tried' })
  const tried = { leasedUntil: null, nextAttemptAt: new Date(0), error: '451 later' }
  await models.messages.updateOne({ _id: message._id }, { $set: tried })
  await vi.waitFor(
    () =>
      expect(told(opened, 'notice').at(-1)).toMatchObject({
        deduplicationKey: 'tried',
        delivery: { status: 'pending', error: '451 later', nextAttemptAt: new Date(0).toISOString() },
      }),
    soon,
  )
})

it('tells the kinds and the person that are asked for, and refuses what is not told', async () => {
  const { id } = await file(zhigai)
  const events = await stream(auditor, id, undefined, '?kind=event')
  const wangs = await stream(auditor, id, undefined, `?person=${verifier.user}`)
  const hidden = await stream(clerk, id, undefined, `?person=${verifier.user}`)
  for (const deed of ['completeAssessment', 'submit'] as const) await act(clerk, id, deed)
  await act(verifier, id, 'claim')
  await zhigai.as(reviewer).read(id)
  await vi.waitFor(() => expect(told(events, 'event')).toHaveLength(3), soon)
  await vi.waitFor(() => expect(told(wangs, 'event').map(({ type }) => type)).toEqual(['claim']), soon)
  expect(new Set(events.events.map(({ data }) => data['kind']))).toEqual(new Set(['event']))
  expect(told(wangs, 'read')).toEqual([])
  expect(hidden.events).toEqual([])
  const as = (person: Actor) => zhigai.as(person)
  const engine = await as(auditor).get(`/projects/${id}/history/stream?kind=engine`)
  expect(engine).toMatchObject({ status: 422, body: { allowed: ['event', 'notice', 'operation', 'read'] } })
  const reads = await as(clerk).get(`/projects/${id}/history/stream?kind=read`)
  expect(reads).toMatchObject({ status: 403, body: { allowed: ['event', 'notice'] } })
})

it('goes on after the last event that was heard, also with changes of what is old', async () => {
  const { id } = await file(zhigai)
  const first = await stream(auditor, id)
  await act(clerk, id, 'completeAssessment')
  await vi.waitFor(() => expect(told(first, 'event')).toHaveLength(1), soon)
  const heard = first.events.find(({ data }) => data['kind'] === 'event')?.id ?? ''
  first.leave()
  await first.ended
  await act(clerk, id, 'submit')
  const notice = aNoticeTo(verifier.user, { project: id, at: new Date(0), deduplicationKey: 'old' })
  await deliver(zhigai.models, notice)
  const again = await stream(auditor, id, heard)
  await vi.waitFor(() => expect(told(again, 'event').map(({ type }) => type)).toEqual(['submit']), soon)
  await vi.waitFor(
    () => expect(told(again, 'notice').some(({ deduplicationKey }) => deduplicationKey === 'old')).toBe(true),
    soon,
  )
})

it('ends when the case ends, and at once when it is opened after that', async () => {
  const { id } = await file(zhigai)
  const opened = await stream(secondReviewer, id)
  await vi.waitFor(() => expect(opened.comments()).toBeGreaterThan(1), soon)
  expect((await zhigai.as(clerk).event(id, bodyOf('withdraw'))).status).toBe(200)
  await opened.ended
  expect(told(opened, 'event').map(({ type }) => type)).toEqual(['withdraw'])
  const late = await stream(secondReviewer, id, opened.events.at(-1)?.id)
  await late.ended
  expect(told(late, 'event').map(({ type }) => type)).not.toContain('file')
})

it.each(['yesterday', '82'.padEnd(200, '0')])('says that it has to be read anew after "%s"', async (last) => {
  const { id } = await file(zhigai)
  const response = await fetch(`${listener.origin}/api/v1/projects/${id}/history/stream`, {
    headers: { authorization: `Bearer ${await zhigai.tokenOf(reviewer)}`, 'last-event-id': last },
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('event: reset')) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
    expect(done).toBe(false)
    text += value ?? ''
  }
  await reader?.cancel()
})
