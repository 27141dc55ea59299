import { AsyncLocalStorage } from 'node:async_hooks'
import { mongo } from 'mongoose'
import { expect, it } from 'vitest'
import { inBatches } from '../../models/batches.ts'

/** Doubles numbers, in batches that are told. */
function doubling(fail: (items: number[]) => Error | undefined = () => undefined) {
  const batches: number[][] = []
  const double = inBatches<number, number>(async (items) => {
    batches.push(items)
    await Promise.resolve()
    const error = fail(items)
    if (error) throw error
    return items.map((item) => 2 * item)
  })
  return { batches, double }
}

it('what comes at once is done together, what comes meanwhile by the next batch, each with its own result', async () => {
  const { batches, double } = doubling()
  const first = [1, 2, 3].map(double)
  const second = Promise.all(first).then(() => Promise.all([4, 5].map(double)))
  expect(await Promise.all(first)).toEqual([2, 4, 6])
  expect(await second).toEqual([8, 10])
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
})

it('a batch has a bound', async () => {
  const { batches, double } = doubling()
  const numbers = Array.from({ length: 250 }, (_, index) => index)
  expect(await Promise.all(numbers.map(double))).toEqual(numbers.map((item) => 2 * item))
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50])
})

it('where one is at fault, the others have theirs, and what comes later too', async () => {
  const { batches, double } = doubling((items) => (items.includes(2) ? new Error('not two') : undefined))
  const settled = await Promise.allSettled([1, 2, 3].map(double))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await double(4)).toBe(8)
  expect(batches).toEqual([[1, 2, 3], [1], [2], [3], [4]])
})

it('while MongoDB is away nobody is asked one by one', async () => {
  const { batches, double } = doubling(() => new mongo.MongoNetworkError('away'))
  const settled = await Promise.allSettled([1, 2, 3].map(double))
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(batches).toEqual([[1, 2, 3]])
})

it('a batch is done in the context of the first that asked for it', async () => {
  const request = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const note = inBatches<number, null>((items) => {
    seen.push(request.getStore())
    return Promise.resolve(items.map(() => null))
  })
  await Promise.all([request.run('one', () => note(1)), request.run('two', () => note(2))])
  await request.run('three', () => note(3))
  expect(seen).toEqual(['one', 'three'])
})
