import type { StateValue } from 'xstate'
import type { Duty } from '../../time/duty.ts'
import type { StageOf } from '../../edition/edition.ts'
import { assigneeOf } from '../../case/case.ts'
import { phaseOf } from '../../case/phase.ts'
import type { StageSituation } from '../kind.ts'
import { completionDate, reportDate, type Supervision } from './kept.ts'
import { waitsInTime } from './requests.ts'

type Stage = StageOf<'supervision'>

/** What is owed for a certified project: its completion or a decision about it, and reports of the periods named. */
export function dutiesOfSupervision(
  stage: Stage,
  { value, case: kept }: StageSituation,
  periods: readonly string[],
): Duty[] {
  const { supervision } = kept
  if (!supervision) return []
  const place = constructionOf(value)
  const task = { task: place, part: null }
  return [
    ...dutiesOfConstruction(stage, place, assigneeOf(kept, task), supervision),
    ...periods.flatMap((period) => reportDuty(stage, supervision, period)),
  ]
}

function dutiesOfConstruction(
  stage: Stage,
  place: string,
  claimedBy: string | null,
  kept: Supervision,
): Duty[] {
  const { by, officers, decision, hearing } = stage
  const ofRequest = { task: place, part: null, ofRequest: true } as const
  switch (place) {
    case 'extensionDecision':
    case 'revocationDecision': {
      const deciding = { ...ofRequest, roles: officers, decides: true, claimedBy } as const
      return [...completionWaiting(stage, kept), ...(decision ? [{ ...ruled(decision), ...deciding }] : [])]
    }
    case 'hearing': {
      const answering = { ...ofRequest, roles: by, claimedBy: null, lapse: 'atDue' } as const
      return [...completionWaiting(stage, kept), ...(hearing ? [{ ...ruled(hearing), ...answering }] : [])]
    }
    default:
      return completionDuty(stage, kept)
  }
}

function completionDuty({ by, completion }: Stage, kept: Supervision): Duty[] {
  if (!completion) return []
  const moved = kept.extensions.at(-1)
  return [
    {
      task: 'completion',
      part: null,
      roles: by,
      claimedBy: null,
      clock: { kind: 'date', ...completionDate(kept) },
      ...(moved && { movedFrom: moved.from }),
      reminders: completion.reminders,
      unit: 'calendarDays',
      article: completion.article,
    },
  ]
}

/** While something is decided: nobody is reminded, and who has asked in time has no date that could pass meanwhile. */
function completionWaiting(stage: Stage, kept: Supervision): Duty[] {
  if (kept.completed) return []
  const still = waitsInTime(stage, kept) && { clock: null }
  return completionDuty(stage, kept).map((duty) => ({ ...duty, waits: true, ...still }))
}

function ruled({ days, unit, article, reminders }: NonNullable<Stage['decision']>) {
  return { clock: { kind: 'runs', days, unit }, unit, article, reminders } as const
}

function reportDuty({ by, reports }: Stage, kept: Supervision, period: string): Duty[] {
  if (!reports) return []
  return [
    {
      task: 'progressReport',
      part: period,
      roles: by,
      clock: { kind: 'date', ...reportDate(reports, kept, period) },
      reminders: reports.reminders,
      unit: 'calendarDays',
      article: reports.article,
      claimedBy: null,
    },
  ]
}

/** Where the region `construction` stands. */
function constructionOf(value: StateValue): string {
  const regions = typeof value === 'string' ? undefined : Object.values(value)[0]
  const construction = typeof regions === 'object' ? regions['construction'] : undefined
  return construction === undefined ? '' : phaseOf(construction)
}
