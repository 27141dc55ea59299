import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keepClosedRuns } from '../../evidence/archive/keep.ts'
import { people } from '../fixtures.ts'
import { file, stations, walk } from '../support/cases.ts'
import { startAmongDecoys } from '../support/decoys.ts'
import { aNoticeTo, aTask } from '../support/notices.ts'
import { databaseOf, profileOf, slow, usesOf } from '../support/profiler.ts'
import { anchor, needs, retry, type Asked } from './index-needs.ts'

let asked: Asked

beforeAll(async () => {
  const { zhigai, id } = await startAmongDecoys()
  await walk(zhigai, await file(zhigai), stations.withdrawn)
  await keepClosedRuns(zhigai, { signal: new AbortController().signal, save: () => undefined })
  await anchor({ zhigai })
  const [operation, busy] = [await retry({ zhigai, id }), await file(zhigai)]
  asked = { zhigai, id, operation, busy: busy.id }
  await surroundAnswers(asked)
  await databaseOf(zhigai).command({ profile: 2 })
})
afterAll(async () => {
  await databaseOf(asked.zhigai).command({ profile: 0 })
  await asked.zhigai.stop()
})

/** Puts more around what is asked for where several indexes would do: what is like it in one way, and not in another. */
async function surroundAnswers({ zhigai, id, busy, operation }: Asked): Promise<void> {
  const { projects, history, tasks, notices, batchItems } = zhigai.models
  const [project, line, item] = await Promise.all([
    projects.findById(id).lean().orFail(),
    history.findOne({ project: busy }).lean().orFail(),
    batchItems.findOne({ operation }).lean().orFail(),
  ])
  const decoys = Array.from({ length: 300 }, (_, index) => index)
  const others = [{ phase: 'assessment' }, { district: '万州区' }]
  await projects.insertMany(
    decoys.map((index) => ({ ...project, uscc: 'another', ...others[index % 2], _id: `like-${index}` })),
  )
  await history.insertMany(
    decoys.map((index) => ({
      ...line,
      _id: `${busy}:${index + 1_000}`,
      revision: index + 1_000,
      by: { ...line.by, user: 'another' },
    })),
  )
  await tasks.insertMany(
    decoys.map(() =>
      aTask({
        project: id,
        district: 'another',
        uscc: 'another',
        roles: ['district', people.clerk.role],
        dueOn: '2020-01-01',
        remindedOn: '2020-01-01',
      }),
    ),
  )
  const later = new Date(Date.now() + 30 * 86_400_000)
  await notices.insertMany(
    decoys.map(() => aNoticeTo(people.verifier.user, { sentAt: later, openedAt: later })),
  )
  await batchItems.insertMany(
    decoys.map((index) => ({
      ...item,
      _id: `${operation}:${index + 1}`,
      position: index + 1,
      tries: index,
      outcome: index < 290 ? 'done' : 'refused',
    })),
  )
}

const each = Object.entries(needs).flatMap(([collection, indexes]) =>
  Object.entries(indexes).map(([index, work]) => ({ collection, index, work })),
)

/** Each event writes into these, so that no index of theirs may be there for convenience. */
const ofEvents = new Set(['projects', 'history', 'snapshots', 'intents', 'certificates', 'tasks', 'notices'])

/** What is slow of a work while MongoDB does as if there were no such index. */
async function slowWithout({ collection, index, work }: (typeof each)[number]) {
  const hide = (hidden: boolean) =>
    databaseOf(asked.zhigai).command({ collMod: collection, index: { name: index, hidden } })
  await hide(true)
  try {
    const profiled = await profileOf(asked.zhigai, async () => {
      await work(asked)
    })
    return slow(profiled).filter(({ ns }) => ns.endsWith(`.${collection}`))
  } finally {
    await hide(false)
  }
}

describe('an index is there for a question', () => {
  it.each(each)('$collection: $index', async (one) => {
    const { collection, index, work } = one
    const before = await usesOf(asked.zhigai, collection, index)
    await work(asked)
    // Who is told is looked up after a step was answered.
    await vi.waitFor(async () =>
      expect(await usesOf(asked.zhigai, collection, index)).toBeGreaterThan(before),
    )
    if (ofEvents.has(collection)) expect(await slowWithout(one)).not.toEqual([])
  })

  it('and there is none without one, but those by which MongoDB itself deletes what is old', async () => {
    const found = await Promise.all(
      Object.values(asked.zhigai.models.connection.models).map(async ({ collection: { name: of } }) => {
        const indexes = await databaseOf(asked.zhigai).collection(of).indexes()
        return indexes
          .filter(({ name, expireAfterSeconds }) => name !== '_id_' && expireAfterSeconds === undefined)
          .map(({ name }) => `${of}: ${name}`)
      }),
    )
    const needed = each.map(({ collection, index }) => `${collection}: ${index}`)
    expect(found.flat().toSorted()).toEqual(needed.toSorted())
  })
})
