import { randomUUID } from 'node:crypto'
import pMap from 'p-map'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import type { Models } from '../../models/index.ts'
import {
  decodeHistory,
  encodeHistory,
  runsOf,
  type History,
  type Run,
} from '../../evidence/archive/histories.ts'
import { keepRun, type ArchiveSources } from '../../evidence/archive/keep.ts'
import {
  emptyReconcileTally,
  reconcileSome,
  type ReconcileTally,
} from '../../evidence/archive/reconcile-all.ts'
import { people } from '../../local/demo/people.ts'
import { withBar } from './bar.ts'
import { withOffice, type Office } from './office.ts'
import { submitted } from './officers.ts'
import { printTable } from './report.ts'

const atOnce = 8

/** Measures how many cases a second are compared with their archived histories, and rebuilt from them, at several sizes. */
export function benchReconcile({ sizes }: { sizes: number[] }): Promise<void> {
  return withOffice(async (office) => printSeen(await measureSizes(office, await liveOnce(office), sizes)))
}

type Seen = { size: number; rebuilt: number; compared: number }
/** A case that has lived, from which others are made. */
type Pattern = { project: string; number: string; runs: Run[] }

async function measureSizes(sources: ArchiveSources, pattern: Pattern, sizes: number[]): Promise<Seen[]> {
  const seen: Seen[] = []
  const ids: string[] = []
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const fresh = Array.from({ length: size - ids.length }, () => randomUUID())
    const made = fresh.map((id) => `p-${id}`.slice(0, pattern.project.length))
    await withBar(`复制历史 histories: ${size}`, made.length, (tick) => {
      const keep = async (id: string, index: number) => {
        await keepCopy(sources.models, pattern, id, ids.length + index)
        tick()
      }
      return pMap(made, keep, { concurrency: atOnce })
    })
    const rebuilt = await rate(sources, made, true)
    ids.push(...made)
    seen.push({ size, rebuilt, compared: await rate(sources, ids, false) })
  }
  return seen
}

/** What two administrators would have agreed to. */
const order = { operation: 'bench', by: 'bench', approvedBy: 'bench', reason: 'a benchmark' }

/** Cases a second; throws if a case is not as it should be. */
async function rate(sources: ArchiveSources, ids: string[], repair: boolean): Promise<number> {
  const tally: ReconcileTally = emptyReconcileTally()
  const { signal } = new AbortController()
  const begun = performance.now()
  await withBar(repair ? '重建 rebuild' : '核对 compare', ids.length, (tick) =>
    reconcileSome(sources, ids, {
      signal,
      tally,
      options: { repair: repair ? order : null, keep: false, known: new Set(), by: 'bench' },
      onCase: () => tick(),
    }),
  )
  if (tally.unreadable > 0 || tally.differences !== tally.repaired)
    throw new Error(`cases are not as they should be: ${JSON.stringify(tally)}`)
  return (ids.length * 1000) / (performance.now() - begun)
}

/** A small project from its filing to its end, through the API. */
async function liveOnce({ client, ...sources }: Office): Promise<Pattern> {
  const { id, application } = await submitted(client, 1)
  const applicant = people.enterprise(application.uscc)
  const officer = people.district(application.district)
  const send = (as: typeof officer, body: object) =>
    client.expectOk('POST', `/api/v1/projects/${id}/events`, { as, body })
  await send(officer, { type: 'claim' })
  await send(officer, { type: 'approve' })
  const { startOn, effects } = application
  await send(applicant, { type: 'complete', completedOn: startOn, effects })
  await sources.temporal.workflow.getHandle(`project/${id}`).result()
  const record = await sources.models.projects.findById(id).lean()
  const runs = await runsOf(sources, id)
  return { project: id, number: record?.certificate ?? '', runs }
}

/** Keeps the histories of a case that is the same but for its names. */
async function keepCopy(models: Models, pattern: Pattern, project: string, serial: number): Promise<void> {
  const runIds = new Map(pattern.runs.map(({ runId }) => [runId, randomUUID()]))
  const [body = ''] = /-\d+-\w$/.exec(pattern.number) ?? []
  const prefix = pattern.number.slice(0, pattern.number.length - body.length)
  const cut = prefix.lastIndexOf('-')
  const names = [
    [pattern.project, project],
    [pattern.number, certificateNumber(prefix.slice(0, cut), prefix.slice(cut + 1), serial + 2)],
    ...runIds,
  ] as const
  for (const { runId: of, history } of pattern.runs) {
    const runId = runIds.get(of) ?? ''
    await keepRun({ models }, { project, runId, history: renamed(history, { runId, names }) })
  }
}

/** The history of another run, in which every payload says other names; the application gets a name and a site of its own. */
function renamed(
  history: History,
  { runId, names }: { runId: string; names: readonly (readonly [string, string])[] },
): History {
  const copy = decodeHistory(encodeHistory(history))
  const started = copy.events?.[0]?.workflowExecutionStartedEventAttributes
  if (started) started.originalExecutionRunId = runId
  const own = names[0]?.[1] ?? ''
  const rename = (text: string) =>
    names
      .reduce((now, [from, to]) => now.replaceAll(from, to), text)
      .replaceAll(/"(name|site)":"([^"]*)","(uscc|startOn|category|district)"/g, `"$1":"$2${own}","$3"`)
  for (const event of copy.events ?? [])
    for (const payload of payloadsOf(event))
      if (payload.data) payload.data = Buffer.from(rename(Buffer.from(payload.data).toString()))
  return copy
}

/** Every payload of an event: what was started, asked, answered or told with it. */
function payloadsOf(event: NonNullable<History['events']>[number]) {
  const asked = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest
  return [
    event.workflowExecutionStartedEventAttributes?.input,
    event.workflowExecutionSignaledEventAttributes?.input,
    asked?.input?.args,
    event.workflowExecutionUpdateCompletedEventAttributes?.outcome?.success,
    event.activityTaskScheduledEventAttributes?.input,
    event.activityTaskCompletedEventAttributes?.result,
  ].flatMap((carried) => carried?.payloads ?? [])
}

function printSeen(seen: Seen[]): void {
  printTable(
    'cases compared with their archived histories',
    seen.map(({ size }) => String(size)),
    [
      ['compared, cases a second', ...seen.map(({ compared }) => compared)],
      ['rebuilt, cases a second', ...seen.map(({ rebuilt }) => rebuilt)],
    ],
  )
}
