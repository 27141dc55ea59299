import type { Client } from '@temporalio/client'
import { closingOf, instantOf } from '../archive/events.ts'
import { inputOf } from '../archive/events.ts'
import { encodeHistory, runsBackwards, type Run } from '../archive/histories.ts'
import type { HistoryRecord, Models, NoticeRecord, ProjectRecord } from '../../models/index.ts'
import { digestOf, digestOfBytes } from '../../policy/integrity/digest.ts'
import { anchorsOf } from './anchors.ts'
import type { CaseContent, CaseFile, Exporter, NoticeOfCase, RunOfCase } from './content.ts'
import { readsOf } from './reads.ts'

/** As much as a case file takes: a case of twenty years has a tenth of it. */
export const limits = { lines: 20_000, notices: 100_000, tasks: 5_000, reads: 20_000 }
const atOnce = 500

/** Where a case is read from. */
export type CaseFileSources = { models: Models; temporal: Client }

/** What is told while a case is read: each run's history, the latest first, and how far it has come. */
export type Watcher = { onRun?: (run: Run) => Promise<void>; advance?: (steps: number) => void }

/** A case that cannot be taken out, and why: there is none, or its folder is there already. */
export class CaseFault extends Error {
  override name: string = 'CaseFault'
}

/** A case that is larger than a case file takes. */
export class CaseTooLarge extends CaseFault {
  override name = 'CaseTooLarge'
}

/** A project with the edition that it is pinned to; throws `CaseFault` if there is none of this id. */
export async function findCase({ projects, editions }: Models, id: string) {
  const project = await projects.findById(id).lean()
  const edition = project && (await editions.findById(project.editionHash).lean())
  if (!project || !edition) throw new CaseFault(`没有项目 ${id} · there is no project ${id}`)
  return { project, edition: { hash: edition._id, document: edition.document } }
}

/**
 * Reads a whole case as it stands now. Lines that come meanwhile are left out, as are the oldest reads where there are more
 * than it takes; throws `CaseFault` for a project that there is not, `CaseTooLarge` for one that is too large, and what
 * `runsBackwards` throws.
 */
export async function readCase(
  sources: CaseFileSources,
  id: string,
  { at, by }: { at: string; by: Exporter },
  watcher: Watcher = {},
): Promise<CaseContent> {
  const { models } = sources
  const { project, edition } = await findCase(models, id)
  const { _id, anchored: _, ...rest } = project
  const lines = await readLines(models, project, watcher)
  const runs = await readRuns(sources, id, watcher)
  const content = {
    format: 'zhigai-case',
    version: 1,
    exportedAt: at,
    exportedBy: by,
    project: { id: _id, ...rest },
    edition,
    applications: lines.flatMap(({ revision, at: when, application }) =>
      application ? [{ revision, at: when, application }] : [],
    ),
    lines: lines.map(({ _id: _line, ...line }) => line),
    snapshots: await readSnapshots(models, project),
    tasks: await readTasks(models, id),
    notices: await readNotices(models, id, watcher),
    ...(await readsOf(models, id, limits.reads)),
    certificate: await readCertificate(models, id),
    runs,
    anchors: await anchorsOf(models, id, runs),
  }
  return plain(content) as CaseContent
}

/** The JSON of a case file, as it is written and sent. */
export function textOf(file: CaseFile | object): string {
  return `${JSON.stringify(file, null, 1)}\n`
}

/** As it will be read again: instants as texts, nothing that is `undefined`. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

async function readLines({ history }: Models, { _id, revision }: ProjectRecord, { advance }: Watcher) {
  if (revision > limits.lines) throw tooLarge(_id, 'lines')
  const lines: HistoryRecord[] = []
  const cursor = history
    .find({ project: _id, revision: { $lte: revision } })
    .sort({ revision: 1 })
    .lean<HistoryRecord[]>()
    .cursor({ batchSize: atOnce })
  for await (const line of cursor) {
    lines.push(line)
    advance?.(1)
  }
  return lines
}

async function readSnapshots({ snapshots }: Models, { _id, revision }: ProjectRecord) {
  const found: CaseContent['snapshots'] = []
  const ids = Array.from({ length: revision }, (_, index) => `${_id}:${index + 1}`)
  for (let from = 0; from < ids.length; from += atOnce) {
    const part = await snapshots.find({ _id: { $in: ids.slice(from, from + atOnce) } }).lean()
    for (const { revision: of, at, state, editionHash } of part)
      found.push({ revision: of, at: at.toISOString(), digest: digestOf(state), editionHash })
  }
  return found.toSorted((a, b) => a.revision - b.revision)
}

async function readNotices(models: Models, project: string, { advance }: Watcher): Promise<NoticeOfCase[]> {
  const found: NoticeOfCase[] = []
  let part: NoticeRecord[] = []
  const flush = async () => {
    found.push(...(await withDelivery(models, part)))
    advance?.(part.length)
    part = []
  }
  const cursor = models.notices
    .find({ project })
    .sort({ at: 1, _id: 1 })
    .lean<NoticeRecord[]>()
    .cursor({ batchSize: atOnce })
  for await (const notice of cursor) {
    part.push(notice)
    if (part.length === atOnce) await flush()
    if (found.length > limits.notices) throw tooLarge(project, 'notices')
  }
  await flush()
  return found
}

/** Of a message no more than what became of it: it may have carried notices of others, too. */
async function withDelivery({ messages }: Models, notices: NoticeRecord[]): Promise<NoticeOfCase[]> {
  const ids = [...new Set(notices.flatMap(({ message }) => message ?? []))]
  const fields = { status: 1, attempts: 1, sentAt: 1 }
  const found = ids.length > 0 ? await messages.find({ _id: { $in: ids } }, fields).lean() : []
  const byId = new Map(found.map(({ _id, ...rest }) => [_id, rest]))
  return notices.map(
    (notice) => plain({ ...notice, delivery: byId.get(notice.message ?? '') ?? null }) as NoticeOfCase,
  )
}

async function readTasks({ tasks }: Models, project: string) {
  const found = await tasks
    .find({ project }, { _id: 0 })
    .limit(limits.tasks + 1)
    .lean()
  if (found.length > limits.tasks) throw tooLarge(project, 'tasks')
  return found.toSorted((a, b) => a.entry - b.entry || (a.task < b.task ? -1 : 1))
}

async function readCertificate({ certificates }: Models, project: string) {
  const found = await certificates.findOne({ project }).lean()
  if (!found) return null
  const { _id, enterprise, certifiedOn, completedOn, revokedOn } = found
  return { number: _id, enterprise, certifiedOn, completedOn, revokedOn }
}

async function readRuns(
  sources: CaseFileSources,
  id: string,
  { onRun, advance }: Watcher,
): Promise<RunOfCase[]> {
  const runs: Omit<RunOfCase, 'number'>[] = []
  for await (const run of runsBackwards(sources, id)) {
    runs.push(describeRun(run))
    await onRun?.(run)
    advance?.(1)
  }
  return runs.toReversed().map((run, index) => ({ number: index + 1, ...run }))
}

function describeRun({ runId, previous, kept, history }: Run): Omit<RunOfCase, 'number'> {
  const closing = closingOf(history, runId)
  return {
    runId,
    previous,
    restart: inputOf(history)?.restart ?? null,
    startedAt: instantOf(history.events?.[0] ?? {}).toISOString(),
    end: closing?.end ?? null,
    closedAt: closing?.closedAt.toISOString() ?? null,
    events: history.events?.length ?? 0,
    archive: kept?.archive ?? digestOfBytes(encodeHistory(history)),
    kept: kept !== null,
  }
}

function tooLarge(id: string, what: keyof typeof limits): CaseTooLarge {
  return new CaseTooLarge(
    `项目 ${id} 超出案卷上限 · ${id} has more ${what} than a case file takes (${limits[what]})`,
  )
}
