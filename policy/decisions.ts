import type { HistoryEntry } from './case.ts'

/** How something was decided; a program can tell these apart, whatever the words are. */
export const outcomes = ['granted', 'refused', 'revoked', 'lapsed'] as const
/** How something was decided. */
export type Outcome = (typeof outcomes)[number]

type EventName = HistoryEntry['type']

/** What decides something, how, and about which task where the stage has several; of the others the stage is the task. */
const decisions: Partial<Record<EventName, { outcome: Outcome; task?: string }>> = {
  approve: { outcome: 'granted' },
  reject: { outcome: 'refused' },
  lapse: { outcome: 'lapsed' },
  grantExtension: { outcome: 'granted', task: 'extensionDecision' },
  refuseExtension: { outcome: 'refused', task: 'extensionDecision' },
  revoke: { outcome: 'revoked', task: 'revocationDecision' },
  refuseRevocation: { outcome: 'refused', task: 'revocationDecision' },
}

/** How an event decides, and about which task; nothing, if it decides nothing. `phase` is where it takes place. */
export function decisionBy(type: EventName, phase: string): { outcome: Outcome; task: string } | undefined {
  const decision = decisions[type]
  return decision && { task: phase, ...decision }
}
