import type { Model } from 'mongoose'
import { inBatches } from './batches.ts'
import { count, date, optionalText, schemaOf, text, type RecordOf } from './fields.ts'
import { nativeOf } from './native.ts'
import { indexesOfRepeats } from './repeats.ts'

/**
 * That a command is on its way to a workflow, and the record will have to follow. It is on disk before Temporal hears of the
 * command, and goes in the transaction that puts its steps on record: whatever dies in between, it is known where to look.
 * `_id` is project and command.
 */
export type IntentRecord = RecordOf<typeof fields>

const fields = {
  _id: text,
  project: text,
  command: text,
  at: date,
  /** When it is looked at next whether the record has followed. */
  dueAt: date,
  attempts: count,
  /** Why the record could not be brought up the last time. */
  error: optionalText,
}

export const intentSchema = schemaOf<IntentRecord>('intents', fields)
// The oldest first: what the sweeper goes through, and what is stuck.
intentSchema.index({ at: 1, _id: 1 })

/** What names an intent. */
export type IntentKey = Pick<IntentRecord, 'project' | 'command'>

/** Stands for the command of a filing, which is the first of its project; all others are digests. */
export const filing = 'file'

/** So long an intent is left to whoever has written it (milliseconds): most have been answered by then. */
export const intentDueMs = 3_000

/** The id of an intent. */
export function intentIdOf({ project, command }: IntentKey): string {
  return `${project}/${command}`
}

type Intents = { intents: Model<IntentRecord> }

/** Writes intents, and takes those back of which nothing has come; what it has answered is on disk. */
export function createIntents({ intents }: Intents) {
  return {
    write: inBatches<IntentKey, null>(async (keys) => {
      const [at, dueAt] = [new Date(), new Date(Date.now() + intentDueMs)]
      const written = keys.map((key) => ({
        _id: intentIdOf(key),
        ...key,
        at,
        dueAt,
        attempts: 0,
        error: null,
      }))
      // One that is sent again while it is under way is there already.
      await indexesOfRepeats(nativeOf(intents).insertMany(written, { ordered: false }))
      return keys.map(() => null)
    }),
    withdraw: inBatches<IntentKey, null>(async (keys) => {
      await nativeOf(intents).deleteMany({ _id: { $in: keys.map(intentIdOf) } })
      return keys.map(() => null)
    }),
  }
}

/** The projects, among some, of which something is on its way into the record. */
export async function projectsUnderWay({ intents }: Intents, projects: string[]): Promise<Set<string>> {
  // A slash, and what comes after all that begins with it.
  const ofEach = projects.map((project) => ({ _id: { $gte: `${project}/`, $lt: `${project}0` } }))
  const found = projects.length > 0 ? await intents.find({ $or: ofEach }, { project: 1 }).lean() : []
  return new Set(found.map(({ project }) => project))
}
