import type {
  CertificateRecord,
  HistoryRecord,
  Models,
  ProjectRecord,
  RunRecord,
  SnapshotRecord,
} from '../../models/index.ts'

/** All that the record has of one case, whether it belongs together or not. */
export type CaseRecords = {
  project: string
  record: ProjectRecord | null
  lines: HistoryRecord[]
  snapshots: SnapshotRecord[]
  runs: RunRecord[]
  certificates: CertificateRecord[]
}

/** The documents of one case in one collection. */
type Group<T> = { project: string; items: T[] }
type Page<T> = (filter: Range, limit: number) => Promise<T[]>
type Range = { $gt: string } | { $eq: string }

const pageSize = 500
const projectsAPage = 200

/**
 * Every case of which any collection knows, one after the other in the order of their ids, with no more in memory than a page of
 * each collection and one case.
 */
export async function* casesOf(models: Models): AsyncGenerator<CaseRecords> {
  const pages = pagesOf(models)
  const streams = {
    record: openGroups(pages.record, projectsAPage, ({ _id }) => _id),
    lines: openGroups(pages.lines, pageSize, ({ project }) => project),
    snapshots: openGroups(pages.snapshots, pageSize, ({ project }) => project),
    runs: openGroups(pages.runs, pageSize, ({ project }) => project),
    certificates: openGroups(pages.certificates, pageSize, ({ project }) => project),
  }
  for (;;) {
    const next = await Promise.all([
      streams.record.peek(),
      streams.lines.peek(),
      streams.snapshots.peek(),
      streams.runs.peek(),
      streams.certificates.peek(),
    ])
    const [project] = next.flatMap((group) => group?.project ?? []).toSorted(compareBytes)
    if (project === undefined) return
    yield {
      project,
      record: streams.record.take(project)[0] ?? null,
      lines: streams.lines.take(project),
      snapshots: streams.snapshots.take(project),
      runs: streams.runs.take(project),
      certificates: streams.certificates.take(project),
    }
  }
}

/** All that the record has of one case now. */
export async function readCase(models: Models, project: string): Promise<CaseRecords> {
  const pages = pagesOf(models)
  const only = { $eq: project }
  const [[record = null], lines, snapshots, runs, certificates] = await Promise.all([
    pages.record(only, 1),
    pages.lines(only, 0),
    pages.snapshots(only, 0),
    pages.runs(only, 0),
    pages.certificates(only, 0),
  ])
  return { project, record, lines, snapshots, runs, certificates }
}

function pagesOf({ projects, history, snapshots, runs, certificates }: Models) {
  return {
    record: (_id: Range, limit: number): Promise<ProjectRecord[]> =>
      projects.find({ _id }).sort({ _id: 1 }).limit(limit).lean(),
    lines: (project: Range, limit: number): Promise<HistoryRecord[]> =>
      history.find(of(project)).sort({ project: 1, revision: 1 }).limit(limit).lean(),
    snapshots: (project: Range, limit: number): Promise<SnapshotRecord[]> =>
      snapshots.find(of(project)).sort({ project: 1, at: 1, revision: 1 }).limit(limit).lean(),
    runs: (project: Range, limit: number): Promise<RunRecord[]> =>
      runs.find(of(project)).sort({ project: 1, startedAt: 1, _id: 1 }).limit(limit).lean(),
    certificates: (project: Range, limit: number): Promise<CertificateRecord[]> =>
      certificates.find(of(project)).sort({ project: 1, _id: 1 }).limit(limit).lean(),
  }
}

/** Of documents whose name or project is no text `findNameless` tells. */
function of(project: Range) {
  return { project: { ...project, $not: { $type: 'array' } }, _id: { $type: 'string' } } as const
}

/** The groups of a collection, of which the next can be looked at before it is taken. */
function openGroups<T>(page: Page<T>, limit: number, projectOf: (item: T) => string) {
  const groups = groupsOf(page, limit, projectOf)
  let next: Group<T> | null | undefined
  return {
    async peek(): Promise<Group<T> | null> {
      if (next === undefined) {
        const { value, done } = await groups.next()
        next = done ? null : value
      }
      return next
    },
    take(project: string): T[] {
      if (!next || next.project !== project) return []
      const { items } = next
      next = undefined
      return items
    },
  }
}

async function* groupsOf<T>(
  page: Page<T>,
  limit: number,
  projectOf: (item: T) => string,
): AsyncGenerator<Group<T>, undefined> {
  for (let after = ''; ;) {
    const items = await page({ $gt: after }, limit)
    const groups = groupBy(items, projectOf)
    const last = [...groups.keys()].at(-1)
    if (last === undefined) return undefined
    // The page may have cut the last group.
    if (items.length === limit) groups.set(last, await page({ $eq: last }, 0))
    for (const [project, group] of groups) yield { project, items: group }
    if (items.length < limit) return undefined
    after = last
  }
}

function groupBy<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** The order in which MongoDB has texts. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
