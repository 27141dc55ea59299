import type { Command } from 'commander'
import type { TokenSubject } from '../portal/issuer.ts'
import type { ApiClient, Reply } from '../local/client.ts'
import { people } from '../local/demo/people.ts'
import { UserError } from '../server/user-error.ts'

type Change = {
  id: string
  uscc: string
  name: string
  statusWords: { zh: string; en: string }
  by: string
  at: string
  reason: string | null
  approvedBy: string | null
  changes: { field: string; before: string | boolean | null; after: string | boolean | null }[]
}
type Page = { items: Change[]; next: string | null }
type Problem = { zh: string; en: string }
type Decider = { user?: string; reason?: string }

const administrator = (user?: string): TokenSubject => ({ ...people.administrator, ...(user && { user }) })

/** The verbs of `zhigai register`; `open` gives a client of the API. */
export function registerCommands(program: Command, open: () => Promise<ApiClient>): void {
  const group = program
    .command('register')
    .description('企业登记信息的变更 · changes of the register of enterprises')
  group
    .command('changes')
    .description('列出变更，新的在前 · list changes, newest first')
    .option('--waiting', '只看待复核的 · those that wait for a second administrator')
    .action(async ({ waiting }: { waiting?: boolean }) =>
      listChanges(await open(), `/api/v1/enterprise-changes?${waiting ? 'status=proposed&' : ''}`),
    )
  group
    .command('history <uscc>')
    .description('一家企业的变更 · the changes of one enterprise')
    .action(async (uscc: string) =>
      listChanges(await open(), `/api/v1/enterprises/${encodeURIComponent(uscc)}/history?`),
    )
  for (const [deed, words] of Object.entries(deeds))
    group
      .command(`${deed} <id>`)
      .description(words)
      .option('--user <name>', 'the administrator who does so')
      .option('--reason <text>', 'why; not needed to approve')
      .action(async (id: string, decider: Decider) => decideChange(await open(), id, deed, decider))
}

const deeds = {
  approve: '复核同意，使之生效 · agree to what another administrator has proposed',
  refuse: '不同意或撤回 · refuse it, or take one back',
}

/** Lists changes, page after page. */
export async function listChanges(client: ApiClient, path: string, tell = console.log): Promise<void> {
  for (let cursor = ''; ;) {
    const { items, next } = answered(
      await client.request<Page>('GET', `${path}limit=100${cursor}`, { as: administrator() }),
    )
    for (const each of items) for (const line of linesOf(each)) tell(line)
    if (next === null) return
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
}

/** Agrees to a change, or refuses it. */
export async function decideChange(
  client: ApiClient,
  id: string,
  deed: string,
  { user, reason }: Decider,
  tell = console.log,
): Promise<void> {
  const path = `/api/v1/enterprise-changes/${encodeURIComponent(id)}/${deed}`
  const body = reason === undefined ? {} : { reason }
  const change = answered(await client.request<Change>('POST', path, { as: administrator(user), body }))
  for (const line of linesOf(change)) tell(line)
}

function linesOf({ id, uscc, name, statusWords, by, at, reason, approvedBy, changes }: Change): string[] {
  const who = approvedBy === null ? by : `${by} + ${approvedBy}`
  return [
    [at, id, uscc, name, `${statusWords.zh} ${statusWords.en}`, who, reason ?? ''].join('  ').trim(),
    ...changes.map(({ field, before, after }) => `  ${field}: ${before ?? '—'} → ${after ?? '—'}`),
  ]
}

function answered<T>({ status, body }: Reply<T>): T {
  if (status < 300) return body
  const { zh, en } = body as Problem
  throw new UserError(`${zh}\n${en}`)
}
