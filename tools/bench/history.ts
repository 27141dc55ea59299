import { createActivities } from '../../activities/index.ts'
import { fetchStart, predecessorOf } from '../../evidence/archive/histories.ts'
import { people } from '../../local/demo/people.ts'
import type { TokenSubject } from '../../portal/issuer.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { withBar } from './bar.ts'
import { startCases } from './cases.ts'
import {
  certifiedMs,
  district,
  lastOf,
  recordCertified,
  recordsOf,
  type Certified,
  type Rules,
} from './certified.ts'
import { playEvents, playYears, type LongCase } from './long-case.ts'
import { percentile } from './measure.ts'
import { withOffice, type Office } from './office.ts'
import { printTable } from './report.ts'

type Options = { reads: number; sizes: number[]; moves: number[] }
type Page = { items: { kind: string }[]; next: string | null }

const officer: TokenSubject = { ...people.district(district), user: 'bench-officer' }

/**
 * Measures the first page of the history of a case of five years against a plain read of the project, in turns, and what an
 * event costs whoever reads a whole history, as histories grow.
 */
export function benchHistory({ reads, sizes, moves }: Options): Promise<void> {
  return withOffice(async (office) => {
    await compareFirstPages(office, reads)
    await compareSizes(office, sizes)
    await compareRuns(office, moves)
  })
}

async function compareFirstPages(office: Office, reads: number): Promise<void> {
  const id = 'p-history-years'
  const { batches, ...played } = playYears(office.rules, id)
  const records = await record(office, { batches, ...played })
  const path = `/api/v1/projects/${id}`
  const calls = [
    ['project', officer, path],
    ['officer', officer, `${path}/history`],
    ['admin', people.administrator, `${path}/history`],
  ] as const
  const found = calls.map((): number[] => [])
  for (let round = 0; round < reads; round += 1)
    for (const [index, [, as, address]] of calls.entries())
      found[index]?.push(await timed(() => office.client.expectOk('GET', address, { as })))
  const notices = await office.models.notices.countDocuments({ project: id })
  printTable(
    `a case of five years: ${records.length} events, ${notices} notices; a plain read, and the first page of its history`,
    calls.map(([name]) => name),
    [0.5, 0.99].map((share) => [`p${share * 100}, ms`, ...found.map((times) => percentile(times, share))]),
  )
}

async function compareSizes(office: Office, sizes: number[]): Promise<void> {
  const costs: number[] = []
  for (const [index, events] of sizes.entries()) {
    const id = `p-history-${events}`
    const { steps } = playEvents(office.rules, id, { enterprise: index + 2, events })
    await recordCertified(office.models, [{ records: recordsOf(office.rules, id, steps) }])
    const walks: number[] = []
    for (let round = 0; round < 5; round += 1) walks.push(await timed(() => readAll(office, id, events)))
    costs.push((percentile(walks, 0.5) * 1000) / events)
  }
  printTable('a whole history, page by page', sizes.map(String), [['per event, µs', ...costs]])
}

/** Has one case live through more and more events, and counts what its engine keeps of them, run by run. */
async function compareRuns(office: Office, moves: number[]): Promise<void> {
  const id = 'p-history-runs'
  const most = Math.max(...moves)
  await record(office, playEvents(office.rules, id, { enterprise: 99, events: 8 }))
  const found: Lengths[] = []
  await withBar('办理 events', most, async (tick) => {
    for (let made = 1; made <= most; made += 1) {
      await takeTurn(office, id)
      if (moves.includes(made)) found.push(await lengthsOf(office, id))
      tick()
    }
  })
  printTable("the engine's events of a case, run by run", moves.map(String), [
    ['runs', ...found.map(({ length }) => length)],
    ['events of the longest run', ...found.map((lengths) => Math.max(...lengths))],
    ['events in all', ...found.map(sum)],
    ['per event of the case', ...found.map((lengths, index) => sum(lengths) / (moves[index] ?? 1))],
  ])
}

/** The numbers of events of each run. */
type Lengths = number[]

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

/** An officer takes the case up, or lays it down again. */
async function takeTurn({ client }: Office, id: string): Promise<void> {
  const path = `/api/v1/projects/${id}`
  const project: { actions: { type: string }[] } = await client.expectOk('GET', path, { as: officer })
  const type = project.actions.some((action) => action.type === 'claim') ? 'claim' : 'release'
  await client.expectOk('POST', `${path}/events`, { as: officer, body: { type } })
}

/** How many events the engine keeps of each run of a case, the latest first. */
async function lengthsOf({ temporal }: Office, id: string): Promise<Lengths> {
  const lengths: Lengths = []
  const workflowId = projectWorkflowId(id)
  for (let runId: string | null | undefined; runId !== null;) {
    const described = await temporal.workflow.getHandle(workflowId, runId).describe()
    lengths.push(described.historyLength)
    const start = await fetchStart(temporal, id, described.runId)
    runId = start && predecessorOf(start)
  }
  return lengths
}

async function readAll({ client }: Office, id: string, events: number): Promise<void> {
  let seen = 0
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `kind=event&limit=100${cursor && `&cursor=${cursor}`}`
    const page: Page = await client.expectOk('GET', `/api/v1/projects/${id}/history?${query}`, {
      as: officer,
    })
    seen += page.items.length
    cursor = page.next
  }
  if (seen !== events) throw new Error(`${seen} of ${events} events were told`)
}

/** Starts the workflow of a case where it stands, and puts all that came before on record, step by step. */
async function record({ models, temporal, rules }: Office, played: LongCase): Promise<StepRecord[]> {
  const { batches, input } = played
  await startCases(temporal, [standing(rules, played)], 1)
  const { runId } = await temporal.workflow.getHandle(projectWorkflowId(input.project)).describe()
  const records = recordsOf(rules, input.project, played.steps, runId)
  const activities = createActivities(models, temporal)
  await withBar('写入项目 the record', records.length + batches.length, async (tick) => {
    for (const each of records) {
      await activities.recordSteps([each])
      tick()
    }
    for (const each of batches) {
      await activities.notify(each)
      tick()
    }
  })
  return records
}

/** A case as its workflow goes on with it, a minute after its last step, from the last link of its chain. */
function standing(rules: Rules, played: LongCase): Pick<Certified, 'input'> {
  const { steps, input } = played
  const { state, atMs } = lastOf(steps)
  const head = lastOf(recordsOf(rules, input.project, steps)).seal.link
  const carried = {
    receipts: [],
    unrecorded: [],
    ...input.carried,
    state,
    filedAt: certifiedMs,
    lastAt: atMs,
    head,
  }
  return { input: { ...input, carried, clockOffset: atMs + 60_000 - Date.now() } }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
