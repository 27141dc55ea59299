import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isPrivateHost, isPublicAddress } from '../../delivery/channels/webhook/public-address.ts'
import { createWebhookChannel } from '../../delivery/channels/webhook/webhook.ts'
import { addProject, aPerson, openDelivery, type DeliveryFixture } from './fixture.ts'
import { aNotice } from '../support/a-notice.ts'
import { secret, startReceiver, type Receiver } from './receiver.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.stop())

/** Opens a post whose verifier wants to be called, and has them told of one task. */
async function openHookPost(toPrivate: boolean, url: string): Promise<DeliveryFixture> {
  const delivery = await openDelivery({ email: null, webhook: createWebhookChannel({ toPrivate }) })
  await delivery.models.people.create(aPerson({ email: null, webhook: { url, secret, goneAt: null } }))
  await addProject(delivery.models, 'p-1', '齿轮生产线数字化改造')
  await delivery.notify([aNotice({ user: 'wang', words: '请王工核实' })])
  await delivery.deliver()
  return delivery
}

describe('a call', () => {
  let delivery: DeliveryFixture
  beforeEach(async () => {
    delivery = await openHookPost(true, receiver.url)
  })
  afterEach(() => delivery.stop())

  it('is signed, and says what is to be done without naming a person', async () => {
    const [call] = receiver.calls
    const payload = new Webhook(secret).verify(call?.body ?? '', call?.headers ?? {})
    expect(payload).toEqual({
      type: 'zhigai.notice',
      timestamp: '2021-04-01T01:00:00.000Z',
      data: [
        expect.objectContaining({
          project: 'p-1',
          projectName: '齿轮生产线数字化改造',
          kind: 'opened',
          event: null,
          outcome: null,
          task: 'districtVerification',
          part: null,
          dueOn: '2021-04-09',
          days: null,
          unit: null,
          article: '二（三）',
          title: { zh: '新待办：区县核实', en: 'New task: district verification' },
        }),
      ],
      more: 0,
    })
    expect(call?.body).not.toContain('http')
    expect(call?.body).not.toMatch(/wang|王工/)
    expect(() => new Webhook(secret).verify(`${call?.body} `, call?.headers ?? {})).toThrow('signature')
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 1, 'webhook sent': 1 })
  })

  it('is made again with the same id after an answer of 500, and after a redirect, which is not followed', async () => {
    receiver.calls.length = 0
    receiver.answers.push(
      { status: 500, body: 'x'.repeat(1_000_000) },
      { status: 307, headers: { location: `http://127.0.0.1:${receiver.port}/elsewhere` } },
    )
    await delivery.notify([aNotice({ entry: 9 })])
    await delivery.deliver()
    await delivery.deliver('2021-04-01T09:02')
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 2, 'webhook pending': 1, 'webhook sent': 1 })
    await delivery.deliver('2021-04-01T09:10')
    expect(receiver.calls.map(({ url }) => url)).toEqual(['/hook', '/hook', '/hook'])
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(await delivery.statuses()).toEqual({ 'inbox sent': 2, 'webhook sent': 2 })
  })
})

describe('an address that is not public', () => {
  it.each([
    ['http://127.0.0.1', 'not a public https address'],
    ['https://127.0.0.1', 'not a public https address'],
    ['https://[::1]', 'not a public https address'],
    ['https://2130706433', 'not a public https address'],
    ['https://[::ffff:127.0.0.1]', 'not a public https address'],
    ['https://localhost', 'localhost is not a public address'],
    ['file:///etc/passwd', 'not an https address'],
  ])('is not called: %s', async (origin, reason) => {
    const url = origin.startsWith('file') ? origin : `${origin}:${receiver.port}/hook`
    const delivery = await openHookPost(false, url)
    try {
      expect(receiver.calls).toEqual([])
      const message = await delivery.models.messages.findOne().lean()
      expect(message?.error).toContain(reason)
    } finally {
      await delivery.stop()
    }
  })

  it.each(['10.0.0.1', '172.16.3.4', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'])(
    'is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(false)
      expect(isPrivateHost(address)).toBe(true)
      expect(isPublicAddress(`::ffff:${address}`)).toBe(false)
    },
  )

  it.each(['::1', '::', 'fe80::1', 'fd00::1', '64:ff9b::7f00:1', '2002:7f00:1::'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
    expect(isPrivateHost(`[${address}]`)).toBe(true)
  })

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})
