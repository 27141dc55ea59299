import type { EditionFault } from './edition-fault.ts'
import type { Edition, End, Reminders } from './edition.ts'

/** What is wrong with the life after the certificate: where it leads, and who decides in it. */
export function findSupervisionFaults({ stages, ends, roles }: Edition): EditionFault[] {
  const at = stages.findIndex(({ kind }) => kind === 'supervision')
  const stage = stages[at]
  const lacks = (outcome: End['outcome']) => !ends.some((end) => end.outcome === outcome)
  if (stage?.kind !== 'supervision')
    return lacks('certified') ? [fault(['ends'], 'no end has the outcome certified')] : []
  return [
    ...(['completed', 'revoked'] as const)
      .filter(lacks)
      .map((outcome) => fault(['ends'], `a supervision needs an end with the outcome ${outcome}`)),
    ...(lacks('certified')
      ? []
      : [fault(['ends'], 'a supervised project is certified in its stage, not in an end')]),
    ...(at === stages.length - 1 ? [] : [fault(['stages', at], 'a supervision is the last stage')]),
    ...stage.officers.flatMap((role, place) =>
      roles.some(({ id }) => id === role)
        ? []
        : [fault(['stages', at, 'officers', place], `nobody holds the role ${role}`)],
    ),
    ...stage.officers.flatMap((role, place) =>
      stage.by.includes(role)
        ? [fault(['stages', at, 'officers', place], `${role} would decide what it asks for itself`)]
        : [],
    ),
  ]
}

/** Takeovers by nobody, or by those whose turn it is. */
export function findTakeoverFaults({ stages, roles }: Edition): EditionFault[] {
  return stages.flatMap((stage, at) => {
    const named = 'takeover' in stage ? (stage.takeover?.by ?? []) : []
    return named.flatMap((role, place) => {
      const scope = roles.find(({ id }) => id === role)?.scope
      const reason =
        scope === undefined
          ? `nobody holds the role ${role}`
          : scope === 'own' || stage.by.includes(role)
            ? `${role} would take over what it asks for, or what is its own`
            : undefined
      return reason ? [fault(['stages', at, 'takeover', 'by', place], reason)] : []
    })
  })
}

/** Reminders that nobody would get. */
export function findReminderFaults({ stages, roles }: Edition): EditionFault[] {
  return stages.flatMap((stage, at) =>
    remindersOf(stage).flatMap(([path, reminders]) =>
      (reminders.escalate ?? []).flatMap(({ to }, step) =>
        to.flatMap((role, place) =>
          roles.some(({ id }) => id === role)
            ? []
            : [
                fault(
                  ['stages', at, ...path, 'reminders', 'escalate', step, 'to', place],
                  `nobody holds the role ${role}`,
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

function fault(path: (string | number)[], reason: string): EditionFault {
  return { path, reason }
}
