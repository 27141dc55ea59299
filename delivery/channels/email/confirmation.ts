import { createHash, randomBytes } from 'node:crypto'
import type { MessageRecord, Models } from '../../../models/index.ts'
import { shanghaiDate } from '../../../policy/time/dates.ts'
import { sheetOf } from './mail-html.ts'
import type { MailText } from './mail-text.ts'
import { outsideName, type OutgoingMessage } from '../../outgoing-message.ts'

/** How long a code is good for. */
const codeMs = 24 * 3_600_000
/** How many mails a day ask for the confirmation of one address, whoever names it, and how many one person asks for. */
const mostADay = { address: 3, person: 5 } as const
/** Who asks again so soon has not looked into their mail yet. */
const restMs = 10 * 60_000
/** Crockford's: without letters that are taken for another. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Who says that which address is theirs. */
type Claimed = { user: string; address: string }

/** Whether so many codes were sent to an address today, or asked for by a person, that no more are. */
export async function isAskedTooOften(
  { messages }: Models,
  { user, address }: Claimed,
  nowMs: number,
): Promise<boolean> {
  const at = { $gte: new Date(nowMs - codeMs) }
  const [own, others] = await Promise.all([
    messages.countDocuments({ recipient: user, confirms: { $type: 'string' }, at }),
    messages.countDocuments({ _id: { $in: turnsOf(address, nowMs) } }),
  ])
  return own >= mostADay.person || others >= mostADay.address
}

/**
 * Has a mail with a code sent to an address that somebody says is theirs, unless one has just been. Nothing else goes there
 * before they have given the code back.
 */
export async function askToConfirm(
  { messages }: Models,
  { user, address }: Claimed,
  nowMs: number,
): Promise<void> {
  const at = { $gte: new Date(nowMs - restMs) }
  if (await messages.exists({ recipient: user, confirms: address, at })) return
  for (const _id of turnsOf(address, nowMs)) {
    const fresh = messageTo(user, address, nowMs)
    const { upsertedCount } = await messages.updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true })
    if (upsertedCount > 0) return
  }
}

/** The names of the messages that an address may be sent on a day: of several at once none is one too many. */
function turnsOf(address: string, nowMs: number): string[] {
  const name = `confirm:${outsideName(address.toLowerCase())}:${shanghaiDate(nowMs)}`
  return Array.from({ length: mostADay.address }, (_, turn) => `${name}:${turn}`)
}

function messageTo(recipient: string, confirms: string, nowMs: number): Omit<MessageRecord, '_id'> {
  const at = new Date(nowMs)
  return {
    recipient,
    channel: 'email',
    notices: [],
    digest: false,
    confirms,
    brief: false,
    status: 'pending',
    attempts: 0,
    nextAttemptAt: at,
    leasedUntil: null,
    error: null,
    at,
    sentAt: null,
  }
}

/**
 * The message with a new code, of which no more than a hash is kept; null if its recipient wants another address by now. A code
 * of an attempt before stays good: that mail may have arrived.
 */
export async function confirmationMessage(
  { people }: Models,
  { _id, recipient, confirms, at }: MessageRecord,
  nowMs: number,
): Promise<OutgoingMessage | null> {
  const code = newCode()
  const codes = { hash: hashOfCode(code), until: new Date(nowMs + codeMs) }
  const { matchedCount } = await people.updateOne(
    { _id: recipient, 'newEmail.address': confirms },
    { $push: { 'newEmail.codes': codes } },
  )
  if (matchedCount === 0) return null
  const to = { email: confirms, webhook: null, language: 'both' as const }
  return { id: outsideName(_id), to, items: [], ended: [], code, brief: false, at }
}

/** What is kept of a code, however it was typed. */
export function hashOfCode(code: string): string {
  const plain = code
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\dA-Z]/g, '')
  return createHash('sha256').update(plain).digest('hex')
}

/** Eighty random bits, in groups of four. */
function newCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length])
  return letters.join('').replaceAll(/.{4}(?=.)/g, '$&-')
}

/** The mail that carries a code: it tells a stranger nothing, and nothing that anybody wrote. */
export function confirmationText(code: string): MailText {
  const zh = [
    `确认码：${code}`,
    '有人在智改系统中将本邮箱登记为接收通知的地址。如系本人操作，请登录系统，在通知设置中填入上述确认码；确认码24小时内有效。',
    '如非本人操作，无须理会：未经确认，系统不会向本邮箱发送任何通知。',
  ]
  const en = [
    `Code: ${code}`,
    'Somebody has named this address as theirs, to be told about cases by zhigai. If it was you, sign in and enter the code; it is good for 24 hours.',
    'If it was not you, do nothing: unless the address is confirmed, nothing is sent to it.',
  ]
  const subject = '【智改】请确认接收通知的邮箱'
  return {
    subject,
    text: [zh, en].map((lines) => lines.join('\n\n')).join('\n\n----\n\n'),
    html: sheetOf(subject, [
      { language: 'zh', html: paragraphsOf(zh) },
      { language: 'en', html: paragraphsOf(en) },
    ]),
    calendar: null,
  }
}

function paragraphsOf(lines: string[]): string {
  return lines.map((line) => `<p>${line}</p>`).join('\n')
}
