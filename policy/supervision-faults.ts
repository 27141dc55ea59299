import type { DocumentFault } from './document-fault.ts'
import type { Edition, End, Reminders, Words } from './edition.ts'
import { editionWords } from './edition-words.ts'

/** What is wrong with the life after the certificate: where it leads, and who decides in it. */
export function findSupervisionFaults({ stages, ends, roles }: Edition): DocumentFault[] {
  const at = stages.findIndex(({ kind }) => kind === 'supervision')
  const stage = stages[at]
  const lacks = (outcome: End['outcome']) => !ends.some((end) => end.outcome === outcome)
  if (stage?.kind !== 'supervision')
    return lacks('certified') ? [fault(['ends'], editionWords.noEndCertified())] : []
  return [
    ...(['completed', 'revoked'] as const)
      .filter(lacks)
      .map((outcome) => fault(['ends'], editionWords.noSupervisionEnd(outcome))),
    ...(lacks('certified') ? [] : [fault(['ends'], editionWords.certifiedEnd())]),
    ...(at === stages.length - 1 ? [] : [fault(['stages', at], editionWords.notLast())]),
    ...stage.officers.flatMap((role, place) =>
      roles.some(({ id }) => id === role)
        ? []
        : [fault(['stages', at, 'officers', place], editionWords.noRole(role))],
    ),
    ...stage.officers.flatMap((role, place) =>
      stage.by.includes(role)
        ? [fault(['stages', at, 'officers', place], editionWords.ownRequest(role))]
        : [],
    ),
  ]
}

/** Takeovers by nobody, or by those whose turn it is. */
export function findTakeoverFaults({ stages, roles }: Edition): DocumentFault[] {
  return stages.flatMap((stage, at) => {
    const named = 'takeover' in stage ? (stage.takeover?.by ?? []) : []
    return named.flatMap((role, place) => {
      const scope = roles.find(({ id }) => id === role)?.scope
      const wrong =
        scope === undefined
          ? editionWords.noRole(role)
          : scope === 'own' || stage.by.includes(role)
            ? editionWords.ownTakeover(role)
            : undefined
      return wrong ? [fault(['stages', at, 'takeover', 'by', place], wrong)] : []
    })
  })
}

/** Reminders that nobody would get. */
export function findReminderFaults({ stages, roles }: Edition): DocumentFault[] {
  return stages.flatMap((stage, at) =>
    remindersOf(stage).flatMap(([path, reminders]) =>
      (reminders.escalate ?? []).flatMap(({ to }, step) =>
        to.flatMap((role, place) =>
          roles.some(({ id }) => id === role)
            ? []
            : [
                fault(
                  ['stages', at, ...path, 'reminders', 'escalate', step, 'to', place],
                  editionWords.noRole(role),
                ),
              ],
        ),
      ),
    ),
  )
}

function remindersOf(stage: Edition['stages'][number]): [path: string[], reminders: Reminders][] {
  const rules =
    stage.kind === 'supervision'
      ? {
          reports: stage.reports,
          completion: stage.completion,
          decision: stage.decision,
          hearing: stage.hearing,
        }
      : { deadline: 'deadline' in stage ? stage.deadline : undefined }
  return Object.entries(rules).flatMap(([name, rule]) => (rule?.reminders ? [[[name], rule.reminders]] : []))
}

function fault(path: (string | number)[], words: Words): DocumentFault {
  return { path, ...words }
}
