import type { PipelineStage } from 'mongoose'
import { archiveHealth, latestReconciliation } from '../evidence/archive/reconcile-all.ts'
import { anchoredUntil } from '../evidence/audit/anchor-age.ts'
import { latestVerification } from '../evidence/audit/nightly.ts'
import {
  channels,
  type Models,
  type ReconciliationRecord,
  type TaskRecord,
  type VerificationRecord,
} from '../models/index.ts'
import { daysFrom, shanghaiDate } from '../policy/time/dates.ts'
import { reminderKinds } from '../policy/notices/notice.ts'

/** One value of a gauge, with a value for each of its labels. */
export type Reading = { labels: Record<string, string>; value: number }

/** What a gauge is read from; `nowMs` is in milliseconds since 1970. */
export type Source = { models: Models; nowMs: number }

/**
 * A gauge that is read from the record when somebody scrapes. Its labels must have few values, each of its questions an
 * index and an end; one that has nothing to say gives no reading. To add one, add it to `gauges` and to docs/observability.md.
 */
export type RecordGauge = {
  name: string
  help: string
  labels: readonly string[]
  read(source: Source): Promise<Reading[]>
}

/** No question of a gauge takes longer (milliseconds). */
export const patienceMs = 2_000
/** Above this many, things are not counted any further. */
const countedThrough = 10_000
/** An edition has fewer bodies, and all of them together fewer tasks. */
const mostBodies = 100
const mostTasks = 100
const hourMs = 3_600_000

/** Every gauge of the record, as `/metrics` of the API shows them. */
export const gauges: readonly RecordGauge[] = [
  {
    name: 'zhigai_oldest_task_age_days',
    help: 'Age in days of the oldest open task of a body; municipal tasks have no district.',
    labels: ['role', 'district'],
    read: oldestTasks,
  },
  {
    name: 'zhigai_overdue_tasks',
    help: `Open tasks whose due date has passed, by task; each counted up to ${countedThrough}.`,
    labels: ['task'],
    read: overdueTasks,
  },
  {
    name: 'zhigai_notices_due',
    help: `What has come due and waits to be sent, by channel, reminders apart; each counted up to ${countedThrough}.`,
    labels: ['channel', 'kind'],
    read: countNotices((nowMs) => ({ status: 'pending', sendAt: { $lte: new Date(nowMs) } })),
  },
  {
    name: 'zhigai_notices_oldest_due_seconds',
    help: 'For how long the notice has been due that waits longest to be sent.',
    labels: [],
    read: oldestDue,
  },
  {
    name: 'zhigai_notices_sent_last_hour',
    help: `What was sent within the last hour, by channel, reminders apart; each counted up to ${countedThrough}.`,
    labels: ['channel', 'kind'],
    read: countNotices((nowMs) => ({ status: 'sent', sentAt: { $gt: new Date(nowMs - hourMs) } })),
  },
  {
    name: 'zhigai_notices_failed',
    help: `What was given up and not sent again since, by channel, reminders apart; each counted up to ${countedThrough}.`,
    labels: ['channel', 'kind'],
    read: countNotices(() => ({ status: 'failed' })),
  },
  {
    name: 'zhigai_reconcile_differences',
    help: 'Differences between record and histories that the latest comparison of all cases found and did not repair.',
    labels: [],
    read: ofLatest(({ differences, repaired }) => differences - repaired),
  },
  {
    name: 'zhigai_reconcile_unreadable',
    help: 'Cases whose histories the latest comparison of all cases could not read.',
    labels: [],
    read: ofLatest(({ unreadable }) => unreadable),
  },
  {
    name: 'zhigai_reconcile_age_seconds',
    help: 'Since the latest comparison of all cases came to its end; nothing before the first.',
    labels: [],
    read: ofLatest(({ finishedAt }, nowMs) => (nowMs - Number(finishedAt)) / 1000),
  },
  {
    name: 'zhigai_anchor_age_seconds',
    help: 'Since the latest anchor was signed, or, before the first one, since the first filing.',
    labels: [],
    async read({ models, nowMs }) {
      const until = await anchoredUntil(models)
      return until === null ? [] : [{ labels: {}, value: (nowMs - until) / 1000 }]
    },
  },
  {
    name: 'zhigai_verify_findings',
    help: 'Findings of the latest verification of all cases.',
    labels: [],
    read: ofVerification(({ findings }) => findings),
  },
  {
    name: 'zhigai_verify_age_seconds',
    help: 'Since the latest verification of all cases came to its end; nothing before the first.',
    labels: [],
    read: ofVerification(({ finishedAt }, nowMs) => (nowMs - Number(finishedAt)) / 1000),
  },
  {
    name: 'zhigai_archive_behind_seconds',
    help: 'How long closed runs may have been waiting to be kept; nothing before the first time.',
    labels: [],
    async read({ models, nowMs }) {
      const { secondsBehind } = await archiveHealth(models, new Date(nowMs))
      return secondsBehind === null ? [] : [{ labels: {}, value: secondsBehind }]
    },
  },
  {
    name: 'zhigai_lost_runs',
    help: 'Closed runs whose histories could not be kept.',
    labels: [],
    async read({ models, nowMs }) {
      const { lostRuns } = await archiveHealth(models, new Date(nowMs))
      return [{ labels: {}, value: lostRuns }]
    },
  },
]

function ofLatest(value: (latest: ReconciliationRecord, nowMs: number) => number): RecordGauge['read'] {
  return async ({ models, nowMs }) => {
    const latest = await latestReconciliation(models)
    return latest ? [{ labels: {}, value: value(latest, nowMs) }] : []
  }
}

function ofVerification(value: (latest: VerificationRecord, nowMs: number) => number): RecordGauge['read'] {
  return async ({ models, nowMs }) => {
    const latest = await latestVerification(models)
    return latest ? [{ labels: {}, value: value(latest, nowMs) }] : []
  }
}

/** What of a collection is counted under its own labels. */
type Part = { labels: Record<string, string>; match: Record<string, unknown> }

type Counted =
  Pick<Models['tasks'], 'aggregate' | 'collection'> | Pick<Models['notices'], 'aggregate' | 'collection'>

/** Counts each part up to a limit of its own, in one question: none hides another. */
async function countEach(model: Counted, parts: Part[]): Promise<Reading[]> {
  const [first, ...rest] = parts.map(({ labels, match }) => [
    { $match: match },
    { $limit: countedThrough },
    { $group: { _id: null, value: { $sum: 1 } } },
    { $project: { _id: 0, labels: { $literal: labels }, value: 1 } },
  ])
  if (!first) return []
  const coll = model.collection.name
  return model
    .aggregate<Reading>([...first, ...rest.map((pipeline) => ({ $unionWith: { coll, pipeline } }))])
    .option({ maxTimeMS: patienceMs })
}

async function overdueTasks({ models: { tasks } }: Source): Promise<Reading[]> {
  const overdue = { open: true, overdue: true } satisfies Partial<TaskRecord>
  const names = await tasks.distinct('task', overdue).maxTimeMS(patienceMs)
  return countEach(
    tasks,
    names.slice(0, mostTasks).map((task) => ({ labels: { task }, match: { ...overdue, task } })),
  )
}

function countNotices(match: (nowMs: number) => Record<string, unknown>): RecordGauge['read'] {
  const kinds = { reminder: { $in: reminderKinds }, other: { $nin: reminderKinds } }
  return ({ models: { notices }, nowMs }) =>
    countEach(
      notices,
      channels.flatMap((channel) =>
        Object.entries(kinds).map(([name, kind]) => ({
          labels: { channel, kind: name },
          match: { ...match(nowMs), channel, kind },
        })),
      ),
    )
}

const officers = ['district', 'municipal'] as const

/** One look at the index for each body and role, in one question. */
async function oldestTasks({ models: { tasks }, nowMs }: Source): Promise<Reading[]> {
  const districts = await tasks.distinct('district', { open: true }).maxTimeMS(patienceMs)
  const [first, ...rest] = officers.flatMap((role) =>
    districts.slice(0, mostBodies).map((district) => oldestOf(role, district)),
  )
  if (!first) return []
  const found: Oldest[] = await tasks
    .aggregate<Oldest>([...first, ...rest.map((pipeline) => ({ $unionWith: { coll: 'tasks', pipeline } }))])
    .option({ maxTimeMS: patienceMs })
  const ages = new Map<string, Reading>()
  const today = shanghaiDate(nowMs)
  for (const { role, district, openedOn } of found) {
    const labels = { role, district: role === 'municipal' ? '' : district }
    const value = daysFrom(openedOn, today)
    const key = `${labels.role}/${labels.district}`
    if (value > (ages.get(key)?.value ?? -1)) ages.set(key, { labels, value })
  }
  return [...ages.values()]
}

type Oldest = { role: string; district: string; openedOn: string }
type Branch = PipelineStage.Match | PipelineStage.Sort | PipelineStage.Limit | PipelineStage.Project

function oldestOf(role: string, district: string): Branch[] {
  return [
    { $match: { open: true, roles: role, district } },
    { $sort: { openedOn: 1 } },
    { $limit: 1 },
    { $project: { _id: 0, role: { $literal: role }, district: 1, openedOn: 1 } },
  ]
}

async function oldestDue({ models, nowMs }: Source): Promise<Reading[]> {
  const due = await models.notices
    .findOne({ status: 'pending', sendAt: { $lte: new Date(nowMs) } }, { sendAt: 1 })
    .sort({ sendAt: 1 })
    .maxTimeMS(patienceMs)
    .lean()
  return due ? [{ labels: {}, value: (nowMs - due.sendAt.getTime()) / 1000 }] : []
}
