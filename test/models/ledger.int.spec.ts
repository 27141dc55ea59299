import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRecorder } from '../../models/recorder.ts'
import type { Capacity } from '../../policy/access/capacities.ts'
import { people } from '../fixtures.ts'
import { aCapacity } from '../support/people.ts'
import { aPerson, aReminder, at, openDelivery, type DeliveryFixture } from '../delivery/fixture.ts'
import { aNotice } from '../support/a-notice.ts'

let delivery: DeliveryFixture
beforeAll(async () => {
  delivery = await openDelivery()
})
afterAll(() => delivery.stop())
beforeEach(async () => {
  const { notices, people: persons } = delivery.models
  await Promise.all([notices.deleteMany({}), persons.deleteMany({})])
  delivery.clock.ms = at('2021-04-01T09:00')
})

const hook = {
  url: 'https://hooks.example.org/a',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  goneAt: null,
}
const seenIn = (more: Partial<Capacity>) => ({ capacities: [aCapacity({ district: null, ...more })] })
const lines = async () => {
  const found = await delivery.models.notices.find().sort({ recipient: 1, channel: 1 }).lean()
  return found.map(({ recipient, channel, status }) => `${recipient} ${channel} ${status}`)
}

describe('whom a notice reaches', () => {
  it('everybody who holds the role where the case is, on every way they have', async () => {
    await delivery.models.people.create([
      aPerson({ webhook: hook }),
      aPerson({ _id: 'qian', email: null }),
      aPerson({ _id: 'sun', ...seenIn({ district: '江北区' }) }),
      aPerson({ _id: 'chen', ...seenIn({ role: 'municipal' }) }),
    ])
    await delivery.notify([aNotice({ roles: ['district', 'municipal'] })])
    expect(await lines()).toEqual([
      'chen email pending',
      'chen inbox pending',
      'qian inbox pending',
      'wang email pending',
      'wang inbox pending',
      'wang webhook pending',
    ])
  })

  it('nobody of another enterprise', async () => {
    await delivery.models.people.create([
      aPerson({ _id: 'lin', ...seenIn({ role: 'enterprise', uscc: people.clerk.uscc }), email: null }),
      aPerson({ _id: 'hu', ...seenIn({ role: 'enterprise', uscc: people.competitor.uscc }) }),
    ])
    await delivery.notify([aNotice({ roles: ['enterprise'] })])
    expect(await lines()).toEqual(['lin inbox pending'])
  })

  it('only who has the task in hand, if they are known', async () => {
    await delivery.models.people.create([aPerson({ email: null }), aPerson({ _id: 'qian', email: null })])
    await delivery.notify([aNotice({ user: 'qian' })])
    expect(await lines()).toEqual(['qian inbox pending'])
    await delivery.notify([aNotice({ user: 'nobody', deduplicationKey: 'urge@2021-04-01', kind: 'urge' })])
    expect(await lines()).toEqual(['qian inbox pending', 'qian inbox pending', 'wang inbox pending'])
  })

  it('the mailbox of a role of which nobody is known, or too many are', async () => {
    await delivery.models.people.insertMany(
      Array.from({ length: 201 }, (_, index) =>
        aPerson({ _id: `m-${index}`, ...seenIn({ role: 'municipal' }) }),
      ),
    )
    await delivery.notify([aNotice({ roles: ['district', 'municipal', 'enterprise'] })])
    expect(await lines()).toEqual([
      'mailbox:district:渝北区 inbox pending',
      `mailbox:enterprise:${people.clerk.uscc} inbox pending`,
      'mailbox:municipal: inbox pending',
    ])
  })

  it('nobody on a way that they do not want, unless the law wants it', async () => {
    await delivery.models.people.create([
      aPerson({ preferences: { inbox: 'all', email: 'required', webhook: 'all' } }),
    ])
    await delivery.notify([aNotice()])
    expect(await lines()).toEqual(['wang email declined', 'wang inbox pending'])
    await delivery.models.notices.deleteMany({})
    await delivery.notify([aNotice({ required: true })])
    expect(await lines()).toEqual([
      'mailbox:district:渝北区 inbox pending',
      'wang email pending',
      'wang inbox pending',
    ])
  })
})

describe('the ledger', () => {
  it('has each notice once, however often it is told', async () => {
    await delivery.models.people.create(aPerson())
    const batch = {
      project: 'p-1',
      scope: { district: '渝北区', uscc: people.clerk.uscc },
      revision: 3,
      audiences: [{ role: 'district', district: '渝北区', uscc: null }],
      notices: [aNotice(), aReminder()],
      at: new Date(delivery.clock.ms).toISOString(),
    }
    const { notify } = createRecorder(delivery.models)
    await Promise.all(Array.from({ length: 10 }, () => notify(batch)))
    await delivery.models.notices.updateMany({ kind: 'opened' }, { $set: { status: 'sent' } })
    await notify({
      ...batch,
      notices: [...batch.notices, aReminder({ deduplicationKey: 'before-1@2021-04-09' })],
    })
    expect(await delivery.statuses()).toEqual({
      'email pending': 2,
      'email sent': 1,
      'inbox pending': 2,
      'inbox sent': 1,
    })
  })

  it('tells tasks, periods, entries, deduplication keys and projects apart', async () => {
    const different = [
      {},
      { task: 'hearing' },
      { part: '2021Q3' },
      { entry: 4 },
      { deduplicationKey: 'opened-again' },
    ]
    await delivery.notify(different.map((one) => aNotice(one)))
    await delivery.notify([aNotice()], { project: 'p-2' })
    expect(await lines()).toHaveLength(6)
  })

  it.each([
    ['2021-04-01T09:00', 'opened', '2021-04-01T09:00'],
    ['2021-04-01T22:00', 'opened', '2021-04-02T08:00'],
    ['2021-04-02T00:00', 'before', '2021-04-02T08:30'],
    ['2021-04-02T09:00', 'due', '2021-04-02T09:00'],
    ['2021-04-02T20:00', 'after', '2021-04-03T08:30'],
  ] as const)('what arises at %s and is of kind %s is to go out at %s', async (arises, kind, sendAt) => {
    await delivery.notify([aNotice({ kind })], { at: new Date(at(arises)).toISOString() })
    const line = await delivery.models.notices.findOne().lean()
    expect(line?.sendAt).toEqual(new Date(at(sendAt)))
  })

  it('asks as few questions for a thousand notices as for one', async () => {
    await delivery.models.people.create(aPerson())
    const db = delivery.models.connection.db
    if (!db) throw new Error('the record is not connected')
    const operations = async (count: number) => {
      const since = new Date()
      await db.command({ profile: 2 })
      await delivery.notify(
        Array.from({ length: count }, (_, index) => aNotice({ deduplicationKey: `${count}-${index}` })),
      )
      await db.command({ profile: 0 })
      const profiled = await db
        .collection('system.profile')
        .find({ ts: { $gte: since }, ns: /\.(people|notices)$/ })
        .toArray()
      expect(profiled.filter(({ planSummary }) => planSummary === 'COLLSCAN')).toEqual([])
      return profiled.filter(({ op }) => op !== 'insert').length
    }
    const few = await operations(1)
    expect(few).toBeGreaterThan(0)
    expect(await operations(1_000)).toBe(few)
    expect(await delivery.models.notices.countDocuments()).toBe(2_002)
  })
})
