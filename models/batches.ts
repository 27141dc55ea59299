import { AsyncLocalStorage } from 'node:async_hooks'
import { isOutageOfMongo } from './outages.ts'

type Waiting<Item, Result> = {
  item: Item
  /** Whoever traces or logs finds the request of the first of a batch. */
  inContext: ReturnType<typeof AsyncLocalStorage.snapshot>
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/** No more are done together: a transaction that is too long is ended by MongoDB. */
const most = 100

/**
 * Does together what comes together: what arrives while a batch is under way waits for the next one. `run` answers with a
 * result for each item, in their order. Where it fails because of one of them, each is done by itself, so that the others
 * have theirs all the same; where MongoDB is away, all of them fail at once.
 */
export function inBatches<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isUnderWay = false

  async function runAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      await batch[0]?.inContext(() => runBatch(run, batch))
    }
    isUnderWay = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, inContext: AsyncLocalStorage.snapshot(), resolve, reject })
      // After all that is to be done at this moment, so that what comes at once is one batch.
      if (!isUnderWay) {
        isUnderWay = true
        setImmediate(() => void runAll())
      }
    })
}

async function runBatch<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  batch: Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item))
    if (results.length !== batch.length) throw new Error('a batch has answered with too little')
    for (const [index, result] of results.entries()) batch[index]?.resolve(result)
  } catch (error) {
    if (batch.length === 1 || isOutageOfMongo(error)) for (const { reject } of batch) reject(error)
    else for (const each of batch) await runBatch(run, [each])
  }
}
