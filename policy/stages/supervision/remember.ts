import type { Case } from '../../case/case.ts'
import type { StageOf } from '../../edition/edition.ts'
import type { CaseEvent, ProgressReport } from '../../case/events.ts'
import { planOf } from '../../edition/plan.ts'
import { fenToYuan, sumFen } from '../../edition/money.ts'
import type { Moment } from '../kind.ts'
import { overrunAfter } from './overrun.ts'
import { decidedAfter, requestAfter } from './requests.ts'
import { digestOfReport, periodReported, type Reporting, type Supervision } from './kept.ts'

type ReportedAt = { on: string; promised: string[] }

/** What a case remembers of an event of its supervision; the effects that count are those that its application promised. */
export function rememberSupervision(
  stage: StageOf<'supervision'>,
  kept: Case,
  event: CaseEvent,
  { edition, calendar, on }: Moment,
): Case {
  const { supervision, application, holds } = kept
  if (!supervision) return kept
  const at = { on, promised: planOf(edition, application).effects }
  const request = requestAfter(stage, kept, event, on)
  const reporting = stage.reports && { rules: stage.reports, calendar, holds }
  const after = {
    ...rememberDates(reporting, supervision, event, at),
    ...overrunAfter(stage, kept, event, { request, on }),
    request,
  }
  return { ...kept, supervision: { ...after, ...decidedAfter(stage, kept, after, on) } }
}

function rememberDates(
  reporting: Reporting | undefined,
  kept: Supervision,
  event: CaseEvent,
  { on, promised }: ReportedAt,
): Supervision {
  if (event.type === 'report') return reporting ? reported(reporting, kept, event, on) : kept
  if (event.type === 'grantExtension') return extended(kept, event.completeOn, on)
  if (event.type !== 'complete') return kept
  const reached = promised.filter((effect) => event.effects.includes(effect))
  const missed = promised.filter((effect) => !event.effects.includes(effect))
  return { ...kept, completed: { on: event.completedOn, reached, missed } }
}

function reported(reporting: Reporting, kept: Supervision, report: ProgressReport, on: string): Supervision {
  const period = periodReported(reporting, kept, report, on)
  const others = kept.reports.filter((each) => each.period !== period)
  const { percent, invested } = report
  const spent = Object.keys(invested).length > 0 && { invested: fenToYuan(sumFen(invested)) }
  const lastReport = { period, on, digest: digestOfReport(report) }
  return { ...kept, reports: [...others, { period, on, percent, ...spent }], lastReport }
}

function extended(
  { decidedOn: _decidedOn, ...kept }: Supervision,
  granted: string | undefined,
  on: string,
): Supervision {
  const { request, completeOn: from } = kept
  if (request?.kind !== 'extension') return kept
  const to = granted ?? request.completeOn
  const extensions = [...kept.extensions, { from, to, on, late: request.late }]
  // What was asked for may have come while officers decided.
  const decided = to < on && { decidedOn: on }
  return { ...kept, ...decided, completeOn: to, extensions }
}
