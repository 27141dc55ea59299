import { DayAndId, InstantAndId, readCursor, writeCursor } from '../models/cursor.ts'
import type { Models, TaskRecord, ActivityFailureRecord } from '../models/index.ts'
import { endOfDay, shanghaiDate } from '../policy/time/dates.ts'
import { projectWorkflowId } from '../workflows/contract.ts'
import { askEach, describeRun, type PendingActivity } from './described.ts'
import { mostCounted, projectOf, stuck, type Finder, type StuckSources, type Stuck } from './stuck-kinds.ts'

/** A case wakes within a quarter of an hour of a due instant; as long again is granted before it counts as stuck. */
const graceMs = 30 * 60_000

const unpacked = (after: string | null) => (after === null ? null : readCursor(InstantAndId, after))

function stuckActivity(note: ActivityFailureRecord, pending?: PendingActivity): Stuck {
  return stuck('activityRetrying', note.workflow, {
    project: projectOf(note.workflow),
    since: note.since,
    attempt: pending?.attempt ?? note.attempt,
    error: pending?.error ?? (note.error || null),
    what: note.activity,
  })
}

/** Notes of the worker's on activities; one whose activity is no longer pending is taken away. */
export function retriedActivities({ models, temporal, isSilent }: StuckSources): Finder {
  const check = async (note: ActivityFailureRecord): Promise<Stuck[]> => {
    if (isSilent) return [stuckActivity(note)]
    const run = await describeRun(temporal, note.workflow)
    const pending = run?.runId === note.run && run.activities.find(({ id }) => id === note.activityId)
    if (!run?.isRunning || !pending) {
      await models.activityFailures.deleteOne({ _id: note._id })
      return []
    }
    return [stuckActivity(note, pending)]
  }
  return {
    async page({ limit, after }) {
      const key = unpacked(after)
      const later = key && { $or: [{ since: { $gt: key[0] } }, { since: key[0], _id: { $gt: key[1] } }] }
      const notes = await models.activityFailures
        .find({ ...later })
        .sort({ since: 1, _id: 1 })
        .limit(limit)
        .lean()
      const last = notes.length === limit ? notes.at(-1) : undefined
      const items = (await askEach(notes, check)).flat()
      return { items, next: last ? writeCursor(InstantAndId, [last.since, last._id]) : null }
    },
    count: async () => models.activityFailures.countDocuments({}, { limit: mostCounted }),
  }
}

/** An intent is settled within seconds; after so long (milliseconds) it counts as stuck. */
const behindMs = 60_000

/** Intents that the record has not followed, the oldest first. */
export function recordBehind({ models, now }: StuckSources): Finder {
  const isOld = () => ({ at: { $lt: new Date(now() - behindMs) } })
  return {
    async page({ limit, after }) {
      const key = unpacked(after)
      const later = key && { $or: [{ at: { $gt: key[0] } }, { at: key[0], _id: { $gt: key[1] } }] }
      const found = await models.intents
        .find({ ...isOld(), ...later })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean()
      const last = found.length === limit ? found.at(-1) : undefined
      const items = found.map(({ _id, project, at, attempts, error }) =>
        stuck('recordBehind', _id, { project, since: at, attempt: attempts, error }),
      )
      return { items, next: last ? writeCursor(InstantAndId, [last.at, last._id]) : null }
    },
    count: async () => models.intents.countDocuments(isOld(), { limit: mostCounted }),
  }
}

/** Dead letters, the oldest first. */
export function undeliverable({ models }: StuckSources): Finder {
  return {
    async page({ limit, after }) {
      const key = unpacked(after)
      const later = key && { $or: [{ at: { $gt: key[0] } }, { at: key[0], _id: { $gt: key[1] } }] }
      const found = await models.messages
        .find({ status: 'dead', ...later })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean()
      const last = found.length === limit ? found.at(-1) : undefined
      const items = found.map(({ _id, at, attempts, error, channel }) =>
        stuck('noticeUndeliverable', _id, { since: at, attempt: attempts, error, what: channel }),
      )
      return { items, next: last ? writeCursor(InstantAndId, [last.at, last._id]) : null }
    },
    count: async () => models.messages.countDocuments({ status: 'dead' }, { limit: mostCounted }),
  }
}

/** Open tasks whose due date has passed and of which no step says so, the longest past first. */
export function silentDeadlines({ models, temporal, now, isSilent }: StuckSources): Finder {
  const isPast = () => ({ open: true, overdue: false, dueOn: { $lt: shanghaiDate(now() - graceMs) } })
  const ask = async ({ _id, project, task, dueOn }: TaskRecord): Promise<Stuck> => {
    const run = isSilent ? null : await describeRun(temporal, projectWorkflowId(project))
    const worst = run?.activities.toSorted((a, b) => b.attempt - a.attempt)[0]
    return stuck('deadlineWithoutEvent', _id, {
      project,
      what: task,
      since: dueOn === null ? null : new Date(endOfDay(dueOn)),
      attempt: run?.task?.attempt ?? worst?.attempt ?? null,
      error: run?.isRunning || isSilent ? (worst?.error ?? null) : 'the workflow of the case does not run',
    })
  }
  return {
    async page({ limit, after }) {
      const [dueOn, id] = after === null ? [] : readCursor(DayAndId, after)
      const later = dueOn !== undefined && {
        $or: [
          { ...isPast(), dueOn: { ...isPast().dueOn, $gt: dueOn } },
          { ...isPast(), dueOn, _id: { $gt: id } },
        ],
      }
      const found = await findTasks(models, later || isPast(), limit)
      const last = found.length === limit ? found.at(-1) : undefined
      return {
        items: await askEach(found, ask),
        next: last?.dueOn ? writeCursor(DayAndId, [last.dueOn, last._id]) : null,
      }
    },
    count: async () => models.tasks.countDocuments(isPast(), { limit: mostCounted }),
  }
}

function findTasks({ tasks }: Models, filter: object, limit: number): Promise<TaskRecord[]> {
  return tasks.find(filter).sort({ dueOn: 1, _id: 1 }).limit(limit).lean().exec()
}
