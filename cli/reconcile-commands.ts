import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import type { Command } from 'commander'
import { countCases, pagesOfCases } from '../evidence/archive/cases.ts'
import { sentenceOf } from '../evidence/archive/compare.ts'
import type { ArchiveSources } from '../evidence/archive/keep.ts'
import { movingWords } from '../evidence/archive/moving.ts'
import { acknowledgeLost } from '../evidence/archive/lost.ts'
import {
  emptyReconcileTally,
  reconcileAll,
  reconcileSome,
  type ReconcileTally,
} from '../evidence/archive/reconcile-all.ts'
import type { ReconcileResult } from '../evidence/archive/reconcile.ts'
import { replayCases, replayOthers, type Replayed, type Replayer } from '../evidence/archive/replay.ts'
import { withBar as withAnyBar } from '../local/bar.ts'
import type { ApiClient } from '../local/client.ts'
import { proposeOperation } from './operations-commands.ts'
import { readConfig } from '../server/config.ts'
import { withEngines } from '../local/engines-at-hand.ts'
import { projectRoot } from '../server/root.ts'
import { UserError } from '../server/user-error.ts'

type Choice = { project?: string[]; all?: boolean }

const ids = ['--project <id...>', '只看这些项目 · these projects alone'] as const

/** Adds the verbs that hold the record and the code against the histories. */
export function reconcileCommands(program: Command, open: () => Promise<ApiClient>): void {
  program
    .command('reconcile')
    .description('以工作流历史核对台账 · compare the record with what the histories of the workflows say')
    .option(...ids)
    .option('--all', '全部项目 · every project')
    .option('--repair', '提出按历史改正，由另一名管理员复核 · propose to write what the histories say')
    .option('--reason <text>', '改正的理由 · why it is repaired')
    .option('--user <name>', '提出人 · the administrator who proposes')
    .action((options: ReconcileOptions) => reconcile(options, open))
  const history = groupOf(program, 'history', '案卷历史 · histories of cases')
  history
    .command('replay')
    .description(
      '以新代码重放全部历史，换版前的关口 · replay histories: the gate before a new worker goes live',
    )
    .option(...ids)
    .option('--all', '全部项目 · every project')
    .option(
      '--bundle <file>',
      '工作流代码包，缺省为现行的 · the workflow bundle that is tried; the current one, if left out',
      join(projectRoot, 'dist', 'workflow-bundle.js'),
    )
    .action(replay)
  history
    .command('lost')
    .description('未能存档的历史 · closed runs whose history could not be kept')
    .option('--acknowledge <run>', '确认该段历史已无法找回 · take note that a run is lost for good')
    .option('--reason <text>', '确认的理由 · why it is lost')
    .option(
      '--user <name>',
      '确认人，缺省为当前系统用户 · who takes note; you, if left out',
      userInfo().username,
    )
    .action(lost)
}

function groupOf(program: Command, name: string, description: string): Command {
  const known = program.commands.find((command) => command.name() === name)
  return known ?? program.command(name).description(description)
}

type ReconcileOptions = Choice & { repair?: boolean; reason?: string; user?: string }

async function reconcile(
  { repair = false, reason, user, ...choice }: ReconcileOptions,
  open: () => Promise<ApiClient>,
): Promise<void> {
  assertChoice(choice)
  if (repair && reason === undefined) throw new UserError('须写明理由 --reason · say why, with --reason')
  const wrong: string[] = []
  const tally = await withEngines(readConfig(), (sources) =>
    withBar(choice, sources, '核对 reconcile', (tick) => {
      const onCase = (finding: ReconcileResult) => {
        if (finding.differences.length > 0) wrong.push(finding.project)
        tick(linesOf(finding))
      }
      return reconcileChoice(sources, choice, onCase)
    }),
  )
  const { cases, differences, unreadable } = tally
  console.log(
    `核对${cases}个项目，差异${differences}处，${unreadable}个无法读取 · ` +
      `${cases} cases, ${differences} differences, ${unreadable} unreadable`,
  )
  if (repair && reason !== undefined) await proposeRepair(await open(), wrong, { reason, user })
  if (differences + unreadable > 0) process.exitCode = 1
}

/** As many cases as one operation may name. */
const casesPerOperation = 1_000

/** What is on record is written over by two administrators, as a case is restarted. */
async function proposeRepair(
  client: ApiClient,
  wrong: string[],
  { reason, user }: { reason: string; user: string | undefined },
): Promise<void> {
  if (wrong.length === 0) console.log('没有可改正的 · there is nothing to repair')
  for (let from = 0; from < wrong.length; from += casesPerOperation) {
    const target = JSON.stringify({ projects: wrong.slice(from, from + casesPerOperation) })
    await proposeOperation(client, 'repair', { target, reason, ...(user !== undefined && { user }) })
  }
  if (wrong.length > 0)
    console.log(
      '须另一名管理员复核后改正：zhigai operations approve <操作编号> --user <另一名> · ' +
        'another administrator approves it, then it is repaired',
    )
}

async function reconcileChoice(
  sources: ArchiveSources,
  { project }: Choice,
  onCase: (finding: ReconcileResult) => void,
): Promise<ReconcileTally> {
  const { signal } = new AbortController()
  const options = { repair: null, keep: false, by: userInfo().username }
  if (!project)
    return reconcileAll(sources, randomUUID(), { ...options, onCase }, { signal, save: () => undefined })
  const tally = emptyReconcileTally()
  await reconcileSome(sources, project, { signal, tally, onCase, options: { ...options, known: new Set() } })
  return tally
}

function linesOf({ project, differences, unreadable, moving }: ReconcileResult): string[] {
  if (unreadable !== null) return [`${project}  无法读取 unreadable: ${unreadable}`]
  const words = moving && movingWords(moving)
  return [...differences.map(sentenceOf), ...(words ? [`${project}  ${words.zh} · ${words.en}`] : [])]
}

async function replay({ bundle, ...choice }: Choice & { bundle: string }): Promise<void> {
  assertChoice(choice)
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  })
  const tally = { runs: 0, broken: new Set<string>() }
  await withEngines(readConfig(), (sources) =>
    withBar(choice, sources, '重放 replay', async (tick) => {
      for await (const { of, runId, reason, isKnown = false } of replayed(sources, choice, {
        tick,
        replayer: replayerOf(bundle),
      })) {
        tally.runs += 1
        if (reason === null) continue
        if (!isKnown) tally.broken.add(of)
        tick([`${of}  ${runId ?? ''}\n  ${reason}`], 0)
      }
    }),
  )
  const { runs, broken } = tally
  console.log(
    `重放${runs}段历史，${broken.size}个项目或后台流程不能继续 · ` +
      `${runs} runs replayed, ${broken.size} cases or other workflows would break`,
  )
  if (broken.size > 0) process.exitCode = 1
}

/** The chosen cases, and what else is under way if all are chosen. */
async function* replayed(
  sources: ArchiveSources,
  choice: Choice,
  { tick, replayer }: { tick: Tick; replayer: Replayer },
): AsyncGenerator<Replayed> {
  yield* replayCases(sources, chosen(sources, choice, tick), replayer)
  if (choice.all) yield* replayOthers(sources.temporal, replayer)
}

/** Replays with a bundle. */
function replayerOf(codePath: string): Replayer {
  return (sinks, histories) => Worker.runReplayHistories({ workflowBundle: { codePath }, sinks }, histories)
}

async function* chosen(sources: ArchiveSources, { project }: Choice, tick: Tick): AsyncGenerator<string> {
  const pages = project ? [{ ids: project }] : pagesOfCases(sources)
  for await (const page of pages)
    for (const id of page.ids) {
      yield id
      tick([])
    }
}

type Note = { acknowledge?: string; reason?: string; user: string }

async function lost({ acknowledge: runId, reason, user: by }: Note): Promise<void> {
  if (runId === undefined) return withEngines(readConfig(), listLost)
  if (reason === undefined) throw new UserError('须写明理由 --reason · say why, with --reason')
  const isKnown = await withEngines(readConfig(), ({ models }) =>
    acknowledgeLost(models, runId, { by, reason }),
  )
  if (!isKnown) throw new UserError(`没有这段失存的历史 · no lost run is called ${runId}`)
  console.log(`已确认 · noted: ${runId}`)
}

async function listLost({ models }: ArchiveSources): Promise<void> {
  let count = 0
  for await (const each of models.lostRuns.find().sort({ noticedAt: 1, _id: 1 }).lean()) {
    const { _id, project, reason, noticedAt, acknowledged } = each
    const note = acknowledged ? [`已确认 noted: ${acknowledged.by}  ${acknowledged.reason}`] : []
    console.log([noticedAt.toISOString(), project, _id, reason, ...note].join('  '))
    count += 1
  }
  console.log(`${count}段历史未能存档 · ${count} runs lost`)
}

function assertChoice({ project, all = false }: Choice): void {
  if ((project !== undefined) === all)
    throw new UserError('须指定 --project 或 --all 之一 · say either --project or --all')
}

type Tick = (lines: string[], steps?: number) => void

/** A bar on stderr beside what is printed on stdout. */
async function withBar<T>(
  { project }: Choice,
  sources: ArchiveSources,
  label: string,
  work: (tick: Tick) => Promise<T>,
): Promise<T> {
  const format = `${label} {bar} {value}/{total} {duration_formatted}`
  return withAnyBar({ format, total: project?.length ?? (await countCases(sources)) }, (bar) =>
    work((lines, steps = 1) => {
      for (const line of lines) console.log(line)
      bar.increment(steps)
    }),
  )
}
