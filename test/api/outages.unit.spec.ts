import { createRequire } from 'node:module'
import { mongo } from 'mongoose'
import { expect, it } from 'vitest'
import { refusalOf } from '../../api/http/problem.ts'

const outages = [
  new mongo.MongoNetworkError('connection closed'),
  new mongo.MongoNotConnectedError('not connected'),
  new mongo.MongoServerError({ message: 'shutting down', code: 91 }),
  Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
]

/** As the driver does it: the log of reads is written in bulk. */
const inBulk = (error: unknown) => Reflect.construct(mongo.MongoBulkWriteError, [error, {}]) as unknown

it.each(outages)('%s is an outage, also of writes in bulk', (error) => {
  expect([error, inBulk(error)].map((each) => refusalOf(each).code)).toEqual(['unavailable', 'unavailable'])
})

it('a write in bulk that the server refuses is no outage', () => {
  expect(refusalOf(inBulk({ message: 'E11000', code: 11_000, writeErrors: [] }))).toEqual({
    code: 'internal',
  })
})

/** What each kind of error of the driver is: one that a new release brings must be judged, and written down here. */
const kinds = {
  outage: [
    'MongoClientClosedError',
    'MongoExpiredSessionError',
    'MongoNetworkError',
    'MongoNetworkTimeoutError',
    'MongoNotConnectedError',
    'MongoOperationTimeoutError',
    'MongoServerClosedError',
    'MongoServerSelectionError',
    'MongoStalePrimaryError',
    'MongoSystemError',
    'MongoTopologyClosedError',
    'MongoUnexpectedServerResponseError',
  ],
  // They say themselves what it was, by code or label.
  answer: [
    'MongoBulkWriteError',
    'MongoClientBulkWriteError',
    'MongoError',
    'MongoServerError',
    'MongoWriteConcernError',
  ],
  // A fault of ours, or of how it is set up.
  fault: [
    'MongoAPIError',
    'MongoAWSError',
    'MongoAzureError',
    'MongoBatchReExecutionError',
    'MongoChangeStreamError',
    'MongoClientBulkWriteCursorError',
    'MongoClientBulkWriteExecutionError',
    'MongoCompatibilityError',
    'MongoCryptAzureKMSRequestError',
    'MongoCryptCreateDataKeyError',
    'MongoCryptCreateEncryptedCollectionError',
    'MongoCryptError',
    'MongoCryptInvalidArgumentError',
    'MongoCryptKMSRequestNetworkTimeoutError',
    'MongoCursorExhaustedError',
    'MongoCursorInUseError',
    'MongoDecompressionError',
    'MongoDriverError',
    'MongoGCPError',
    'MongoGridFSChunkError',
    'MongoGridFSStreamError',
    'MongoInvalidArgumentError',
    'MongoKerberosError',
    'MongoMissingCredentialsError',
    'MongoMissingDependencyError',
    'MongoOIDCError',
    'MongoParseError',
    'MongoRuntimeError',
    'MongoTailableCursorError',
    'MongoTransactionError',
  ],
}

const classes: [name: string, type: { prototype: mongo.MongoError }][] = Object.entries(mongo).flatMap(
  ([name, value]) =>
    typeof value === 'function' && (value === mongo.MongoError || value.prototype instanceof mongo.MongoError)
      ? [[name, value as { prototype: mongo.MongoError }]]
      : [],
)

it.each(classes)('%s is told as what it is', (name, { prototype }) => {
  // As the constructors differ: one without labels.
  const error: unknown = Object.assign(Object.create(prototype), { errorLabelSet: new Set() })
  const isOutage = refusalOf(error).code === 'unavailable'
  expect(isOutage).toBe(kinds.outage.includes(name))
})

it('no kind of error of the driver is left out', () => {
  expect(classes.map(([name]) => name).toSorted()).toEqual(Object.values(kinds).flat().toSorted())
})

it.each([
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
])('the %s of a pool, which the driver does not export, is an outage', (name) => {
  const ofMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'))
  const pool = ofMongoose('mongodb/lib/cmap/errors.js') as Record<string, unknown>
  const errors = Object.values(pool).flatMap((type) =>
    typeof type === 'function' && type.prototype instanceof mongo.MongoError
      ? [Object.assign(Object.create(type.prototype) as mongo.MongoError, { errorLabelSet: new Set() })]
      : [],
  )
  expect(refusalOf(errors.find((each) => each.name === name)).code).toBe('unavailable')
})

it.each([43, 64, 89, 91, 134, 189, 262, 11_600, 13_435])('so is an answer with code %i', (code) => {
  expect(refusalOf(new mongo.MongoServerError({ message: 'no', code })).code).toBe('unavailable')
})
