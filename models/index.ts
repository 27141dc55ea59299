import { createConnection, type Connection, type Schema, type mongo } from 'mongoose'
import { activityFailureSchema } from './activity-failures.ts'
import { anchorSchema } from './anchors.ts'
import { archiveSchema } from './archives.ts'
import { calendarSchema } from './calendars.ts'
import { certificateSchema } from './certificates.ts'
import { duplicateKeySchema } from './duplicate-keys.ts'
import { counterSchema } from './counters.ts'
import { editionSchema } from './editions.ts'
import { enterpriseChangeSchema } from './enterprise-changes.ts'
import { enterpriseSchema } from './enterprises.ts'
import { batchItemSchema } from './batch-items.ts'
import { findingSchema } from './findings.ts'
import { historySchema } from './history.ts'
import { intentSchema } from './intents.ts'
import { leafSchema } from './leaves.ts'
import { lostRunSchema } from './lost-runs.ts'
import { messageSchema } from './messages.ts'
import { noticeSchema } from './notices.ts'
import { operationSchema } from './operations.ts'
import { personSchema } from './people.ts'
import { projectSchema } from './projects.ts'
import { readSchema } from './reads.ts'
import { reconciliationSchema } from './reconciliations.ts'
import { rolloutSchema } from './rollouts.ts'
import { runSchema } from './runs.ts'
import { snapshotSchema } from './snapshots.ts'
import { taskSchema } from './tasks.ts'
import { verificationSchema } from './verifications.ts'
import { watermarkSchema } from './watermarks.ts'

export { anchorOf } from './anchors.ts'
export { changeStatuses } from './enterprise-changes.ts'
export { channels } from './notices.ts'
export { failuresKept } from './operations.ts'
export type * from './activity-failures.ts'
export type * from './anchors.ts'
export type * from './archives.ts'
export type * from './calendars.ts'
export type * from './certificates.ts'
export type * from './duplicate-keys.ts'
export type * from './counters.ts'
export type * from './editions.ts'
export type * from './enterprise-changes.ts'
export type * from './enterprises.ts'
export type * from './batch-items.ts'
export type * from './findings.ts'
export type * from './history.ts'
export type * from './intents.ts'
export type * from './leaves.ts'
export type * from './lost-runs.ts'
export type * from './messages.ts'
export type * from './notices.ts'
export type * from './operations.ts'
export type * from './people.ts'
export type * from './projects.ts'
export type * from './reads.ts'
export type * from './reconciliations.ts'
export type * from './rollouts.ts'
export type * from './runs.ts'
export type * from './snapshots.ts'
export type * from './tasks.ts'
export type * from './verifications.ts'
export type * from './watermarks.ts'

/** The record: every collection, on one connection. */
export type Models = ReturnType<typeof createModels>

/** The collections on a connection. */
export function createModels(connection: Connection) {
  const model = <T>(name: string, schema: Schema<T>) => connection.model<T>(name, schema)
  return {
    connection,
    enterprises: model('Enterprise', enterpriseSchema),
    enterpriseChanges: model('EnterpriseChange', enterpriseChangeSchema),
    editions: model('Edition', editionSchema),
    projects: model('Project', projectSchema),
    history: model('History', historySchema),
    snapshots: model('Snapshot', snapshotSchema),
    intents: model('Intent', intentSchema),
    duplicateKeys: model('DuplicateKey', duplicateKeySchema),
    certificates: model('Certificate', certificateSchema),
    counters: model('Counter', counterSchema),
    tasks: model('Task', taskSchema),
    calendars: model('Calendar', calendarSchema),
    rollouts: model('Rollout', rolloutSchema),
    people: model('Person', personSchema),
    notices: model('Notice', noticeSchema),
    messages: model('Message', messageSchema),
    reads: model('Read', readSchema),
    runs: model('Run', runSchema),
    archives: model('Archive', archiveSchema),
    watermarks: model('Watermark', watermarkSchema),
    findings: model('Finding', findingSchema),
    lostRuns: model('LostRun', lostRunSchema),
    reconciliations: model('Reconciliation', reconciliationSchema),
    verifications: model('Verification', verificationSchema),
    anchors: model('Anchor', anchorSchema),
    leaves: model('Leaf', leafSchema),
    activityFailures: model('ActivityFailure', activityFailureSchema),
    operations: model('Operation', operationSchema),
    batchItems: model('BatchItem', batchItemSchema),
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

/** Makes every collection and index that is missing; those of a collection by one command. */
export async function createIndexes({ connection }: Models): Promise<void> {
  await Promise.all(
    Object.values(connection.models).map(async (model) => {
      await model.createCollection()
      const indexes = model.schema
        .indexes()
        .map(([key, options]) => ({ ...options, key }) as mongo.IndexDescription)
      if (indexes.length > 0) await model.collection.createIndexes(indexes)
    }),
  )
}
