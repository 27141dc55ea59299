import { lastDayByCalendar, type Calendar } from '../../time/calendar.ts'
import { addDays } from '../../time/dates.ts'
import { digestOf, type Digest } from '../../integrity/digest.ts'
import type { StageOf } from '../../edition/edition.ts'
import type { ProgressReport } from '../../case/events.ts'
import { laterByHolds, type GivenDate, type HeldTime } from '../../case/held-time.ts'
import { firstDayOf, lastDayOf, periodAfter, periodOf } from '../../time/periods.ts'

/** Who asked for something, when, and whether in time. */
export type Asked = {
  by: string
  role: string
  /** Why, in their words. */
  reason: string
  on: string
  /** Asked for after the date had passed. */
  late: boolean
  /** Who asked in forms of it that this one took the place of. */
  replaced?: string[]
}
type ExtensionRequest = { kind: 'extension'; completeOn: string } & Asked

/** What the enterprise, or an officer, asks the officers to decide; an extension waits while an officer wants a revocation. */
export type Request = ExtensionRequest | ({ kind: 'revocation'; waiting?: ExtensionRequest } & Asked)

/** A report: how much is done, and what is spent so far where it says so (yuan). */
export type FiledReport = { period: string; on: string; percent: number; invested?: string }

/** What a certified project owes and has done since (三（二）). */
export type Supervision = {
  /** The day of the certificate. */
  since: string
  /** The planned completion, as it stands now. */
  completeOn: string
  /** When reason and measures of a delay were stated last; those of an extension stand as long as it is asked for. */
  explainedOn?: string
  /** Each time that the date was moved; `late` if it was asked for after the date. */
  extensions: { from: string; to: string; on: string; late: boolean }[]
  request: Request | null
  /** The day of the decision on what was asked for in time, where the date had passed by then: the last day instead of it. */
  decidedOn?: string
  /** The last report of each period. */
  reports: FiledReport[]
  /** The report that came last, by what it says: the same once more on its day is a repeat. */
  lastReport?: { period: string; on: string; digest: Digest }
  /** What was promised and is reached, and what is not. */
  completed: { on: string; reached: string[]; missed: string[] } | null
  /** Its completion was reported, or it was revoked, after the last day. */
  endedLate?: true
}

/**
 * The duties of a project that is certified on a day. Its date may have passed by then: before it asked for the certificate,
 * or only while officers decided, and then the day of the certificate is the last one.
 */
export function openSupervision(completeOn: string, on: string, askedOn: string): Supervision {
  const hasPassedSince = askedOn <= completeOn && completeOn < on
  return {
    since: on,
    completeOn,
    extensions: [],
    request: null,
    ...(hasPassedSince && { decidedOn: on }),
    reports: [],
    completed: null,
  }
}

/** How often a stage wants reports, and how long after the end of the period. */
export type ReportRules = NonNullable<StageOf<'supervision'>['reports']>

/** The periods that a report is owed for on a day, oldest first: those that have begun and have none, else the next one. */
export function owedPeriods({ every }: Pick<ReportRules, 'every'>, kept: Supervision, on: string): string[] {
  const now = periodOf(every, on)
  const owed: string[] = []
  for (let period = periodOf(every, kept.since); period <= now; period = periodAfter(every, period)) {
    if (!kept.reports.some((report) => report.period === period)) owed.push(period)
  }
  return owed.length > 0 ? owed : [periodAfter(every, now)]
}

/** How reports are counted: by the rules of the stage, the calendar of those who owe them, and when the case was held. */
export type Reporting = { rules: ReportRules; calendar: Calendar; holds: readonly HeldTime[] | undefined }

/**
 * The period that a report on a day is for: the oldest one owed that has ended; else the one that was reported last, while
 * that may be put right; else the present one. What comes again on its day word for word is a repeat.
 */
export function periodReported(
  reporting: Reporting,
  kept: Supervision,
  report: ProgressReport,
  on: string,
): string {
  const { every } = reporting.rules
  const now = periodOf(every, on)
  const last = kept.lastReport
  if (last?.on === on && last.digest === digestOfReport(report)) return last.period
  const [oldest = now] = owedPeriods(reporting.rules, kept, on)
  if (oldest < now) return oldest
  return last && last.period < now && on <= correctedUntil(reporting, kept, last) ? last.period : now
}

/** The last day on which a report may be put right: that of its period, or as long after it as reports take. */
function correctedUntil(
  reporting: Reporting,
  kept: Supervision,
  { period, on }: { period: string; on: string },
): string {
  const dueOn = reportDueOn(reporting, kept, period)
  const later = addDays(on, reporting.rules.within.days)
  return dueOn > later ? dueOn : later
}

/** What a report says. */
export function digestOfReport({ percent, invested, problems, evidence }: ProgressReport): Digest {
  return digestOf({ percent, invested, problems, evidence })
}

/** The last day of a report: later by what the case was held, and no day off. */
export function reportDueOn(
  { rules, calendar, holds }: Reporting,
  kept: Supervision,
  period: string,
): string {
  const lastDayFrom = (date: string) => lastDayByCalendar(calendar, date)
  return lastDayFrom(laterByHolds(reportDate(rules, kept, period), holds, lastDayFrom))
}

/** The day until which the report of a period is in time, by the rule; its time begins with the period, or with the certificate. */
export function reportDate(
  { every, within }: ReportRules,
  { since }: Supervision,
  period: string,
): GivenDate {
  const first = firstDayOf(every, period)
  return {
    from: first > since ? first : since,
    dueOn: addDays(lastDayOf(every, period), within.days),
    endsPeriod: true,
  }
}

/** The last day of the completion, later by what the case was held. */
export function completionDueOn(kept: Supervision, holds: readonly HeldTime[] | undefined): string {
  return laterByHolds(completionDate(kept), holds)
}

/** The day until which the completion is in time, by the rule; its time begins with the certificate, or with the decision that named it. */
export function completionDate({ completeOn, decidedOn, extensions, since }: Supervision): GivenDate {
  if (decidedOn !== undefined) return { from: decidedOn, dueOn: decidedOn }
  return { from: extensions.at(-1)?.on ?? since, dueOn: completeOn }
}

/** The planned completion as it stands now, later by what the case was held: what an extension is counted from. */
export function plannedCompletion(
  { completeOn, extensions, since }: Supervision,
  holds: readonly HeldTime[] | undefined,
): string {
  return laterByHolds({ from: extensions.at(-1)?.on ?? since, dueOn: completeOn }, holds)
}

/** Whether, one report later, another one is still late on a day. */
export function staysLate(
  reporting: Reporting,
  kept: Supervision,
  report: ProgressReport,
  on: string,
): boolean {
  const next = periodReported(reporting, kept, report, on)
  const isMissed = (period: string) => reportDueOn(reporting, kept, period) < on
  return owedPeriods(reporting.rules, kept, on).some((period) => period !== next && isMissed(period))
}
