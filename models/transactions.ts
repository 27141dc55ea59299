import { setTimeout as pause } from 'node:timers/promises'
import type { ClientSession, Connection } from 'mongoose'
import { isOutageOfMongo } from './outages.ts'

/** A transaction is begun again for so long (milliseconds): a server that was killed is back by then, and callers still wait. */
const patienceMs = 8_000
const againMs = 50

/**
 * Does all of something or nothing; when this answers, a majority has it on disk. It is begun again where another transaction
 * was in the way, and where the server has left meanwhile: whether it had ended cannot be known then, so that `work` must do no
 * harm twice. The driver's own loop goes on for two minutes, and gives up on a socket that was reset.
 */
export async function inTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const until = Date.now() + patienceMs
  for (;;) {
    const session = await connection.startSession()
    try {
      session.startTransaction()
      const result = await work(session)
      await session.commitTransaction()
      return result
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
      if (!isOutageOfMongo(error) || Date.now() > until) throw error
      await pause(Math.random() * againMs)
    } finally {
      await session.endSession()
    }
  }
}
