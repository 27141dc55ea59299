import type { Duty } from '../time/duty.ts'
import type { Edition, Words } from '../edition/edition.ts'
import type { Standing, TaskRule } from './kind.ts'
import type { Reminders } from './parts.ts'

type Timed = {
  id: string
  by: string[]
  article: string
  source: 'notice' | 'default'
  deadline?:
    | {
        days: number
        unit: Duty['unit']
        article: string
        source: 'notice' | 'default'
        reminders?: Reminders | undefined
      }
    | undefined
}

/** What is owed in a stage that is one task: the answer of those whose turn it is. */
export function dutyOfStage({ id, by, deadline, article }: Timed, { case: { claimedBy } }: Standing): Duty {
  return {
    task: id,
    period: null,
    roles: by,
    clock: deadline ? { kind: 'runs', days: deadline.days, unit: deadline.unit } : null,
    reminders: deadline?.reminders,
    unit: deadline?.unit ?? 'workingDays',
    article: deadline?.article ?? article,
    claimedBy,
  }
}

/** What there is to do in such a stage. */
export function ruleOfStage(
  { by, deadline, source }: Timed,
  deed: Words,
  lapse: Words | null = null,
): TaskRule {
  return { roles: by, deed, reminders: deadline?.reminders, lapse, source: deadline?.source ?? source }
}

/** Whether an edition has an end of an outcome. */
export function hasEnd({ ends }: Edition, outcome: Edition['ends'][number]['outcome']): boolean {
  return ends.some((end) => end.outcome === outcome)
}
