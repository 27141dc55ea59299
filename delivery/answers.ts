/** What comes next after an attempt: nothing, the same again, the same with less in it, nothing ever, or nothing more to that address. */
export type DeliveryVerdict = 'delivered' | 'again' | 'smaller' | 'never' | 'off'

/**
 * What each answer of a receiver of calls means (Standard Webhooks). Whatever is not named is tried again: also a receiver that
 * refuses may have been set up wrongly, and is mended within the two days for which it is tried.
 */
export const answersOfReceivers = [
  { from: 200, to: 299, verdict: 'delivered' },
  // Not followed: whoever has moved says so in their preferences.
  { from: 300, to: 399, verdict: 'again' },
  { from: 410, to: 410, verdict: 'off' },
  { from: 413, to: 413, verdict: 'smaller' },
] as const satisfies { from: number; to: number; verdict: DeliveryVerdict }[]

/** What an answer of a receiver of calls means. */
export function verdictOfCall(status: number): DeliveryVerdict {
  return answersOfReceivers.find(({ from, to }) => from <= status && status <= to)?.verdict ?? 'again'
}

/** For how long a receiver is left alone at most, however long it asks for. */
const longestPauseMs = 86_400_000

/** How long a receiver asks us to wait (milliseconds), by `Retry-After` in seconds or as a date; null if it does not. */
export function pauseAskedFor(retryAfter: string | undefined, nowMs: number): number | null {
  if (retryAfter === undefined) return null
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - nowMs
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestPauseMs) : null
}

/** The commands whose refusal is about this mail or its recipient; others are about us, and all our mail. */
const ofOneMail = /^(?:RCPT|DATA)/i

/** What a failed mail means (RFC 5321 §4.2.1): 5yz about the recipient or the mail is for good, everything else may pass. */
export function verdictOfMail(error: unknown): Extract<DeliveryVerdict, 'again' | 'never'> {
  if (!(error instanceof Error)) return 'again'
  const { responseCode, command } = { responseCode: 0, command: '', ...error }
  const isForGood = typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600
  return isForGood && ofOneMail.test(command) ? 'never' : 'again'
}
