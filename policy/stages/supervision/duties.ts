import type { StateValue } from 'xstate'
import type { Duty } from '../../time/duty.ts'
import type { StageOf } from '../../edition/edition.ts'
import { phaseOf } from '../../case/phase.ts'
import type { Standing } from '../kind.ts'
import { completionDate, reportDate, type Supervision } from './kept.ts'
import { waitsInTime } from './requests.ts'

type Stage = StageOf<'supervision'>

/** What is owed for a certified project: its completion or a decision about it, and reports of the periods named. */
export function dutiesOfSupervision(
  stage: Stage,
  { value, case: { claimedBy, supervision } }: Standing,
  periods: readonly string[],
): Duty[] {
  if (!supervision) return []
  return [
    ...dutiesOfConstruction(stage, constructionOf(value), claimedBy, supervision),
    ...periods.map((period) => reportDuty(stage, supervision, period)),
  ]
}

function dutiesOfConstruction(
  stage: Stage,
  place: string,
  claimedBy: string | null,
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

function completionDuty({ by, completion }: Stage, kept: Supervision): Duty {
  const moved = kept.extensions.at(-1)
  return {
    task: 'completion',
    period: null,
    roles: by,
    claimedBy: null,
    clock: { kind: 'date', ...completionDate(kept) },
    ...(moved && { movedFrom: moved.from }),
    reminders: completion.reminders,
    unit: 'calendarDays',
    article: completion.article,
  }
}

/** While something is decided: nobody is reminded, and who has asked in time has no date that could pass meanwhile. */
function completionWaiting(stage: Stage, kept: Supervision): Duty[] {
  if (kept.completed) return []
  const still = waitsInTime(stage, kept) && { clock: null }
  return [{ ...completionDuty(stage, kept), waits: true, ...still }]
}

function hearingDuty({ by, hearing }: Stage): Duty {
  const ofHolder = { period: null, roles: by, claimedBy: null }
  return { ...ofHolder, ...ruled(hearing), task: 'hearing', ofRequest: true, lapse: 'atDue' }
}

function ruled({ days, unit, article, reminders }: Stage['decision']) {
  return { clock: { kind: 'runs', days, unit }, unit, article, reminders } as const
}

function reportDuty(stage: Stage, kept: Supervision, period: string): Duty {
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

/** Where the region `construction` stands. */
function constructionOf(value: StateValue): string {
  const regions = typeof value === 'string' ? undefined : Object.values(value)[0]
  const construction = typeof regions === 'object' ? regions['construction'] : undefined
  return construction === undefined ? '' : phaseOf(construction)
}
