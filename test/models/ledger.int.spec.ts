import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRecorder } from '../../models/recorder.ts'
import type { Capacity } from '../../policy/access/capacities.ts'
import { people } from '../fixtures.ts'
import { aCapacity } from '../support/people.ts'
import { aNotice, aPerson, aReminder, at, openPost, type Post } from '../delivery/post.ts'

let post: Post
beforeAll(async () => {
  post = await openPost()
})
afterAll(() => post.stop())
beforeEach(async () => {
  const { notices, people: persons } = post.models
  await Promise.all([notices.deleteMany({}), persons.deleteMany({})])
  post.clock.ms = at('2021-04-01T09:00')
})

const hook = {
  url: 'https://hooks.example.org/a',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  goneAt: null,
}
const seenIn = (more: Partial<Capacity>) => ({ capacities: [aCapacity({ district: null, ...more })] })
const lines = async () => {
  const found = await post.models.notices.find().sort({ recipient: 1, channel: 1 }).lean()
  return found.map(({ recipient, channel, status }) => `${recipient} ${channel} ${status}`)
}

describe('whom a notice reaches', () => {
  it('everybody who holds the role where the case is, on every way they have', async () => {
    await post.models.people.create([
      aPerson({ webhook: hook }),
      aPerson({ _id: 'qian', email: null }),
      aPerson({ _id: 'sun', ...seenIn({ district: '江北区' }) }),
      aPerson({ _id: 'chen', ...seenIn({ role: 'municipal' }) }),
    ])
    await post.tell([aNotice({ roles: ['district', 'municipal'] })])
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
    await post.models.people.create([
      aPerson({ _id: 'lin', ...seenIn({ role: 'enterprise', uscc: people.clerk.uscc }), email: null }),
      aPerson({ _id: 'hu', ...seenIn({ role: 'enterprise', uscc: people.competitor.uscc }) }),
    ])
    await post.tell([aNotice({ roles: ['enterprise'] })])
    expect(await lines()).toEqual(['lin inbox pending'])
  })

  it('only who has the task in hand, if they are known', async () => {
    await post.models.people.create([aPerson({ email: null }), aPerson({ _id: 'qian', email: null })])
    await post.tell([aNotice({ user: 'qian' })])
    expect(await lines()).toEqual(['qian inbox pending'])
    await post.tell([aNotice({ user: 'nobody', occasion: 'urge@2021-04-01', kind: 'urge' })])
    expect(await lines()).toEqual(['qian inbox pending', 'qian inbox pending', 'wang inbox pending'])
  })

  it('the mailbox of a role of which nobody is known, or too many are', async () => {
    await post.models.people.insertMany(
      Array.from({ length: 201 }, (_, index) =>
        aPerson({ _id: `m-${index}`, ...seenIn({ role: 'municipal' }) }),
      ),
    )
    await post.tell([aNotice({ roles: ['district', 'municipal', 'enterprise'] })])
    expect(await lines()).toEqual([
      'mailbox:district:渝北区 inbox pending',
      `mailbox:enterprise:${people.clerk.uscc} inbox pending`,
      'mailbox:municipal: inbox pending',
    ])
  })

  it('nobody on a way that they do not want, unless the law wants it', async () => {
    await post.models.people.create([
      aPerson({ wishes: { inbox: 'all', email: 'required', webhook: 'all' } }),
    ])
    await post.tell([aNotice()])
    expect(await lines()).toEqual(['wang email declined', 'wang inbox pending'])
    await post.models.notices.deleteMany({})
    await post.tell([aNotice({ required: true })])
    expect(await lines()).toEqual([
      'mailbox:district:渝北区 inbox pending',
      'wang email pending',
      'wang inbox pending',
    ])
  })
})

describe('the ledger', () => {
  it('has each notice once, however often it is told', async () => {
    await post.models.people.create(aPerson())
    const telling = {
      project: 'p-1',
      scope: { district: '渝北区', uscc: people.clerk.uscc },
      revision: 3,
      audiences: [{ role: 'district', district: '渝北区', uscc: null }],
      notices: [aNotice(), aReminder()],
      at: new Date(post.clock.ms).toISOString(),
    }
    const { tell } = createRecorder(post.models)
    await Promise.all(Array.from({ length: 10 }, () => tell(telling)))
    await post.models.notices.updateMany({ kind: 'opened' }, { $set: { status: 'sent' } })
    await tell({ ...telling, notices: [...telling.notices, aReminder({ occasion: 'before-1@2021-04-09' })] })
    expect(await post.statuses()).toEqual({
      'email pending': 2,
      'email sent': 1,
      'inbox pending': 2,
      'inbox sent': 1,
    })
  })

  it('tells tasks, periods, entries, occasions and projects apart', async () => {
    const different = [
      {},
      { task: 'hearing' },
      { period: '2021Q3' },
      { entry: 4 },
      { occasion: 'opened-again' },
    ]
    await post.tell(different.map((one) => aNotice(one)))
    await post.tell([aNotice()], { project: 'p-2' })
    expect(await lines()).toHaveLength(6)
  })

  it.each([
    ['2021-04-01T09:00', 'opened', '2021-04-01T09:00'],
    ['2021-04-01T22:00', 'opened', '2021-04-02T08:00'],
    ['2021-04-02T00:00', 'before', '2021-04-02T08:30'],
    ['2021-04-02T09:00', 'due', '2021-04-02T09:00'],
    ['2021-04-02T20:00', 'after', '2021-04-03T08:30'],
  ] as const)('what arises at %s and is of kind %s is to go out at %s', async (arises, kind, sendAt) => {
    await post.tell([aNotice({ kind })], { at: new Date(at(arises)).toISOString() })
    const line = await post.models.notices.findOne().lean()
    expect(line?.sendAt).toEqual(new Date(at(sendAt)))
  })

  it('asks as few questions for a thousand notices as for one', async () => {
    await post.models.people.create(aPerson())
    const db = post.models.connection.db
    if (!db) throw new Error('the record is not connected')
    const operations = async (count: number) => {
      const since = new Date()
      await db.command({ profile: 2 })
      await post.tell(Array.from({ length: count }, (_, index) => aNotice({ occasion: `${count}-${index}` })))
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
    expect(await post.models.notices.countDocuments()).toBe(2_002)
  })
})
