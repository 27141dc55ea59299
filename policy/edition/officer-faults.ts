import type { DocumentFault } from './document-fault.ts'
import type { Edition, Stage, Words } from './edition.ts'
import { editionWords } from './edition-words.ts'
import { kindOf } from '../stages/index.ts'
import type { ReminderRule } from '../stages/kind.ts'

/** Takeovers by nobody, or by those whose turn it is. */
export function findTakeoverFaults({ stages, roles }: Edition): DocumentFault[] {
  return stages.flatMap((stage, at) => {
    const named = 'takeover' in stage ? (stage.takeover?.by ?? []) : []
    return named.flatMap((role, place) => {
      const scope = roles.find(({ id }) => id === role)?.scope
      const wrong =
        scope === undefined
          ? editionWords.noRole(role)
          : scope === 'own' || scope === 'assigned' || stage.by.includes(role)
            ? editionWords.ownTakeover(role)
            : undefined
      return wrong ? [fault(['stages', at, 'takeover', 'by', place], wrong)] : []
    })
  })
}

/** Stages that the same officer may decide too, which there are not. */
export function findSameOfficerFaults({ stages }: Edition): DocumentFault[] {
  return stages.flatMap((stage, at) => {
    const named = ('sameOfficerAs' in stage && stage.sameOfficerAs) || []
    return named.flatMap((id, place) =>
      stages.some((each) => each.id === id && each !== stage)
        ? []
        : [fault(['stages', at, 'sameOfficerAs', place], editionWords.noStage(id))],
    )
  })
}

/** Reminders that nobody would get. */
export function findReminderFaults({ stages, roles }: Edition): DocumentFault[] {
  return stages.flatMap((stage, at) =>
    remindersOf(stage).flatMap(([field, reminders]) =>
      (reminders.escalate ?? []).flatMap(({ to }, step) =>
        to.flatMap((role, place) =>
          roles.some(({ id }) => id === role)
            ? []
            : [
                fault(
                  ['stages', at, field, 'reminders', 'escalate', step, 'to', place],
                  editionWords.noRole(role),
                ),
              ],
        ),
      ),
    ),
  )
}

function remindersOf(stage: Stage): ReminderRule[] {
  const own = kindOf(stage).reminders?.(stage)
  if (own) return own
  const rule = 'deadline' in stage ? stage.deadline : undefined
  return rule?.reminders ? [['deadline', rule.reminders]] : []
}

function fault(path: (string | number)[], words: Words): DocumentFault {
  return { path, ...words }
}
