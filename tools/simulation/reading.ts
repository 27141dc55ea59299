import type { Models } from '../../models/index.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import type { PlayedCase, CaseStage } from './case.ts'
import type { MonthCounts, Result } from './result.ts'
import { tallyDistricts, tallyNotices, tallyStages, totalOf } from './tallies.ts'

/** Cases whose records are read in one go. */
const batchSize = 200

/** What was played, beside what the record says of it. */
export type Played = {
  stage: CaseStage
  year: number
  from: string
  through: string
  cases: readonly PlayedCase[]
}

/** Reads what a played year has shown off the record, a batch of cases at a time. */
export async function readResult({ stage, year, from, through, cases }: Played): Promise<Result> {
  const { edition, hash, country } = stage.deps.editions.current
  const { title, answeredWithin } = stage.behaviour
  const districts = tallyDistricts(edition)
  const stages = tallyStages(edition, country)
  const notices = tallyNotices(edition, country, answeredWithin)
  const months = tallyMonths(from, through)
  for (const { id, project } of cases)
    if (id === null && project.fileOn <= through) districts.refuse(project.application.district)
  await readBatches(stage.deps.models, cases, (batch) => {
    for (const project of batch.projects) {
      districts.add(project)
      months.add('filed', shanghaiDate(project.filedAt.getTime()))
    }
    for (const { certifiedOn } of batch.certificates) months.add('certified', certifiedOn)
    for (const { on } of batch.history) months.add('events', on)
    for (const task of batch.tasks) stages.add(task)
    const closedOn = new Map(batch.tasks.map((task) => [task._id, task.closedOn]))
    for (const notice of batch.notices) notices.add(notice, closedOn)
  })
  const rows = districts.read()
  return {
    edition: { id: edition.id, hash, title: edition.title },
    behaviour: { title, answeredWithin },
    year,
    seed: stage.seed,
    from,
    through,
    projects: cases.length,
    unfiled: cases.filter(({ project }) => project.fileOn > through).length,
    events: cases.reduce((sum, { events }) => sum + events, 0),
    districts: rows,
    total: totalOf(rows),
    refusals: countRefusals(cases),
    ...notices.read(),
    stages: stages.read(),
    months: months.read(),
  }
}

type Batch = Awaited<ReturnType<typeof readBatch>>

async function readBatches(
  models: Models,
  cases: readonly PlayedCase[],
  take: (batch: Batch) => void,
): Promise<void> {
  const ids = cases.flatMap(({ id }) => id ?? [])
  for (let at = 0; at < ids.length; at += batchSize)
    take(await readBatch(models, ids.slice(at, at + batchSize)))
}

async function readBatch({ projects, certificates, history, tasks, notices }: Models, ids: string[]) {
  const ofThese = { project: { $in: ids } }
  const [filed, numbered, lines, done, told] = await Promise.all([
    projects.find({ _id: { $in: ids } }, { district: 1, outcome: 1, filedAt: 1 }).lean(),
    certificates.find(ofThese, { certifiedOn: 1 }).lean(),
    history.find(ofThese, { on: 1 }).lean(),
    tasks.find(ofThese).lean(),
    notices.find(ofThese).lean(),
  ])
  return { projects: filed, certificates: numbered, history: lines, tasks: done, notices: told }
}

function countRefusals(cases: readonly PlayedCase[]): Result['refusals'] {
  const counts = new Map<string, Result['refusals'][number]>()
  for (const refused of cases.flatMap(({ refusals }) => refusals)) {
    const key = `${refused.tried} ${refused.code}`
    counts.set(key, { ...refused, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

/** What came about in each month; read so that filings and certificates are the sums so far. */
function tallyMonths(from: string, through: string) {
  const months = new Map<string, Omit<MonthCounts, 'month'>>()
  const first = Number(from.slice(5, 7))
  for (let month = first; month <= Number(through.slice(5, 7)); month += 1)
    months.set(`${from.slice(0, 5)}${String(month).padStart(2, '0')}`, { filed: 0, certified: 0, events: 0 })
  return {
    add(what: keyof Omit<MonthCounts, 'month'>, on: string): void {
      const month = months.get(on.slice(0, 7))
      if (month) month[what] += 1
    },
    read(): MonthCounts[] {
      const sum = { filed: 0, certified: 0 }
      return [...months].map(([month, { filed, certified, events }]) => {
        sum.filed += filed
        sum.certified += certified
        return { month, ...sum, events }
      })
    },
  }
}
