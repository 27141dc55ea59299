import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client'
import { bundleWorkflows } from '../../server/bundle.ts'
import { createClient, type ProjectReply } from '../../local/client.ts'
import { preparation } from '../../local/demo/filing.ts'
import { people } from '../../local/demo/people.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'
import { connectModels, type Models } from '../../models/index.ts'
import { openIssuer, type TokenSubject } from '../../portal/issuer.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { bareQueue } from './bare-queue.ts'
import { advance, bare, begun } from './bare-workflow.ts'
import { endOf, openInstallation } from './installation.ts'
import { joinRounds, measureRound, type Round, type Side } from './measure.ts'
import { printComparison, type Shape } from './report.ts'

type Options = { count: number; rounds: number; atOnce: number }
type Installation = Awaited<ReturnType<typeof openInstallation>>

/** The events of a large project after its filing: the longest way without a detour. */
const events = 6

/**
 * Measures whole lifecycles over HTTP against bare workflows with as many updates, in turns, on the same server, in one
 * run: once with all cases in the worker's memory, once with none.
 */
export async function benchLifecycle(options: Options): Promise<void> {
  const installation = await openInstallation()
  try {
    const bundle = join(installation.config.dataDir, 'bare.js')
    await bundleWorkflows(bundle, fileURLToPath(new URL('./bare-workflow.js', import.meta.url)))
    const api = await installation.start(new URL('../../server/api.js', import.meta.url), {})
    // Cold: what is at work fits into the worker's memory, and a case is out of it before its next event comes.
    const modes = { warm: {}, cold: { WORKFLOW_CACHE: String(options.atOnce * 2) } }
    for (const [mode, environment] of Object.entries(modes)) {
      const worker = await installation.start(new URL('../../server/worker.js', import.meta.url), environment)
      const bareWorker = await installation.start(new URL('./bare-worker.js', import.meta.url), environment, [
        bundle,
      ])
      const pids = { ...installation.pids, driver: process.pid }
      await compare(mode, installation, options, {
        bare: { ...pids, worker: bareWorker.pid ?? 0 },
        product: { ...pids, worker: worker.pid ?? 0, api: api.pid ?? 0 },
      })
      await Promise.all([endOf(worker), endOf(bareWorker)])
    }
  } finally {
    await installation.close()
  }
}

type Pids = Record<'bare' | 'product', Record<string, number>>

/** So many lifecycles are taken one event at a time. */
const alone = 8

async function compare(
  mode: string,
  { config }: Installation,
  { count, rounds, atOnce }: Options,
  pids: Pids,
): Promise<void> {
  const connection = await Connection.connect({ address: config.temporalAddress })
  const temporal = new Client({ connection, namespace: config.temporalNamespace })
  const models = await connectModels(config.mongodbUri)
  const counters = () => countersOf(models)
  const sides = { bare: bareSide(temporal), product: await productSide(config) }
  const measure = (side: keyof Pids, how: { count: number; atOnce: number }): Promise<Round> =>
    side === 'bare'
      ? measureRound({ ...how, pids: pids.bare, counters }, sides.bare)
      : measureRound({ ...how, pids: pids.product, counters }, sides.product)
  const both = async (how: { count: number; atOnce: number }) => ({
    bare: await measure('bare', how),
    product: await measure('product', how),
  })
  await both({ count: atOnce, atOnce })
  const found: Record<keyof Pids, Round>[] = []
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`${mode} ${round}/${rounds}`)
    found.push(await both({ count, atOnce }))
  }
  const joined = {
    bare: joinRounds(found.map(({ bare: round }) => round)),
    product: joinRounds(found.map(({ product }) => product)),
  }
  printComparison(mode, joined, {
    alone: await both({ count: alone, atOnce: 1 }),
    shapes: {
      bare: await shapeOf(temporal, sides.bare.last()),
      product: await shapeOf(temporal, projectWorkflowId(sides.product.last())),
    },
    events: events + 1,
  })
  await Promise.all([connection.close(), models.connection.close()])
}

/** What MongoDB counts of its own: how often its journal was synced to disk, and transactions that came to nothing. */
async function countersOf({ connection }: Models): Promise<Record<string, number>> {
  const status = await connection.db?.command({ serverStatus: 1 })
  return {
    'journal syncs': Number(status?.['wiredTiger']?.log?.['log sync operations']),
    'aborted transactions': Number(status?.['transactions']?.totalAborted),
  }
}

function bareSide(temporal: Client): Side<string> & { last: () => string } {
  let last = ''
  async function prepare(): Promise<string> {
    last = `bare/${randomUUID()}`
    return last
  }
  function begin(workflowId: string): Promise<number> {
    const startWorkflowOperation = new WithStartWorkflowOperation(bare, {
      workflowId,
      taskQueue: bareQueue,
      args: [{ steps: events }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    })
    return temporal.workflow.executeUpdateWithStart(begun, { startWorkflowOperation })
  }
  const step = (to: number) => (id: string) =>
    temporal.workflow.getHandle(id).executeUpdate(advance, { args: [{ step: to }] })
  const steps = Array.from({ length: events }, (_, index) => step(index + 1))
  return { prepare, last: () => last, events: [begin, ...steps] }
}

type People = Record<'applicant' | 'district' | 'municipal', TokenSubject>
type OpenCase = { id: string; application: object; people: People }

let serial = 0

async function productSide(config: Installation['config']): Promise<Side<OpenCase> & { last: () => string }> {
  const client = createClient(config.publicUrl, await openIssuer(config.dataDir))
  let last = ''
  async function prepare(): Promise<OpenCase> {
    serial += 1
    const { enterprise, application } = syntheticCase('渝北区', 4, serial)
    await client.expectOk('PUT', `/api/v1/enterprises/${enterprise.uscc}`, {
      as: people.administrator,
      body: enterprise,
    })
    const applicant = people.enterprise(enterprise.uscc)
    const district = { ...people.district(application.district), user: `district-${serial}` }
    const municipal = { ...people.municipal, user: `municipal-${serial}` }
    return { id: '', application, people: { applicant, district, municipal } }
  }
  async function file(opened: OpenCase): Promise<void> {
    const filing = { as: opened.people.applicant, body: opened.application }
    const { id } = await client.expectOk<ProjectReply>('POST', '/api/v1/projects', filing)
    opened.id = id
    last = id
  }
  const send = (by: keyof People, body: object) => (opened: OpenCase) =>
    client.expectOk('POST', `/api/v1/projects/${opened.id}/events`, { as: opened.people[by], body })
  const decided = (by: keyof People) => [send(by, { type: 'claim' }), send(by, { type: 'approve' })]
  return {
    prepare,
    last: () => last,
    events: [
      file,
      ...preparation.map((body) => send('applicant', body)),
      ...decided('district'),
      ...decided('municipal'),
    ],
  }
}

async function shapeOf(temporal: Client, workflowId: string): Promise<Shape> {
  const { events: lines = [] } = await temporal.workflow.getHandle(workflowId).fetchHistory()
  const tasks =
    lines?.filter(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes) ?? []
  return { historyEvents: lines?.length ?? 0, workflowTasks: tasks.length }
}
