import { readHistory, revisionHeard, type DecodedEvent, type History } from '../evidence/archive/events.ts'
import type { NotificationBatch } from '../policy/notices/notice.ts'
import type { StepRecord } from '../models/step-record.ts'
import type { ProjectInput, Receipt } from '../workflows/contract.ts'
import { withNewer } from '../workflows/contract-calendars.ts'

/** All that a run leaves to its successor. */
export type Handover = {
  /** Its input, with the calendars that it counted by in the end and what it would carry over. */
  input: ProjectInput
  /** Steps and reminders that were asked for and of which it never heard that they were written. */
  unheard: { steps: StepRecord[]; batches: NotificationBatch[] }
}

/** Reads a run's history as its successor needs it; throws if it is not that of a project. */
export function handoverOf(history: History): Handover {
  const events = readHistory(history)
  const [begun] = events
  if (begun?.kind !== 'input') throw new Error('the history has no input')
  const steps = events.flatMap((event) => (event.kind === 'step' ? [event.step] : []))
  const input = events.reduce(
    (before, event) => (event.kind === 'adoption' ? withNewer(before, event.adoption.calendars) : before),
    begun.input,
  )
  const heard = revisionHeard(events)
  const unheard = [...(begun.input.carried?.unrecorded ?? []), ...steps].filter(
    ({ state }) => state.revision > heard,
  )
  const receipts = receiptsOf(begun.input, events, steps)
  return {
    input: { ...input, carried: carriedBy(begun.input, { last: steps.at(-1), unheard, receipts }) },
    unheard: {
      steps: unheard,
      batches: events.flatMap((event) =>
        event.kind === 'notification' && !event.isHeard ? [event.batch] : [],
      ),
    },
  }
}

function carriedBy(
  { carried }: ProjectInput,
  {
    last,
    unheard,
    receipts,
  }: { last: StepRecord | undefined; unheard: StepRecord[]; receipts: [string, Receipt][] },
): ProjectInput['carried'] {
  if (!last) return carried && { ...carried, unrecorded: unheard, receipts }
  const { state, filedAt, at, seal } = last
  return {
    state,
    filedAt: Date.parse(filedAt),
    lastAt: Date.parse(at),
    head: seal.link,
    unrecorded: unheard,
    receipts,
  }
}

/** What each command did that the run carried out, so that one that is sent again is not carried out again. */
function receiptsOf(
  { carried }: ProjectInput,
  events: DecodedEvent[],
  steps: StepRecord[],
): [string, Receipt][] {
  const receipts = new Map(carried?.receipts)
  for (const decoded of events) {
    if (decoded.kind !== 'command') continue
    const { command, digest, request, event, by } = decoded.command
    const made = steps.find(
      (step) => step.request === request && step.entry.type === event.type && step.entry.by?.user === by.user,
    )
    const receipt = decoded.receipt ?? (made && { revision: made.state.revision, digest })
    if (receipt && !receipts.has(command)) receipts.set(command, receipt)
  }
  return [...receipts]
}
