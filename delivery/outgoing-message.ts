import { createHash } from 'node:crypto'
import type { Hook, MessageRecord, NoticeRecord, PersonRecord } from '../models/index.ts'
import type { Words } from '../policy/edition/edition.ts'
import type { NoticeText } from '../policy/notices/notice-text.ts'
import type { DeliveryVerdict } from './answers.ts'
import type { CalendarEntry } from './channels/calendar/calendar.ts'

/** A notice, put into words; `dated` is what the task is called that its date is of. */
export type Item = { notice: NoticeRecord; projectName: string; dated: Words; text: NoticeText }

/** A message with the notices in it that still say something. */
export type Contents = { message: MessageRecord; notices: NoticeRecord[] }

/** A message ready to be sent. */
export type OutgoingMessage = {
  /** Derived from the message's `_id`: the same whenever it is sent again. */
  id: string
  to: { email: string | null; webhook: Hook | null; language: PersonRecord['language'] }
  items: Item[]
  /** Dates that were mailed to the recipient before and that stand no more. */
  ended: CalendarEntry[]
  /** By which the recipient shows that the address is theirs: then it says nothing else. */
  code: string | null
  /** The receiver takes no more than little at once. */
  brief: boolean
  /** When the message was put together. */
  at: Date
}

/** A channel by which messages leave; `send` throws if the message may not have arrived. */
export type OutboundChannel = {
  send(message: OutgoingMessage, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** The channels that are set up. */
export type OutboundChannels = Record<MessageRecord['channel'], OutboundChannel | null>

/** Why a message has not arrived, what comes next, and after what pause at the least (milliseconds). */
export class UndeliveredError extends Error {
  override readonly name = 'UndeliveredError'
  readonly verdict: Exclude<DeliveryVerdict, 'delivered'>
  readonly pauseMs: number
  constructor(message: string, verdict: Exclude<DeliveryVerdict, 'delivered'> = 'never', pauseMs = 0) {
    super(message)
    this.verdict = verdict
    this.pauseMs = pauseMs
  }
}

/** What a message is called outside: it tells nothing of the recipient, and is made of ASCII. */
export function outsideName(messageId: string): string {
  return createHash('sha256').update(messageId).digest('hex').slice(0, 40)
}
