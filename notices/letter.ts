import { createHash } from 'node:crypto'
import type { MessageRecord, NoticeRecord, PersonRecord } from '../models/index.ts'
import type { Words } from '../policy/edition.ts'
import type { NoticeText } from '../policy/notice-text.ts'

/** A notice, put into words; `label` is what its task is called. */
export type Item = { notice: NoticeRecord; projectName: string; label: Words; text: NoticeText }

/** A message ready to be carried. */
export type Letter = {
  /** Derived from the message's `_id`: the same whenever it is sent again. */
  id: string
  to: Pick<PersonRecord, 'email' | 'webhook' | 'language'>
  items: Item[]
  /** When the message was put together. */
  at: Date
}

/** A way out of the house; `carry` throws if the letter may not have arrived. */
export type Carrier = {
  carry(letter: Letter, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** The ways that are set up. */
export type Carriers = Record<MessageRecord['channel'], Carrier | null>

/** Why a letter cannot be sent, however often it is tried. */
export class UndeliverableError extends Error {
  override readonly name = 'UndeliverableError'
}

/** What a message is called outside: it tells nothing of the recipient, and is made of ASCII. */
export function outsideName(messageId: string): string {
  return createHash('sha256').update(messageId).digest('hex').slice(0, 40)
}
