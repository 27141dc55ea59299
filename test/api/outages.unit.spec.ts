import { mongo } from 'mongoose'
import { expect, it } from 'vitest'
import { refusalOf } from '../../api/problem.ts'

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
