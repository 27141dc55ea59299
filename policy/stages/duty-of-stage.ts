import type { Duty } from '../time/duty.ts'
import type { Words } from '../edition/edition.ts'
import type { Memory, TaskRule } from './kind.ts'
import { assigneeOf } from '../case/case.ts'
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

/**
 * What is owed in a stage, or by a part of it: the answer of those whose turn it is, in the time that the stage gives, or the
 * route by which the case came.
 */
export function dutyOfStage(
  { id: task, by, deadline, article }: Timed,
  kept: Pick<Memory, 'assignments' | 'within'>,
  part: string | null = null,
): Duty {
  const within = kept.within?.stage === task ? kept.within : undefined
  const length = within ?? deadline
  return {
    task,
    part,
    roles: by,
    clock: length ? { kind: 'runs', days: length.days, unit: length.unit } : null,
    reminders: deadline?.reminders,
    unit: length?.unit ?? 'workingDays',
    article: deadline?.article ?? article,
    claimedBy: assigneeOf(kept, { task, part }),
  }
}

/** What there is to do in such a stage. */
export function ruleOfStage(
  { by, deadline, source }: Timed,
  instruction: Words,
  lapse: Words | null = null,
): TaskRule {
  return { roles: by, instruction, reminders: deadline?.reminders, lapse, source: deadline?.source ?? source }
}
