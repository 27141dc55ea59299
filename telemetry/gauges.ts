import type { PipelineStage } from 'mongoose'
import { archiveHealth, latestReconciliation } from '../evidence/archive/reconcile-all.ts'
import { anchoredUntil } from '../evidence/audit/anchor-age.ts'
import { latestVerification } from '../evidence/audit/nightly.ts'
import { channels, type Models, type TaskRecord } from '../models/index.ts'
import { daysFrom, shanghaiDate } from '../policy/time/dates.ts'
import { reminderKinds } from '../policy/notices/notice.ts'

/** One value of a gauge, with a value for each of its labels. */
export type GaugeReading = { labels: Record<string, string>; value: number }

/** What a gauge is read from; `nowMs` is in milliseconds since 1970. */
export type GaugeSource = { models: Models; nowMs: number }

/**
 * A gauge that is read from the record when somebody scrapes. Its labels must have few values, each of its questions an
 * index and an end; one that has nothing to say gives no reading. To add one, add it to `gauges` and to docs/observability.md.
 */
export type RecordGauge = {
  name: string
  help: string
  labels: readonly string[]
  read(source: GaugeSource): Promise<GaugeReading[]>
}

/** No question of a gauge takes longer (milliseconds). */
export const patienceMs = 2_000
/** Above this many, things are not counted any further. */
const countedThrough = 10_000
/** An edition has fewer bodies, and all of them together fewer tasks. */
const mostBodies = 100
const mostTasks = 100
const hourMs = 3_600_000

/** A gauge of one value; null says nothing. */
export function single(
  name: string,
  help: string,
  valueOf: (source: GaugeSource) => Promise<number | null>,
): RecordGauge {
  return {
    name,
    help,
    labels: [],
    async read(source) {
      const value = await valueOf(source)
      return value === null ? [] : [{ labels: {}, value }]
    },
  }
}

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
  single(
    'zhigai_notices_oldest_due_seconds',
    'For how long the notice has been due that waits longest to be sent.',
    oldestDue,
  ),
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
  single(
    'zhigai_reconcile_differences',
    'Differences between record and histories that the latest comparison of all cases found and did not repair.',
    ofLatest(latestReconciliation, ({ differences, repaired }) => differences - repaired),
  ),
  single(
    'zhigai_reconcile_unreadable',
    'Cases whose histories the latest comparison of all cases could not read.',
    ofLatest(latestReconciliation, ({ unreadable }) => unreadable),
  ),
  single(
    'zhigai_reconcile_age_seconds',
    'Since the latest comparison of all cases came to its end; nothing before the first.',
    ofLatest(latestReconciliation, ({ finishedAt }, nowMs) => (nowMs - Number(finishedAt)) / 1000),
  ),
  single(
    'zhigai_anchor_age_seconds',
    'Since the latest anchor was signed, or, before the first one, since the first filing.',
    async ({ models, nowMs }) => {
      const until = await anchoredUntil(models)
      return until === null ? null : (nowMs - until) / 1000
    },
  ),
  single(
    'zhigai_verify_findings',
    'Findings of the latest verification of all cases.',
    ofLatest(latestVerification, ({ findings }) => findings),
  ),
  single(
    'zhigai_verify_age_seconds',
    'Since the latest verification of all cases came to its end; nothing before the first.',
    ofLatest(latestVerification, ({ finishedAt }, nowMs) => (nowMs - Number(finishedAt)) / 1000),
  ),
  single(
    'zhigai_archive_behind_seconds',
    'How long closed runs may have been waiting to be kept; nothing before the first time.',
    async ({ models, nowMs }) => (await archiveHealth(models, new Date(nowMs))).secondsBehind,
  ),
  single(
    'zhigai_lost_runs',
    'Closed runs whose histories could not be kept.',
    async ({ models, nowMs }) => (await archiveHealth(models, new Date(nowMs))).lostRuns,
  ),
]

function ofLatest<T>(
  find: (models: Models) => Promise<T | null>,
  valueOf: (latest: T, nowMs: number) => number,
) {
  return async ({ models, nowMs }: GaugeSource) => {
    const latest = await find(models)
    return latest && valueOf(latest, nowMs)
  }
}

/** What of a collection is counted under its own labels. */
type Part = { labels: Record<string, string>; match: Record<string, unknown> }

type Counted =
  Pick<Models['tasks'], 'aggregate' | 'collection'> | Pick<Models['notices'], 'aggregate' | 'collection'>

/** Counts each part up to a limit of its own, in one question: none hides another. */
async function countEach(model: Counted, parts: Part[]): Promise<GaugeReading[]> {
  const [first, ...rest] = parts.map(({ labels, match }) => [
    { $match: match },
    { $limit: countedThrough },
    { $group: { _id: null, value: { $sum: 1 } } },
    { $project: { _id: 0, labels: { $literal: labels }, value: 1 } },
  ])
  if (!first) return []
  const coll = model.collection.name
  return model
    .aggregate<GaugeReading>([...first, ...rest.map((pipeline) => ({ $unionWith: { coll, pipeline } }))])
    .option({ maxTimeMS: patienceMs })
}

async function overdueTasks({ models: { tasks } }: GaugeSource): Promise<GaugeReading[]> {
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

/** Officers' open tasks are read from their index alone; there are no more of them than officers can work at. */
async function oldestTasks({ models: { tasks }, nowMs }: GaugeSource): Promise<GaugeReading[]> {
  const found: Oldest[] = await tasks
    .aggregate<Oldest>([
      ...oldestOf('district', '$district'),
      { $unionWith: { coll: tasks.collection.name, pipeline: oldestOf('municipal', '') } },
    ])
    .option({ maxTimeMS: patienceMs })
  const today = shanghaiDate(nowMs)
  return found.map(({ openedOn, ...labels }) => ({ labels, value: daysFrom(openedOn, today) }))
}

type Oldest = { role: string; district: string; openedOn: string }
type GaugeBranch = PipelineStage.Match | PipelineStage.Group | PipelineStage.Limit | PipelineStage.Project

/** The day on which the oldest open task of a role was opened, by an expression that names the body. */
function oldestOf(role: string, body: string): GaugeBranch[] {
  return [
    { $match: { open: true, roles: role } },
    { $group: { _id: body, openedOn: { $min: '$openedOn' } } },
    { $limit: mostBodies },
    { $project: { _id: 0, role: { $literal: role }, district: '$_id', openedOn: 1 } },
  ]
}

async function oldestDue({ models, nowMs }: GaugeSource): Promise<number | null> {
  const due = await models.notices
    .findOne({ status: 'pending', sendAt: { $lte: new Date(nowMs) } }, { sendAt: 1 })
    .sort({ sendAt: 1 })
    .maxTimeMS(patienceMs)
    .lean()
  return due && (nowMs - due.sendAt.getTime()) / 1000
}
