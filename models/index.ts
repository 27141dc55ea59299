import { createConnection, type Connection } from 'mongoose'
import { archiveSchema, runSchema } from './archive-schemas.ts'
import { anchorSchema, leafSchema } from './audit-schemas.ts'
import { messageSchema, noticeSchema, personSchema } from './notice-schemas.ts'
import { enterpriseChangeSchema } from './register-schemas.ts'
import { readSchema } from './read-schemas.ts'
import { errandSchema, operationSchema, activityFailureSchema } from './operation-schemas.ts'
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
import {
  findingSchema,
  lostRunSchema,
  reconciliationSchema,
  verificationSchema,
  watermarkSchema,
} from './upkeep-schemas.ts'

export { channels } from './notice-schemas.ts'
export { failuresKept } from './operation-schemas.ts'
export type * from './archive-schemas.ts'
export { anchorOf } from './audit-schemas.ts'
export type * from './audit-schemas.ts'
export type * from './notice-schemas.ts'
export type * from './read-schemas.ts'
export { changeStatuses } from './register-schemas.ts'
export type * from './register-schemas.ts'
export type * from './operation-schemas.ts'
export type * from './schemas.ts'
export type * from './time-schemas.ts'
export type * from './upkeep-schemas.ts'

/** The record: every collection, on one connection. */
export type Models = ReturnType<typeof createModels>

/** The collections on a connection. */
export function createModels(connection: Connection) {
  return {
    connection,
    enterprises: connection.model('Enterprise', enterpriseSchema),
    enterpriseChanges: connection.model('EnterpriseChange', enterpriseChangeSchema),
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
    reads: connection.model('Read', readSchema),
    runs: connection.model('Run', runSchema),
    archives: connection.model('Archive', archiveSchema),
    watermarks: connection.model('Watermark', watermarkSchema),
    findings: connection.model('Finding', findingSchema),
    lostRuns: connection.model('LostRun', lostRunSchema),
    reconciliations: connection.model('Reconciliation', reconciliationSchema),
    verifications: connection.model('Verification', verificationSchema),
    anchors: connection.model('Anchor', anchorSchema),
    leaves: connection.model('Leaf', leafSchema),
    activityFailures: connection.model('ActivityFailure', activityFailureSchema),
    operations: connection.model('Operation', operationSchema),
    errands: connection.model('Errand', errandSchema),
  }
}

const patienceMs = 5_000

/**
 * Connects to MongoDB. A write is acknowledged when a majority has it on disk; a call fails after five seconds without a
 * server, so that the caller can say so. With `monitorCommands` the driver tells of each command, for traces.
 */
export async function connectModels(uri: string, { monitorCommands = false } = {}): Promise<Models> {
  const connection = await createConnection(uri, {
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: patienceMs,
    // A server that accepts connections and says nothing is noticed by these two alone.
    connectTimeoutMS: patienceMs,
    heartbeatFrequencyMS: patienceMs,
    socketTimeoutMS: 20_000,
    bufferCommands: false,
    monitorCommands,
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
