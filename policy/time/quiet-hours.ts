import { addDays, shanghaiDate, shanghaiInstant } from './dates.ts'

/** The hours of Shanghai, in minutes after midnight, in which people are written to; `until` is night already. */
const waking = { from: 8 * 60, until: 20 * 60 }
/** When the digest of a day goes out, in minutes after midnight. */
const digestAt = 8 * 60 + 30

/** The same instant (milliseconds since 1970) if it is from 08:00 to 20:00 in Shanghai, else the next 08:00. */
export function nextWakingInstant(nowMs: number): number {
  return nextFrom(nowMs, waking.from)
}

/** The same instant if the day's digest may go out at it, from 08:30 to 20:00 in Shanghai, else the next 08:30. */
export function nextDigestInstant(nowMs: number): number {
  return nextFrom(nowMs, digestAt)
}

/** 08:30 of the morning after: when a notice goes out that the digest of the day has left behind. */
export function nextMorningsDigest(nowMs: number): number {
  return shanghaiInstant(addDays(shanghaiDate(nowMs), 1), digestAt)
}

function nextFrom(nowMs: number, from: number): number {
  const today = shanghaiDate(nowMs)
  if (nowMs < shanghaiInstant(today, from)) return shanghaiInstant(today, from)
  return nowMs < shanghaiInstant(today, waking.until) ? nowMs : shanghaiInstant(addDays(today, 1), from)
}
