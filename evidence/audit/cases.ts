import { nextIds } from '../archive/cases.ts'
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

/** So many documents of a collection are looked at to find the next cases: of these, and of one case at the least, all is in memory. */
const size = 500
/** Of documents whose name or project is no text `findNameless` tells. */
const named = { project: { $not: { $type: 'array' } }, _id: { $type: 'string' } } as const

/** Every case of which any collection knows, one after the other in the order of their ids. */
export async function* casesOf(models: Models): AsyncGenerator<CaseRecords> {
  for (let after: string | null = ''; after !== null;) {
    const next: Awaited<ReturnType<typeof nextCases>> = await nextCases(models, after)
    yield* await readCases(models, next.ids)
    after = next.last
  }
}

/** The next cases after an id, and the last id up to which there are no others; null at the end. */
async function nextCases({ projects, history, snapshots, runs, certificates }: Models, after: string) {
  const place = { field: 'project', after, size }
  const pages = await Promise.all([
    nextIds(projects, { ...place, field: '_id' }),
    nextIds(history, place, named),
    nextIds(snapshots, place, named),
    nextIds(runs, place, named),
    nextIds(certificates, place, named),
  ])
  // Beyond the first page that ends, others may have cases that it has not told yet.
  const last = pages.flatMap(({ next }) => next ?? []).toSorted(compareBytes)[0] ?? null
  const ids = new Set(pages.flatMap((page) => page.ids))
  const safe = [...ids].filter((id) => last === null || compareBytes(id, last) <= 0)
  return { ids: safe.toSorted(compareBytes), last }
}

/** All that the record has of some cases now. */
export async function readCases(models: Models, ids: string[]): Promise<CaseRecords[]> {
  const of = { ...named, project: { ...named.project, $in: ids } }
  const [projects, lines, snapshots, runs, certificates] = await Promise.all([
    models.projects.find({ _id: { $in: ids } }).lean(),
    models.history.find(of).sort({ project: 1, revision: 1 }).lean(),
    models.snapshots.find(of).sort({ project: 1, at: 1, revision: 1 }).lean(),
    models.runs.find(of).sort({ project: 1, startedAt: 1, _id: 1 }).lean(),
    models.certificates.find(of).sort({ project: 1, _id: 1 }).lean(),
  ])
  const records = new Map(projects.map((record) => [record._id, record]))
  const [linesOf, snapshotsOf] = [Map.groupBy(lines, projectOf), Map.groupBy(snapshots, projectOf)]
  const [runsOf, certificatesOf] = [Map.groupBy(runs, projectOf), Map.groupBy(certificates, projectOf)]
  return ids.map((project) => ({
    project,
    record: records.get(project) ?? null,
    lines: linesOf.get(project) ?? [],
    snapshots: snapshotsOf.get(project) ?? [],
    runs: runsOf.get(project) ?? [],
    certificates: certificatesOf.get(project) ?? [],
  }))
}

function projectOf({ project }: { project: string }): string {
  return project
}

/** The order in which MongoDB has texts. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
