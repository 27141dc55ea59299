import type { StateValue } from 'xstate'
import type { Case } from './case.ts'
import { phaseOf } from './phase.ts'
import type { Duration } from './calendar.ts'
import type { Edition, Reminders, Stage, StageOf } from './edition.ts'
import type { GivenDate } from './held-time.ts'
import { waitsInTime } from './requests.ts'
import { completionDate, openSupervision, reportDate, type Supervision } from './supervision.ts'

/** How a due date comes about: a length of time that runs, one that stands still, or a date that is given. */
export type Clock =
  ({ kind: 'runs' } & Duration) | ({ kind: 'standsStill' } & Duration) | ({ kind: 'date' } & GivenDate)

/** What is owed in a state of a case: by whom, until when, who is reminded, and where the rule stands. */
export type Duty = {
  task: string
  period: string | null
  roles: string[]
  clock: Clock | null
  /** What happens after the due date, if nothing else does. */
  lapse?: Duration | 'atDue'
  reminders: Reminders | undefined
  /** Nobody is reminded or urged: what was asked for is being decided. */
  waits?: true
  /** Officers decide it: one claims it, and four eyes hold. */
  decides?: true
  /** It is about what somebody has asked for: it begins anew with every request. */
  ofRequest?: true
  /** The unit in which reminders count. */
  unit: Duration['unit']
  article: string
  /** The officer who has it in hand. */
  claimedBy: string | null
}

/** What duties depend on in a case. */
type Holding = Pick<Case, 'claimedBy' | 'supervision'>

/**
 * Everything that is owed in a state; progress reports for the periods named. This is the only place that says so: due
 * dates, reminders and inboxes are made from it.
 */
export function dutiesOf(
  { stages }: Pick<Edition, 'stages'>,
  { value, case: kept }: { value: StateValue; case: Holding },
  periods: readonly string[],
): Duty[] {
  const stage = stages.find(({ id }) => id === phaseOf(value))
  if (!stage) return []
  if (stage.kind !== 'supervision') return [dutyOfStage(stage, isSuspended(value), kept)]
  const { supervision } = kept
  if (!supervision) return []
  return [
    ...dutiesOfConstruction(stage, constructionOf(value), kept, supervision),
    ...periods.map((period) => reportDuty(stage, supervision, period)),
  ]
}

/** Stands for the dates of a supervised project, which change nothing about who owes. */
const anyDay = '2021-01-01'

/** The roles that owe something in a state, whatever else the case is; none at an end. */
export function owedBy(edition: Pick<Edition, 'stages'>, value: StateValue): string[] {
  const kept = { claimedBy: null, supervision: openSupervision(anyDay, anyDay, anyDay) }
  return dutiesOf(edition, { value, case: kept }, []).flatMap(({ roles }) => roles)
}

/** Whether a clock of such a stage starts anew after it stood still. */
export function startsAnew(stage: Stage, why: 'return' | 'suspend'): boolean {
  if (stage.kind !== 'review') return true
  return (why === 'return' ? stage.afterReturn : stage.suspension?.afterwards) === 'restart'
}

function dutyOfStage(
  stage: Exclude<Stage, { kind: 'supervision' }>,
  suspended: boolean,
  kept: Holding,
): Duty {
  const rule = 'deadline' in stage ? stage.deadline : undefined
  const lapse = stage.kind === 'correction' ? stage.lapse : undefined
  return {
    task: stage.id,
    period: null,
    roles: stage.by,
    ...(stage.kind === 'review' && { decides: true }),
    clock: rule ? { kind: suspended ? 'standsStill' : 'runs', days: rule.days, unit: rule.unit } : null,
    ...(lapse && { lapse: { days: lapse.days, unit: lapse.unit } }),
    reminders: rule?.reminders,
    unit: rule?.unit ?? 'workingDays',
    article: rule?.article ?? stage.article,
    claimedBy: kept.claimedBy,
  }
}

function dutiesOfConstruction(
  stage: StageOf<'supervision'>,
  place: string,
  { claimedBy }: Holding,
  kept: Supervision,
): Duty[] {
  const { officers, decision } = stage
  const deciding = { period: null, roles: officers, decides: true, ofRequest: true, claimedBy } as const
  switch (place) {
    case 'extensionDecision':
    case 'revocationDecision':
      return [...completionWaiting(stage, kept), { ...ruled(decision), task: place, ...deciding }]
    case 'hearing':
      return [...completionWaiting(stage, kept), hearingDuty(stage)]
    default:
      return [completionDuty(stage, kept)]
  }
}

function completionDuty({ by, completion }: StageOf<'supervision'>, kept: Supervision): Duty {
  return {
    task: 'completion',
    period: null,
    roles: by,
    claimedBy: null,
    clock: { kind: 'date', ...completionDate(kept) },
    reminders: completion.reminders,
    unit: 'calendarDays',
    article: completion.article,
  }
}

/** While something is decided: nobody is reminded, and who has asked in time has no date that could pass meanwhile. */
function completionWaiting(stage: StageOf<'supervision'>, kept: Supervision): Duty[] {
  if (kept.completed) return []
  const still = waitsInTime(stage, kept) && { clock: null }
  return [{ ...completionDuty(stage, kept), waits: true, ...still }]
}

function hearingDuty({ by, hearing }: StageOf<'supervision'>): Duty {
  const ofHolder = { period: null, roles: by, claimedBy: null }
  return { ...ofHolder, ...ruled(hearing), task: 'hearing', ofRequest: true, lapse: 'atDue' }
}

function ruled({ days, unit, article, reminders }: StageOf<'supervision'>['decision']) {
  return { clock: { kind: 'runs', days, unit }, unit, article, reminders } as const
}

function reportDuty(stage: StageOf<'supervision'>, kept: Supervision, period: string): Duty {
  return {
    task: 'progressReport',
    period,
    roles: stage.by,
    clock: { kind: 'date', ...reportDate(stage, kept, period) },
    reminders: stage.reports.reminders,
    unit: 'calendarDays',
    article: stage.reports.article,
    claimedBy: null,
  }
}

function isSuspended(value: StateValue): boolean {
  return typeof value !== 'string' && Object.values(value)[0] === 'suspended'
}

/** Where the region `construction` of a supervised project stands. */
function constructionOf(value: StateValue): string {
  const regions = typeof value === 'string' ? undefined : Object.values(value)[0]
  const construction = typeof regions === 'object' ? regions['construction'] : undefined
  return construction === undefined ? '' : phaseOf(construction)
}
