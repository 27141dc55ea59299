import type { Edition, StageOf } from './edition.ts'
import type { CaseEvent, ProgressReport } from './events.ts'
import { addDays } from './dates.ts'
import { laterByHolds, type GivenDate, type HeldTime } from './held-time.ts'
import { fenToYuan, sumFen } from './money.ts'
import { firstDayOf, lastDayOf, periodAfter, periodOf } from './periods.ts'

/** What the enterprise, or an officer, asks the officers to decide. */
export type Request =
  | { kind: 'extension'; by: string; on: string; completeOn: string; late: boolean }
  | { kind: 'revocation'; by: string; on: string }

/** A report: how much is done, and what is spent so far where it says so (yuan). */
export type Report = { period: string; on: string; percent: number; invested?: string }

/** What a certified project owes and has done since (三（二）). */
export type Supervision = {
  /** The day of the certificate. */
  since: string
  /** The planned completion, as it stands now. */
  completeOn: string
  overdue: boolean
  /** Reason and measures of the overrun have been stated: never before there is one. */
  explained: boolean
  /** Each time that the date was moved; `late` if it was asked for after the date. */
  extensions: { from: string; to: string; on: string; late: boolean }[]
  request: Request | null
  /** The last report of each period. */
  reports: Report[]
  /** What was promised and is reached, and what is not. */
  completed: { on: string; reached: string[]; missed: string[] } | null
  /** When an operator held the case, oldest first: such days count towards no date. */
  holds?: HeldTime[]
}

/** The stage that supervises certified projects, if the edition has one. */
export function supervisionOf({ stages }: Pick<Edition, 'stages'>): StageOf<'supervision'> | undefined {
  return stages.find((stage) => stage.kind === 'supervision')
}

/** The duties of a project that is certified on a day; its date may have passed by then. */
export function openSupervision(completeOn: string, on: string): Supervision {
  return {
    since: on,
    completeOn,
    overdue: completeOn < on,
    explained: false,
    extensions: [],
    request: null,
    reports: [],
    completed: null,
  }
}

/**
 * The periods that a report is owed for on a day, oldest first: those that have begun and have none, else the next one.
 */
export function owedPeriods(
  { reports: { every } }: StageOf<'supervision'>,
  kept: Supervision,
  on: string,
): string[] {
  const now = periodOf(every, on)
  const owed: string[] = []
  for (let period = periodOf(every, kept.since); period <= now; period = periodAfter(every, period)) {
    if (!kept.reports.some((report) => report.period === period)) owed.push(period)
  }
  return owed.length > 0 ? owed : [periodAfter(every, now)]
}

/** The period that a report on a day is for: the oldest one owed that has begun; else it adds to the present one. */
export function periodReported(stage: StageOf<'supervision'>, kept: Supervision, on: string): string {
  const now = periodOf(stage.reports.every, on)
  const [oldest = now] = owedPeriods(stage, kept, on)
  return oldest <= now ? oldest : now
}

/** The day until which the report of a period is in time, by the rule; its time begins with the period, or with the certificate. */
export function reportDate(
  { reports: { every, within } }: StageOf<'supervision'>,
  { since }: Supervision,
  period: string,
): GivenDate {
  const first = firstDayOf(every, period)
  return { from: first > since ? first : since, dueOn: addDays(lastDayOf(every, period), within.days) }
}

/** The planned completion; its time begins with the certificate, or with the extension that named it. */
export function completionDate({ completeOn, extensions, since }: Supervision): GivenDate {
  return { from: extensions.at(-1)?.on ?? since, dueOn: completeOn }
}

/** Whether, one report later, another one is still late on a day. */
export function staysLate(stage: StageOf<'supervision'>, kept: Supervision, on: string): boolean {
  const next = periodReported(stage, kept, on)
  const isMissed = (period: string) => laterByHolds(reportDate(stage, kept, period), kept.holds) < on
  return owedPeriods(stage, kept, on).some((period) => period !== next && isMissed(period))
}

type Place = { on: string; promised: string[] }

/** What the supervision of a project remembers of an event on a day; `promised` are the effects of the application. */
export function rememberSupervision(
  stage: StageOf<'supervision'>,
  kept: Supervision,
  event: CaseEvent,
  { on, promised }: Place,
): Supervision {
  if (event.type === 'report') return reported(stage, kept, event, on)
  if (event.type === 'overdue' && event.task === 'completion') {
    // An extension that is being asked for has stated them.
    return { ...kept, overdue: true, explained: kept.request?.kind === 'extension' }
  }
  if (event.type === 'explainOverdue') return { ...kept, explained: true }
  if (event.type === 'requestExtension') {
    const { completeOn, by } = event
    const request = { kind: 'extension' as const, by: by.user, on, completeOn, late: kept.overdue }
    return { ...kept, explained: kept.overdue, request }
  }
  if (event.type === 'requestRevocation')
    return { ...kept, request: { kind: 'revocation', by: event.by.user, on } }
  if (event.type === 'grantExtension') return extended(kept, event.completeOn, on)
  if (event.type === 'complete') {
    const reached = promised.filter((effect) => event.effects.includes(effect))
    const missed = promised.filter((effect) => !event.effects.includes(effect))
    return { ...kept, request: null, completed: { on: event.completedOn, reached, missed } }
  }
  return answers.has(event.type) ? { ...kept, request: null } : kept
}

/** Answers to a request that leave everything else as it is. */
const answers: ReadonlySet<CaseEvent['type']> = new Set(['refuseExtension', 'refuseRevocation', 'revoke'])

function reported(
  stage: StageOf<'supervision'>,
  kept: Supervision,
  { percent, invested }: ProgressReport,
  on: string,
): Supervision {
  const period = periodReported(stage, kept, on)
  const others = kept.reports.filter((report) => report.period !== period)
  const spent = Object.keys(invested).length > 0 && { invested: fenToYuan(sumFen(invested)) }
  return { ...kept, reports: [...others, { period, on, percent, ...spent }] }
}

function extended(kept: Supervision, granted: string | undefined, on: string): Supervision {
  const { request, completeOn: from } = kept
  if (request?.kind !== 'extension') return kept
  const to = granted ?? request.completeOn
  const extensions = [...kept.extensions, { from, to, on, late: request.late }]
  return { ...kept, completeOn: to, overdue: false, explained: false, request: null, extensions }
}
