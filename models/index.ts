import { createConnection, type Connection } from 'mongoose'
import { archiveSchema, runSchema } from './archive-schemas.ts'
import { anchorSchema, leafSchema } from './audit-schemas.ts'
import { messageSchema, noticeSchema, personSchema } from './notice-schemas.ts'
import {
  certificateSchema,
  claimSchema,
  counterSchema,
  editionSchema,
  enterpriseSchema,
  historySchema,
  projectSchema,
  snapshotSchema,
} from './schemas.ts'
import { calendarSchema, rolloutSchema, taskSchema } from './time-schemas.ts'

export { channels } from './notice-schemas.ts'
export type * from './archive-schemas.ts'
export { anchorOf } from './audit-schemas.ts'
export type * from './audit-schemas.ts'
export type * from './notice-schemas.ts'
export type * from './schemas.ts'
export type * from './time-schemas.ts'

/** The record: every collection, on one connection. */
export type Models = ReturnType<typeof createModels>

/** The collections on a connection. */
export function createModels(connection: Connection) {
  return {
    connection,
    enterprises: connection.model('Enterprise', enterpriseSchema),
    editions: connection.model('Edition', editionSchema),
    projects: connection.model('Project', projectSchema),
    history: connection.model('History', historySchema),
    snapshots: connection.model('Snapshot', snapshotSchema),
    claims: connection.model('Claim', claimSchema),
    certificates: connection.model('Certificate', certificateSchema),
    counters: connection.model('Counter', counterSchema),
    tasks: connection.model('Task', taskSchema),
    calendars: connection.model('Calendar', calendarSchema),
    rollouts: connection.model('Rollout', rolloutSchema),
    people: connection.model('Person', personSchema),
    notices: connection.model('Notice', noticeSchema),
    messages: connection.model('Message', messageSchema),
    runs: connection.model('Run', runSchema),
    archives: connection.model('Archive', archiveSchema),
    anchors: connection.model('Anchor', anchorSchema),
    leaves: connection.model('Leaf', leafSchema),
  }
}

const patienceMs = 5_000

/**
 * Connects to MongoDB. A write is acknowledged when a majority has it on disk; a call fails after five seconds without a
 * server, so that the caller can say so.
 */
export async function connectModels(uri: string): Promise<Models> {
  const connection = await createConnection(uri, {
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: patienceMs,
    // A server that accepts connections and says nothing is noticed by these two alone.
    connectTimeoutMS: patienceMs,
    heartbeatFrequencyMS: patienceMs,
    socketTimeoutMS: 20_000,
    bufferCommands: false,
  }).asPromise()
  return createModels(connection)
}

/** Makes every collection and index that is missing. */
export async function createIndexes({ connection }: Models): Promise<void> {
  for (const model of Object.values(connection.models)) {
    await model.createCollection()
    await model.createIndexes()
  }
}
