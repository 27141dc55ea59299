import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createMailer } from '../../delivery/channels/email/email.ts'
import { createDispatcher } from '../../delivery/dispatcher.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { NoticeKind } from '../../policy/notices/notice.ts'
import { nextMorningsDigest } from '../../policy/time/quiet-hours.ts'
import { people } from '../fixtures.ts'
import { order } from '../operations/fixture.ts'
import { bring, register, walk } from '../support/cases.ts'
import type { ProjectBody } from '../support/http.ts'
import { startMailServer } from '../support/mail-server.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, clerk, colleague, reviewer, verifier } = people

let zhigai: Zhigai
let server: Awaited<ReturnType<typeof startMailServer>>
let dispatcher: ReturnType<typeof createDispatcher>
beforeAll(async () => {
  zhigai = await startZhigai()
  server = await startMailServer()
  dispatcher = createDispatcher({
    models: zhigai.models,
    channels: { email: createMailer(server.url, 'zhigai@example.org'), webhook: null },
    // It is morning, whenever this runs.
    now: () => nextMorningsDigest(Date.now()) + 3_600_000,
    logger: zhigai.deps.logger,
  })
  await register(zhigai)
})
afterAll(async () => {
  await dispatcher.stop()
  await server.stop()
  await zhigai.stop()
})

/** What a calendar says of one event. */
type Shown = { uid: string; sequence: number; stamp: string; day: string; status: string }

function eventsOf(ics: string): Shown[] {
  const [, ...events] = ics.replaceAll('\r\n ', '').split('BEGIN:VEVENT\r\n')
  return events.map((event) => {
    const lines = new Map(event.split('\r\n').map((line) => [line.split(/[:;]/)[0] ?? '', line.split(':')]))
    const valueOf = (name: string) => lines.get(name)?.slice(1).join(':') ?? ''
    return {
      uid: valueOf('UID'),
      sequence: Number(valueOf('SEQUENCE')),
      stamp: valueOf('DTSTAMP'),
      day: valueOf('DTSTART'),
      status: valueOf('STATUS'),
    }
  })
}

/** Makes somebody's calendar, and has mail go to them; answers with a look at what the calendar says of a project. */
async function follow(person: Actor): Promise<(project: ProjectBody) => Promise<Shown[]>> {
  const { body } = await zhigai.as(person).post<{ url: string }>('/me/calendar-feed', {})
  const path = new URL(body.url).pathname
  await zhigai.models.people.updateOne(
    { _id: person.user },
    { $set: { email: `${person.user}@example.org` } },
  )
  return async ({ id }) =>
    eventsOf((await zhigai.send<string>(path)).body).filter(({ uid }) => uid.startsWith(`${id}:`))
}

/** What is attached to the mails that a project has somebody sent. */
async function mailed({ id }: ProjectBody, kind: NoticeKind): Promise<Shown[]> {
  await vi.waitFor(
    async () =>
      expect(await zhigai.models.notices.countDocuments({ project: id, kind, channel: 'email' })).toBe(1),
    { timeout: 20_000 },
  )
  while ((await dispatcher.deliverDue()) > 0);
  const arrived = await server.arrived()
  return arrived
    .flatMap(({ mail }) => mail.attachments.flatMap(({ content }) => eventsOf(String(content))))
    .filter(({ uid }) => uid.startsWith(`${id}:`))
}

/** The only one of some events. */
function only(events: Shown[]): Shown {
  expect(events).toHaveLength(1)
  return events[0] ?? expect.fail('there is no event')
}

/** The stamps of calendars are full seconds. */
const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100))

function expectLater(after: Shown, before: Shown): void {
  expect(after.uid).toBe(before.uid)
  expect(after.sequence).toBeGreaterThan(before.sequence)
  expect(after.stamp > before.stamp).toBe(true)
}

describe('a due date is the same event in the calendar and in the mail, and a later one', () => {
  it('when its officer takes longer', async () => {
    const look = await follow(verifier)
    await follow(clerk)
    const project = await bring(zhigai, 'districtVerification claimed')
    const before = only(await look(project))
    await aSecond()
    await walk(zhigai, project, [[verifier, 'extendTime']])
    const [after, mail] = [only(await look(project)), only(await mailed(project, 'moved'))]
    expectLater(after, before)
    expect(after.day > before.day).toBe(true)
    expect(mail).toEqual(after)
  })

  it('when its clock is stopped, and goes on', async () => {
    const look = await follow(reviewer)
    await follow(clerk)
    const project = await bring(zhigai, 'municipalReview claimed')
    const before = only(await look(project))
    await aSecond()
    const stopped = await walk(zhigai, project, [[reviewer, 'suspend']])
    const cancelled = only(await mailed(project, 'suspend'))
    expectLater(cancelled, before)
    expect(cancelled).toMatchObject({ status: 'CANCELLED', day: before.day })
    expect(await look(project)).toEqual([])
    await aSecond()
    await walk(zhigai, stopped, [[reviewer, 'resume']])
    const [after, mail] = [only(await look(project)), only(await mailed(project, 'resume'))]
    expectLater(after, cancelled)
    expect(after.status).toBe('CONFIRMED')
    expect(mail).toEqual(after)
  })

  it('when its case is held, and goes on', async () => {
    const look = await follow(verifier)
    const project = await bring(zhigai, 'districtVerification claimed')
    const before = only(await look(project))
    await aSecond()
    await order(zhigai, { kind: 'hold', target: { project: project.id }, reason: '核查数据' })
    const cancelled = only(await mailed(project, 'hold'))
    expectLater(cancelled, before)
    expect(cancelled).toMatchObject({ status: 'CANCELLED', day: before.day })
    expect(await look(project)).toEqual([])
    await aSecond()
    await order(zhigai, { kind: 'endHold', target: { project: project.id }, reason: '核查完毕' })
    const [after, mail] = [only(await look(project)), only(await mailed(project, 'endHold'))]
    expectLater(after, cancelled)
    expect(mail).toEqual({ ...before, sequence: after.sequence, stamp: after.stamp })
  })

  it('when it was done: whoever has no more than mails has it taken away with the next one about the case', async () => {
    await follow(clerk)
    const project = await bring(zhigai, 'correction')
    const announced = only(await mailed(project, 'opened'))
    expect(announced.status).toBe('CONFIRMED')
    await aSecond()
    await walk(zhigai, project, [
      [clerk, 'resubmit'],
      [verifier, 'claim'],
      [verifier, 'extendTime'],
    ])
    const mail = await mailed(project, 'moved')
    const corrected = mail.filter(({ uid }) => uid === announced.uid)
    expectLater(only(corrected), announced)
    expect(corrected).toEqual([expect.objectContaining({ status: 'CANCELLED', day: announced.day })])
    expect(mail.filter(({ status }) => status === 'CONFIRMED')).toEqual([
      expect.objectContaining({ uid: expect.stringContaining(':districtVerification:') }),
    ])
  })

  it('when its planned completion is put off', async () => {
    const look = await follow(clerk)
    const completionOf = async (of: ProjectBody) =>
      only((await look(of)).filter(({ uid }) => uid.includes(':completion:')))
    const project = await bring(zhigai, 'certified')
    const before = await completionOf(project)
    expect(only(await mailed(project, 'outcome'))).toEqual(before)
    await zhigai.models.notices.deleteMany({ project: project.id })
    await aSecond()
    await walk(zhigai, project, [
      [colleague, 'requestExtension'],
      [verifier, 'claim'],
      [verifier, 'grantExtension'],
    ])
    const after = await completionOf(project)
    expectLater(after, before)
    expect(after.day > before.day).toBe(true)
    expect(only(await mailed(project, 'outcome'))).toEqual(after)
  })

  it('when a calendar moves it', async () => {
    const look = await follow(verifier)
    const project = await bring(zhigai, 'districtVerification claimed')
    const before = only(await look(project))
    await aSecond()
    const calendar = (await zhigai.deps.calendars.read('cn')) ?? expect.fail('there is no calendar')
    const { from, through, off, worked } = calendar
    const day = before.day.replace(/(....)(..)(..)/, '$1-$2-$3')
    const document = {
      from,
      through: Math.max(through, Number(day.slice(0, 4))),
      off: [...off, day].toSorted(),
      worked,
      source: '关于调整放假安排的通知',
    }
    expect(await zhigai.as(administrator).put('/calendars/cn', document)).toMatchObject({ status: 201 })
    const [mail, after] = [only(await mailed(project, 'moved')), only(await look(project))]
    expectLater(after, before)
    expect(after.day > before.day).toBe(true)
    expect(mail).toEqual(after)
  })
})
