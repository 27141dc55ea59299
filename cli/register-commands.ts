import type { Command } from 'commander'
import type { ApiClient } from '../local/client.ts'
import { asked, askingOf, decisionCommands, itemsOf, type Decision } from './operator.ts'

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
  decisionCommands(group, verbs, async (id, verb, decision) => decideChange(await open(), id, verb, decision))
}

const verbs = {
  approve: '复核同意，使之生效 · agree to what another administrator has proposed',
  refuse: '不同意或撤回 · refuse it, or take one back',
}

/** Lists changes, page after page. */
export async function listChanges(client: ApiClient, path: string, tell = console.log): Promise<void> {
  for await (const change of itemsOf<Change>(client, `${path}limit=100`))
    for (const line of linesOf(change)) tell(line)
}

/** Agrees to a change, or refuses it. */
export async function decideChange(
  client: ApiClient,
  id: string,
  verb: string,
  decision: Decision,
  tell = console.log,
): Promise<void> {
  const path = `/api/v1/enterprise-changes/${encodeURIComponent(id)}/${verb}`
  const change = await asked<Change>(client, 'POST', path, askingOf(decision))
  for (const line of linesOf(change)) tell(line)
}

function linesOf({ id, uscc, name, statusWords, by, at, reason, approvedBy, changes }: Change): string[] {
  const who = approvedBy === null ? by : `${by} + ${approvedBy}`
  return [
    [at, id, uscc, name, `${statusWords.zh} ${statusWords.en}`, who, reason ?? ''].join('  ').trim(),
    ...changes.map(({ field, before, after }) => `  ${field}: ${before ?? '—'} → ${after ?? '—'}`),
  ]
}
