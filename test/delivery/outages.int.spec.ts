import { resend } from '../../delivery/dead-letters.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mostAttempts } from '../../delivery/retries.ts'
import { aReminder } from './fixture.ts'
import { aNotice } from '../support/a-notice.ts'
import { openMailFixture, type MailFixture } from './mail-fixture.ts'

const hour = 3_600_000

let delivery: MailFixture
beforeEach(async () => {
  delivery = await openMailFixture()
})
afterEach(() => delivery.stop())

/** Moves the clock to the next moment at which something is tried; nothing, if nothing is waiting. */
const nextTry = async () => {
  const waiting = await delivery.models.messages
    .findOne({ status: 'pending' })
    .sort({ nextAttemptAt: 1 })
    .lean()
  if (waiting) delivery.clock.ms = Math.max(delivery.clock.ms, waiting.nextAttemptAt.getTime())
  return waiting !== null
}

const daytime = (ms: number) => {
  const hours = new Date(ms + 8 * hour).getUTCHours()
  return hours >= 8 && hours < 20 ? ms : ms + 12 * hour
}

describe('a mail server that is down', () => {
  it('is asked again after longer and longer pauses, until the mail is dead; then somebody sends it again', async () => {
    await delivery.server.goDown()
    await delivery.notify([aNotice()])
    const pauses: number[] = []
    do {
      const before = delivery.clock.ms
      await delivery.deliver()
      const message = await delivery.models.messages.findOne().lean()
      if (message?.status === 'pending') pauses.push(message.nextAttemptAt.getTime() - before)
    } while ((await nextTry()) && (delivery.clock.ms = daytime(delivery.clock.ms)))
    expect(pauses).toHaveLength(mostAttempts - 1)
    for (const [index, seconds] of [30, 120, 600, 3_600, 14_400, 43_200, 86_400].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(seconds * 1_000)
      expect(pauses[index]).toBeLessThanOrEqual(seconds * 1_100)
    }
    const dead = await delivery.models.messages.findOne().lean()
    expect(dead).toMatchObject({ status: 'dead', attempts: mostAttempts })
    expect(dead?.error).toContain('ECONNREFUSED')
    expect(await delivery.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    expect(delivery.logged.join('')).not.toContain('wang')

    await delivery.server.comeBack()
    const id = dead?._id ?? expect.fail('there is no message')
    await delivery.deliver()
    expect(await delivery.server.arrived()).toEqual([])
    expect(await resend(delivery.models, id, new Date(delivery.clock.ms))).toMatchObject({ revived: true })
    await delivery.deliver()
    expect(await delivery.subjects()).toHaveLength(1)
    expect(await delivery.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
    expect(await resend(delivery.models, id, new Date(delivery.clock.ms))).toMatchObject({ revived: false })
  })

  it('gets each mail when it is back', async () => {
    await delivery.server.goDown()
    await delivery.notify([aNotice(), aReminder()])
    await delivery.deliver()
    expect(await delivery.statuses()).toEqual({ 'email pending': 2, 'inbox sent': 2 })
    await delivery.server.comeBack()
    await delivery.deliver('2021-04-01T09:01')
    expect(await delivery.subjects()).toHaveLength(2)
    expect(await delivery.statuses()).toEqual({ 'email sent': 2, 'inbox sent': 2 })
  })
})

describe('a dispatcher that dies', () => {
  it('after sending, before writing it down, has the same mail sent again, with the same Message-ID', async () => {
    await delivery.notify([aNotice()])
    await delivery.deliver()
    await delivery.models.messages.updateMany(
      {},
      {
        $set: {
          status: 'pending',
          leasedUntil: new Date(delivery.clock.ms),
          nextAttemptAt: new Date(delivery.clock.ms),
        },
      },
    )
    await delivery.models.notices.updateMany({ channel: 'email' }, { $set: { status: 'pending' } })
    await delivery.deliver()
    const ids = (await delivery.server.arrived()).map(({ mail }) => mail.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('between his two marks has nothing sent again', async () => {
    await delivery.notify([aNotice()])
    await delivery.deliver()
    await delivery.models.messages.updateMany({}, { $set: { status: 'pending', nextAttemptAt: new Date(0) } })
    await delivery.deliver()
    expect(await delivery.subjects()).toHaveLength(1)
    expect(await delivery.models.messages.countDocuments({ status: 'sent' })).toBe(1)
  })

  it('between writing a message and linking its notices leaves nothing behind', async () => {
    await delivery.notify([aNotice(), aReminder()])
    await delivery.deliver()
    await delivery.models.notices.updateMany(
      { channel: 'email' },
      { $set: { status: 'pending', message: null } },
    )
    await delivery.models.messages.updateMany(
      {},
      { $set: { status: 'pending', attempts: 0, nextAttemptAt: new Date(delivery.clock.ms) } },
    )
    await delivery.server.arrived()
    await delivery.deliver()
    expect(await delivery.subjects()).toHaveLength(2)
    expect(await delivery.statuses()).toEqual({ 'email sent': 2, 'inbox sent': 2 })
  })
})
