import type { NotificationBatch } from '../policy/notices/notice.ts'
import { inBatches } from './batches.ts'
import type { Models, ProjectRecord } from './index.ts'
import { nativeOf } from './native.ts'
import { createIntents } from './intents.ts'
import { onRecordBy } from './step-documents.ts'
import type { OnRecord, Recorded, Recording, StepRecord } from './step-record.ts'
import { writeTogether } from './write-steps.ts'

/** Hears of steps that were recorded, or could not be. */
export type StepWatch = (steps: readonly StepRecord[], isRecorded: boolean) => void

/**
 * Puts steps and notices on record, all that comes at once in one transaction. Anything may be repeated, may come late, and
 * never takes the record backwards; what has been answered a majority has on disk.
 */
export function createRecorder(models: Models, watch: StepWatch = () => undefined) {
  const write = inBatches<Recording, Recorded>((all) => writeTogether(models, all))
  async function record(recording: Recording): Promise<Recorded> {
    let isRecorded = false
    try {
      const recorded = await write(recording)
      isRecorded = true
      return recorded
    } finally {
      watch(recording.steps, isRecorded)
    }
  }
  const intents = createIntents(models)
  return {
    record,

    /** A project as a majority has it: what is said to a workflow to be on record must not be taken back by a server that dies. */
    find: inBatches<string, ProjectRecord | null>(async (ids) => {
      const found = nativeOf(models.projects).find({ _id: { $in: ids } }, { readConcern: 'majority' })
      const byId = new Map((await found.toArray()).map((each) => [each._id, each as ProjectRecord]))
      return ids.map((id) => byId.get(id) ?? null)
    }),

    /** Keeps in mind that a command is on its way, until its steps are recorded or it is withdrawn. */
    announce: intents.write,
    withdraw: intents.withdraw,

    /** Writes one notice for each recipient and channel. */
    notify: async (batch: NotificationBatch): Promise<void> => {
      await record({ steps: [], batches: [batch] })
    },

    /** Records steps of one case in their order, at least one; answers how far it is on record by them. */
    recordSteps: async (steps: StepRecord[]): Promise<OnRecord> => {
      const last = steps.at(-1)
      if (!last) throw new Error('there is no step to record')
      const { certificate } = await record({ steps })
      return onRecordBy(last, certificate)
    },
  }
}

/** Whoever puts steps on record; one is enough for a process. */
export type Recorder = ReturnType<typeof createRecorder>
