import type { Zhigai } from './zhigai.ts'

/** What MongoDB's profiler says of one operation. */
type Profiled = {
  ns: string
  op: string
  command: object
  originatingCommand?: object
  planSummary?: string
  hasSortStage?: boolean
  docsExamined?: number
  keysExamined?: number
  nreturned?: number
}

/** The database of a record. */
export function databaseOf({ models }: Zhigai) {
  const { db } = models.connection
  if (!db) throw new Error('the record is not connected')
  return db
}

/** What MongoDB did meanwhile on collections of ours: every operation that had to choose a plan, and what was inserted. */
export async function profileOf(zhigai: Zhigai, work: () => Promise<void>): Promise<Profiled[]> {
  const since = new Date()
  await work()
  const found = await databaseOf(zhigai)
    .collection<Profiled>('system.profile')
    .find({
      ts: { $gte: since },
      $or: [{ planSummary: { $exists: true } }, { op: 'insert' }],
      // The worker renews its lease meanwhile.
      ns: { $not: /system\.|\.watermarks$/ },
    })
    .toArray()
  // What the API listens to all the time goes by the log of operations, which has no index.
  return found.filter(
    ({ originatingCommand }) => !JSON.stringify([originatingCommand]).includes('$changeStream'),
  )
}

/** What an operation may look at beside what it answers with; far less than there are decoys. */
const allowance = 40

/** Operations that look at many documents to find few, or that sort what an index should have given in order. */
export const slow = (profiled: Profiled[]) =>
  profiled
    .filter(
      ({ planSummary = '', hasSortStage = false, docsExamined = 0, keysExamined = 0, nreturned = 0 }) => {
        const looksAround = Math.max(docsExamined, keysExamined) > 2 * nreturned + allowance
        return hasSortStage || planSummary.includes('COLLSCAN') || looksAround
      },
    )
    .map(({ ns, op, planSummary, docsExamined, keysExamined, command }) => ({
      ns,
      op,
      planSummary,
      docsExamined,
      keysExamined,
      command: JSON.stringify(command),
    }))

/** The collections that were asked. */
export const collections = (profiled: Profiled[]) => new Set(profiled.map(({ ns }) => ns.split('.').at(-1)))

/** How often the plan of an operation has used an index since it was made. */
export async function usesOf(zhigai: Zhigai, collection: string, index: string): Promise<number> {
  const found = await databaseOf(zhigai)
    .collection(collection)
    .aggregate<{ name: string; accesses: { ops: number | bigint } }>([{ $indexStats: {} }])
    .toArray()
  const stats = found.find(({ name }) => name === index)
  if (!stats) throw new Error(`${collection} has no index ${index}`)
  return Number(stats.accesses.ops)
}
