import { Client, Connection } from '@temporalio/client'
import { createActivities } from '../../activities/index.ts'
import { fetchStart, predecessorOf } from '../../evidence/archive/histories.ts'
import { createClient, type ApiClient } from '../../local/client.ts'
import { people } from '../../local/demo/people.ts'
import { connectModels, type Models } from '../../models/index.ts'
import { lineOf } from '../../policy/integrity/chain.ts'
import { openIssuer, type TokenSubject } from '../../portal/issuer.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { withBar } from './bar.ts'
import { startCases } from './cases.ts'
import { certifiedMs, type Certified, type Rules } from './certified.ts'
import { openInstallation } from './installation.ts'
import { playEvents, playYears, recordsOf, type LongCase } from './long-case.ts'
import { percentile } from './measure.ts'
import { rulesInForce } from './office.ts'
import { printTable } from './report.ts'

type Options = { reads: number; sizes: number[]; moves: number[] }
type Desk = { models: Models; temporal: Client; rules: Rules; client: ApiClient }
type Page = { items: { kind: string }[]; next: string | null }

const officer: TokenSubject = { ...people.district('江津区'), user: 'bench-officer' }

/**
 * Measures the first page of the history of a case of five years against a plain read of the project, in turns, and what an
 * event costs whoever reads a whole history, as histories grow.
 */
export async function benchHistory({ reads, sizes, moves }: Options): Promise<void> {
  const installation = await openInstallation()
  const { config } = installation
  try {
    await installation.start(new URL('../../server/api.js', import.meta.url), {})
    await installation.start(new URL('../../server/worker.js', import.meta.url), {})
    const [connection, models, issuer] = await Promise.all([
      Connection.connect({ address: config.temporalAddress }),
      connectModels(config.mongodbUri),
      openIssuer(config.dataDir),
    ])
    const temporal = new Client({ connection, namespace: config.temporalNamespace })
    const client = createClient(config.publicUrl, issuer)
    const desk = { models, temporal, rules: await rulesInForce(models), client }
    await compareFirstPages(desk, reads)
    await compareSizes(desk, sizes)
    await compareRuns(desk, moves)
    await Promise.all([connection.close(), models.connection.close()])
  } finally {
    await installation.close()
  }
}

async function compareFirstPages(desk: Desk, reads: number): Promise<void> {
  const id = 'p-history-years'
  const { tellings, ...played } = playYears(desk.rules, id)
  const records = await record(desk, { tellings, ...played })
  const path = `/api/v1/projects/${id}`
  const calls = [
    ['project', officer, path],
    ['officer', officer, `${path}/history`],
    ['admin', people.administrator, `${path}/history`],
  ] as const
  const found = calls.map((): number[] => [])
  for (let round = 0; round < reads; round += 1)
    for (const [index, [, as, address]] of calls.entries())
      found[index]?.push(await timed(() => desk.client.expectOk('GET', address, { as })))
  const notices = await desk.models.notices.countDocuments({ project: id })
  printTable(
    `a case of five years: ${records.length} events, ${notices} notices; a plain read, and the first page of its history`,
    calls.map(([name]) => name),
    [0.5, 0.99].map((share) => [`p${share * 100}, ms`, ...found.map((times) => percentile(times, share))]),
  )
}

async function compareSizes(desk: Desk, sizes: number[]): Promise<void> {
  const costs: number[] = []
  for (const [index, events] of sizes.entries()) {
    const id = `p-history-${events}`
    await recordAtOnce(desk, playEvents(desk.rules, id, { enterprise: index + 2, events }))
    const walks: number[] = []
    for (let round = 0; round < 5; round += 1) walks.push(await timed(() => readAll(desk, id, events)))
    costs.push((percentile(walks, 0.5) * 1000) / events)
  }
  printTable('a whole history, page by page', sizes.map(String), [['per event, µs', ...costs]])
}

/** Has one case live through more and more events, and counts what its engine keeps of them, run by run. */
async function compareRuns(desk: Desk, moves: number[]): Promise<void> {
  const id = 'p-history-runs'
  const most = Math.max(...moves)
  await record(desk, playEvents(desk.rules, id, { enterprise: 99, events: 8 }))
  const found: Lengths[] = []
  await withBar('办理 events', most, async (tick) => {
    for (let made = 1; made <= most; made += 1) {
      await takeTurn(desk, id)
      if (moves.includes(made)) found.push(await lengthsOf(desk, id))
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
async function takeTurn({ client }: Desk, id: string): Promise<void> {
  const path = `/api/v1/projects/${id}`
  const project: { actions: { type: string }[] } = await client.expectOk('GET', path, { as: officer })
  const type = project.actions.some((action) => action.type === 'claim') ? 'claim' : 'release'
  await client.expectOk('POST', `${path}/events`, { as: officer, body: { type } })
}

/** How many events the engine keeps of each run of a case, the latest first. */
async function lengthsOf({ temporal }: Desk, id: string): Promise<Lengths> {
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

async function readAll({ client }: Desk, id: string, events: number): Promise<void> {
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
async function record({ models, temporal, rules }: Desk, played: LongCase): Promise<StepRecord[]> {
  const { tellings, input } = played
  await startCases(temporal, [standing(rules, played)], 1)
  const { runId } = await temporal.workflow.getHandle(projectWorkflowId(input.project)).describe()
  const records = recordsOf(rules, played, runId)
  const activities = createActivities(models, temporal)
  await withBar('写入项目 the record', records.length + tellings.length, async (tick) => {
    for (const each of records) {
      await activities.recordStep(each)
      tick()
    }
    for (const each of tellings) {
      await activities.tell(each)
      tick()
    }
  })
  return records
}

/** A case as its workflow goes on with it, a minute after its last step, from the last link of its chain. */
function standing(rules: Rules, played: LongCase): Pick<Certified, 'input'> {
  const { steps, input } = played
  const { state, atMs } = steps.at(-1) ?? unreachable()
  const head = recordsOf(rules, played, 'bench').at(-1)?.seal.link ?? null
  const carried = { receipts: [], ...input.carried, state, filedAt: certifiedMs, lastAt: atMs, head }
  return { input: { ...input, carried, clockOffset: atMs + 60_000 - Date.now() } }
}

/** Puts a case on record whose lines in between are written in one go. */
async function recordAtOnce({ models, temporal, rules }: Desk, played: LongCase): Promise<void> {
  const records = recordsOf(rules, played, 'bench')
  const activities = createActivities(models, temporal)
  const ends = records.filter(
    ({ effects }, index) => index === 0 || effects.length > 0 || index === records.length - 1,
  )
  for (const each of ends) await activities.recordStep(each)
  const between = records.filter((each) => !ends.includes(each))
  await models.history.insertMany(
    between.map(({ project, entry, state, at, request, seal, run }) => ({
      ...lineOf(entry, state, { project, at, request }),
      ...seal,
      _id: `${project}:${entry.revision}`,
      at: new Date(at),
      run,
    })),
  )
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

function unreachable(): never {
  throw new RangeError('a project begins with a filing')
}
