import { createHash } from 'node:crypto'

/** The digest of a body: two requests with one key must have the same. */
export function digestOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)
}

/** The name of a command: the same for the same person and key. */
export function commandOf(user: string, key: string): string {
  return createHash('sha256').update(`${user}\n${key}`).digest('hex').slice(0, 32)
}
