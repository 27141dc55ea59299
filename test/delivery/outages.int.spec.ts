import { resend } from '../../delivery/dead-letters.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mostAttempts } from '../../delivery/retries.ts'
import { aNotice, aReminder } from './post.ts'
import { openMailPost, type MailPost } from './mail-post.ts'

const hour = 3_600_000

let post: MailPost
beforeEach(async () => {
  post = await openMailPost()
})
afterEach(() => post.stop())

/** Moves the clock to the next moment at which something is tried; nothing, if nothing is waiting. */
const nextTry = async () => {
  const waiting = await post.models.messages.findOne({ status: 'pending' }).sort({ nextAttemptAt: 1 }).lean()
  if (waiting) post.clock.ms = Math.max(post.clock.ms, waiting.nextAttemptAt.getTime())
  return waiting !== null
}

const daytime = (ms: number) => {
  const hours = new Date(ms + 8 * hour).getUTCHours()
  return hours >= 8 && hours < 20 ? ms : ms + 12 * hour
}

describe('a mail server that is down', () => {
  it('is asked again after longer and longer pauses, until the mail is dead; then somebody sends it again', async () => {
    await post.server.goDown()
    await post.tell([aNotice()])
    const pauses: number[] = []
    do {
      const before = post.clock.ms
      await post.deliver()
      const message = await post.models.messages.findOne().lean()
      if (message?.status === 'pending') pauses.push(message.nextAttemptAt.getTime() - before)
    } while ((await nextTry()) && (post.clock.ms = daytime(post.clock.ms)))
    expect(pauses).toHaveLength(mostAttempts - 1)
    for (const [index, seconds] of [30, 120, 600, 3_600, 14_400, 43_200, 86_400].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(seconds * 1_000)
      expect(pauses[index]).toBeLessThanOrEqual(seconds * 1_100)
    }
    const dead = await post.models.messages.findOne().lean()
    expect(dead).toMatchObject({ status: 'dead', attempts: mostAttempts })
    expect(dead?.error).toContain('ECONNREFUSED')
    expect(await post.statuses()).toEqual({ 'email failed': 1, 'inbox sent': 1 })
    expect(post.logged.join('')).not.toContain('wang')

    await post.server.comeBack()
    const id = dead?._id ?? expect.fail('there is no message')
    await post.deliver()
    expect(await post.server.arrived()).toEqual([])
    expect(await resend(post.models, id, new Date(post.clock.ms))).toMatchObject({ revived: true })
    await post.deliver()
    expect(await post.subjects()).toHaveLength(1)
    expect(await post.statuses()).toEqual({ 'email sent': 1, 'inbox sent': 1 })
    expect(await resend(post.models, id, new Date(post.clock.ms))).toMatchObject({ revived: false })
  })

  it('gets each mail when it is back', async () => {
    await post.server.goDown()
    await post.tell([aNotice(), aReminder()])
    await post.deliver()
    expect(await post.statuses()).toEqual({ 'email pending': 2, 'inbox sent': 2 })
    await post.server.comeBack()
    await post.deliver('2021-04-01T09:01')
    expect(await post.subjects()).toHaveLength(2)
    expect(await post.statuses()).toEqual({ 'email sent': 2, 'inbox sent': 2 })
  })
})

describe('a dispatcher that dies', () => {
  it('after sending, before writing it down, has the same mail sent again, with the same Message-ID', async () => {
    await post.tell([aNotice()])
    await post.deliver()
    await post.models.messages.updateMany(
      {},
      {
        $set: {
          status: 'pending',
          leasedUntil: new Date(post.clock.ms),
          nextAttemptAt: new Date(post.clock.ms),
        },
      },
    )
    await post.models.notices.updateMany({ channel: 'email' }, { $set: { status: 'pending' } })
    await post.deliver()
    const ids = (await post.server.arrived()).map(({ mail }) => mail.messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('between his two marks has nothing sent again', async () => {
    await post.tell([aNotice()])
    await post.deliver()
    await post.models.messages.updateMany({}, { $set: { status: 'pending', nextAttemptAt: new Date(0) } })
    await post.deliver()
    expect(await post.subjects()).toHaveLength(1)
    expect(await post.models.messages.countDocuments({ status: 'sent' })).toBe(1)
  })

  it('between writing a message and linking its notices leaves nothing behind', async () => {
    await post.tell([aNotice(), aReminder()])
    await post.deliver()
    await post.models.notices.updateMany({ channel: 'email' }, { $set: { status: 'pending', message: null } })
    await post.models.messages.updateMany(
      {},
      { $set: { status: 'pending', attempts: 0, nextAttemptAt: new Date(post.clock.ms) } },
    )
    await post.server.arrived()
    await post.deliver()
    expect(await post.subjects()).toHaveLength(2)
    expect(await post.statuses()).toEqual({ 'email sent': 2, 'inbox sent': 2 })
  })
})
