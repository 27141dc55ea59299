import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ApiClient, Reply } from '../local/client.ts'
import { withBar } from '../local/bar.ts'
import { people } from '../local/demo/people.ts'
import { UserError } from '../server/user-error.ts'

type Sentence = { zh: string; en: string }
type Problem = Sentence & { issues?: (Sentence & { field: string })[] }

/** Who is asking, if not the demo administrator, and what they send; two must agree, so another administrator can be named. */
export type Asking = { user?: string | undefined; body?: unknown }

/** Asks the API as an administrator; throws the sentence of a refusal. */
export async function asked<T>(
  client: ApiClient,
  method: string,
  path: string,
  asking: Asking = {},
): Promise<T> {
  return (await askedFor<T>(client, method, path, asking)).body
}

/** As `asked`, with the status. */
export async function askedFor<T>(
  client: ApiClient,
  method: string,
  path: string,
  { user, body }: Asking = {},
): Promise<Reply<T>> {
  const as = { ...people.administrator, ...(user && { user }) }
  const reply = await client.request<T>(method, path, { as, body })
  if (reply.status < 300) return reply
  const { zh, en, issues = [] } = reply.body as Problem
  const sentences = issues.map((issue) => `${issue.field}: ${issue.zh} · ${issue.en}`)
  throw new UserError(issues.length > 0 ? sentences.join('\n') : `${zh}\n${en}`)
}

/** All that a list has, page after page; the path has a query already. */
export async function* itemsOf<T>(client: ApiClient, path: string): AsyncGenerator<T> {
  for (let cursor = ''; ;) {
    const { items, next } = await asked<{ items: T[]; next: string | null }>(
      client,
      'GET',
      `${path}${cursor}`,
    )
    yield* items
    if (next === null) return
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
}

/** What a second administrator decides: who, and why. */
export type Decision = { user?: string; reason?: string }

/** Adds a verb for each decision that somebody may take of what is named. */
export function decisionCommands(
  group: Command,
  verbs: Record<string, string>,
  decide: (id: string, verb: string, decision: Decision) => Promise<void>,
): void {
  for (const [verb, words] of Object.entries(verbs))
    group
      .command(`${verb} <id>`)
      .description(words)
      .option('--user <name>', 'the administrator who does so')
      .option('--reason <text>', 'why; not needed to approve')
      .action((id: string, decision: Decision) => decide(id, verb, decision))
}

/** What is asked of a decision. */
export function askingOf({ user, reason }: Decision): Asking {
  return { user, body: reason === undefined ? {} : { reason } }
}

/** How far something is that goes on without us. */
export type Course = { total: number; done: number; status: string; isOver: boolean }

/** Asks twice a second until it is over; shows a bar in a terminal. */
export function follow<T>(format: string, ask: () => Promise<T>, courseOf: (told: T) => Course): Promise<T> {
  return withBar({ format }, async (bar) => {
    for (;;) {
      const told = await ask()
      const { total, done, status, isOver } = courseOf(told)
      bar.setTotal(total)
      bar.update(done, { status })
      if (isOver) return told
      await delay(500)
    }
  })
}
