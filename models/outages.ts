import { mongo } from 'mongoose'

/** Whether MongoDB did not answer, or not as a server that is up does: the same call may be answered in a while. */
export function isOutageOfMongo(error: unknown): boolean {
  return (
    ofMongo.some((each) => error instanceof each) ||
    (error instanceof mongo.MongoError && saysSo(error)) ||
    // Writes in bulk hand what went wrong on as an answer of the server, whatever it was.
    (error instanceof mongo.MongoBulkWriteError && isOutageOfMongo(error.errorResponse)) ||
    // The driver lets a write to a socket that has just been closed through as it is.
    (error instanceof Error && 'code' in error && brokenSocket.has(error.code))
  )
}

/** With what is derived of them, such as `PoolClearedError`, which is a `MongoNetworkError`. */
const ofMongo = [
  mongo.MongoNetworkError,
  mongo.MongoSystemError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoExpiredSessionError,
  mongo.MongoStalePrimaryError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoUnexpectedServerResponseError,
]
/** Those of the driver's pool, which it does not export. */
const ofPool = new Set(['MongoPoolClosedError', 'MongoWaitQueueTimeoutError'])

function saysSo(error: mongo.MongoError): boolean {
  return (
    ofPool.has(error.name) ||
    outageLabels.some((label) => error.hasErrorLabel(label)) ||
    (error instanceof mongo.MongoServerError && notServing.has(error.code))
  )
}

const outageLabels = ['RetryableWriteError', 'TransientTransactionError', 'ResetPool']
/** MongoDB's codes of a server that starts, stops, has lost its cursors, waits for others in vain or is no primary. */
const notServing = new Set<unknown>([
  6, 7, 43, 50, 64, 89, 91, 133, 134, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436,
])
const brokenSocket = new Set<unknown>([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_DESTROYED',
])
