import type { Command } from 'commander'
import type { ApiClient } from '../local/client.ts'
import { asked, askingOf, decisionCommands, follow as followCourse, itemsOf } from './operator.ts'
import { UserError } from '../server/user-error.ts'

type Words = { zh: string; en: string }
type Operation = {
  id: string
  kind: string
  words: Words
  status: string
  statusWords: Words
  reason: string
  by: string
  approvedBy: string | null
  total: number
  done: number
  refused: number
  failed: number
  failures: { id: string; outcome: string; reason: string }[]
}
type Stuck = {
  words: Words
  id: string
  project: string | null
  name: string | null
  enterprise: string | null
  district: string | null
  remedy: Words
  since: string | null
  attempt: number | null
  error: string | null
}
type BatchItem = { id: string; outcome: string | null; reason: string | null }
type Trial = {
  count: number
  first: string[]
  refusing: { count: number; first: { id: string; reason: string }[] }
}

const over = new Set(['done', 'failed', 'cancelled'])

/** The verbs of `zhigai operations`; `open` gives a client of the API. */
export function operationsCommands(program: Command, open: () => Promise<ApiClient>): void {
  const group = program.command('operations').description('运维操作 · operations on cases that are stuck')
  group
    .command('stuck')
    .description('列出停滞的事项 · list what is stuck and since when')
    .option('--kind <kind>', 'one kind alone')
    .action(async ({ kind }: { kind?: string }) => listStuck(await open(), kind))
  group
    .command('list')
    .description('列出运维操作 · list operations, newest first')
    .action(async () => listOperations(await open()))
  group
    .command('propose <kind>')
    .description('提出操作：hold、endHold、restart、repair、retry、resend · propose an operation')
    .requiredOption('--target <json>', 'such as {"project":"p-1"} or {"filter":{"district":"渝北区"}}')
    .requiredOption('--reason <text>', 'why')
    .option('--per-minute <n>', 'cases a minute, at most', Number)
    .option('--dry-run', 'count and name the first; nothing is kept')
    .option('--user <name>', 'the administrator who proposes')
    .action(async (kind: string, options: ProposeOptions) => proposeOperation(await open(), kind, options))
  decisionCommands(group, verbs, async (id, verb, decision) =>
    print(await asked<Operation>(await open(), 'POST', `${pathOf(id)}/${verb}`, askingOf(decision))),
  )
  readingCommands(group, open)
}

/** The verbs that show one operation. */
function readingCommands(group: Command, open: () => Promise<ApiClient>): void {
  group
    .command('items <id>')
    .description('列出操作涉及的案件及结果 · list what an operation goes to, and what became of each')
    .action(async (id: string) => listItems(await open(), id))
  group
    .command('show <id>')
    .description('查看操作及进度 · show an operation')
    .option('--follow', 'until it is over')
    .action(async (id: string, { follow }: { follow?: boolean }) => {
      const client = await open()
      print(follow ? await followOperation(client, id) : await asked<Operation>(client, 'GET', pathOf(id)))
    })
}

const verbs = {
  approve: '复核并执行 · approve what another administrator has proposed',
  cancel: '取消 · cancel: what has been done stays done',
  pause: '暂停 · have it wait',
  resume: '继续 · have it go on',
}

type ProposeOptions = { target: string; reason: string; perMinute?: number; dryRun?: boolean; user?: string }

/** Lists what is stuck. */
export async function listStuck(client: ApiClient, kind?: string, tell = console.log): Promise<void> {
  const path = `/api/v1/operations/stuck?limit=100${kind ? `&kind=${encodeURIComponent(kind)}` : ''}`
  let any = false
  for await (const each of itemsOf<Stuck>(client, path)) {
    any = true
    for (const line of linesOfStuck(each)) tell(line)
  }
  if (!any) tell('没有停滞的事项 · nothing is stuck')
}

function linesOfStuck({ words, id, project, since, attempt, error, remedy, ...named }: Stuck): string[] {
  const { name, enterprise, district } = named
  const times = attempt === null ? '' : `×${attempt}`
  const names = [name, enterprise, district].filter((each) => each !== null)
  return [
    [since ?? '—', project ?? id, `${words.zh} ${words.en}`, times, error ?? ''].join('  ').trim(),
    ...(names.length > 0 ? [`  ${names.join(' · ')}`] : []),
    `  怎么办 what to do: ${remedy.zh} ${remedy.en}`,
  ]
}

/** Lists operations, newest first. */
export async function listOperations(client: ApiClient, tell = console.log): Promise<void> {
  for await (const each of itemsOf<Operation>(client, '/api/v1/operations?limit=100')) tell(sentenceOf(each))
}

/** Lists what an operation goes to, and what became of each. */
export async function listItems(client: ApiClient, operation: string, tell = console.log): Promise<void> {
  for await (const { id, outcome, reason } of itemsOf<BatchItem>(
    client,
    `${pathOf(operation)}/items?limit=100`,
  ))
    tell([id, outcome ?? '—', reason ?? ''].join('  ').trim())
}

/** Proposes an operation, or tries it out. */
export async function proposeOperation(
  client: ApiClient,
  kind: string,
  { target, reason, perMinute, dryRun, user }: ProposeOptions,
  tell = console.log,
): Promise<void> {
  const body = {
    kind,
    target: readTarget(target),
    reason,
    ...(perMinute !== undefined && { perMinute }),
    ...(dryRun && { dryRun }),
  }
  const path = '/api/v1/operations'
  const answer = await asked<Operation | Trial>(client, 'POST', path, { user, body })
  if (!('count' in answer)) return print(answer, tell)
  const { count, first, refusing } = answer
  tell(`将涉及${count}件 · would go to ${count}`)
  for (const id of first) tell(`  ${id}`)
  if (refusing.count > 0) tell(`其中${refusing.count}件不允许 · of which ${refusing.count} would refuse`)
  for (const each of refusing.first) tell(`  ${each.id}: ${each.reason}`)
}

/** Waits for the end of an operation. */
export function followOperation(client: ApiClient, id: string): Promise<Operation> {
  return followCourse(
    '{status} {bar} {value}/{total}',
    () => asked<Operation>(client, 'GET', pathOf(id)),
    ({ total, done, refused, failed, status, statusWords }) => ({
      total,
      done: done + refused + failed,
      status: `${statusWords.zh} ${statusWords.en}`,
      isOver: over.has(status),
    }),
  )
}

function print(operation: Operation, tell = console.log): void {
  tell(sentenceOf(operation))
  for (const { id, outcome, reason } of operation.failures) tell(`  ${id} ${outcome}: ${reason}`)
}

function sentenceOf({ id, words, statusWords, reason, by, approvedBy, ...tally }: Operation): string {
  const { done, refused, failed, total } = tally
  const who = approvedBy === null ? by : `${by} + ${approvedBy}`
  return [
    id,
    `${words.zh} ${words.en}`,
    `${statusWords.zh} ${statusWords.en}`,
    `${done}/${total} (拒 refused ${refused}, 败 failed ${failed})`,
    who,
    reason,
  ].join('  ')
}

function pathOf(id: string): string {
  return `/api/v1/operations/${encodeURIComponent(id)}`
}

function readTarget(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(
      `--target 无效 · --target is not valid: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
