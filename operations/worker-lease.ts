import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import type { Models } from '../models/index.ts'
import { findCurrentBuild } from './workers.ts'

/** How often a worker says that it is there (milliseconds). */
const renewMs = 2_000
/** As long as its word holds: three may be missed on a busy machine. By the clock of MongoDB alone, so that no other has to agree with it. */
const holdsMs = 8_000
/** What workers leave behind, that of killed ones too, is taken away by the next one. */
const leftoverMs = 60_000

/** Where a worker works: in a namespace, and under a build; none, if it tells nobody. */
export type WorkerIdentity = { namespace: string; buildId: string | undefined }

/** A worker's word that it is there: given anew every two seconds, and taken back when it ends. One that is killed, or hangs, is missed within seconds. */
export async function keepLease({ watermarks }: Pick<Models, 'watermarks'>, identity: WorkerIdentity) {
  const _id = `${prefixOf(identity)}${randomUUID()}`
  const renew = () =>
    watermarks.updateOne({ _id }, [{ $set: { at: '$$NOW' } }], { upsert: true, updatePipeline: true }).exec()
  await watermarks.deleteMany({ _id: startingWith('worker/'), $expr: { $lt: ['$at', ago(leftoverMs)] } })
  let renewed: Promise<unknown> = renew()
  await renewed
  let isUnderWay = false
  const timer = setInterval(() => {
    if (isUnderWay) return
    isUnderWay = true
    // A record that is down is told by `/readyz` itself; the word is given again when it is back.
    renewed = renew()
      .catch(() => undefined)
      .finally(() => (isUnderWay = false))
  }, renewMs).unref()
  return {
    /** Takes the word back, first of all that ends; until when it stood is kept. */
    async drop(): Promise<void> {
      clearInterval(timer)
      await renewed
      const ended = [{ $set: { at: ago(holdsMs) } }]
      await watermarks.updateOne({ _id }, ended, { updatePipeline: true }).catch(() => undefined)
    },
  }
}

/** Whether a worker of the build that gets the work is there, and when one was seen last; null if that is long ago. */
export async function lookForWorker({ watermarks }: Models, temporal: Client, queue: string) {
  const { namespace } = temporal.options
  const buildId = await findCurrentBuild(temporal, queue)
  const [last] = await watermarks.aggregate<{ at: Date; isThere: boolean }>([
    { $match: { _id: startingWith(prefixOf({ namespace, buildId })) } },
    { $sort: { at: -1 } },
    { $limit: 1 },
    { $project: { at: 1, isThere: { $gt: ['$at', ago(holdsMs)] } } },
  ])
  return { isThere: last?.isThere ?? false, seenAt: last?.at ?? null }
}

/** Encoded, so that no name reads as the beginning of another. */
function prefixOf({ namespace, buildId = '' }: WorkerIdentity): string {
  return `worker/${encodeURIComponent(namespace)}/${encodeURIComponent(buildId)}/`
}

function startingWith(prefix: string) {
  return { $gte: prefix, $lt: `${prefix}\uffff` }
}

function ago(ms: number) {
  return { $subtract: ['$$NOW', ms] }
}
