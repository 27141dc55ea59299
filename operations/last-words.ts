import { readHistory, stepsIn, type Deed, type History, type Recorded } from '../evidence/archive/events.ts'
import type { Telling } from '../policy/notices/notice.ts'
import type { StepRecord } from '../models/step-record.ts'
import type { ProjectInput, Receipt } from '../workflows/contract.ts'
import { withNewer } from '../workflows/contract-calendars.ts'

/** All that a run leaves to whoever takes its place. */
export type LastWords = {
  /** Its input, with the calendars that it counted by in the end and what it would carry over. */
  input: ProjectInput
  /** Steps and reminders that were asked for and of which it never heard that they were written. */
  unheard: { steps: StepRecord[]; tellings: Telling[] }
}

/** Reads a run's history as its successor needs it; throws if it is not that of a project. */
export function lastWordsOf(history: History): LastWords {
  const deeds = readHistory(history)
  const [begun] = deeds
  if (begun?.kind !== 'input') throw new Error('the history has no input')
  const made = deeds
    .flatMap((deed) => (deed.kind === 'step' ? [deed.step] : []))
    .toSorted((a, b) => a.state.revision - b.state.revision)
  const input = deeds.reduce(
    (before, deed) => (deed.kind === 'adoption' ? withNewer(before, deed.adoption.calendars) : before),
    begun.input,
  )
  const unheard = deeds.filter((deed) => 'answer' in deed && deed.answer === null)
  const receipts = receiptsOf(begun.input, deeds, made)
  return {
    input: { ...input, carried: carriedBy(made.at(-1) ?? null, begun.input, receipts) },
    unheard: {
      steps: stepsIn(unheard)
        .map(({ step }) => step)
        .toSorted((a, b) => a.state.revision - b.state.revision),
      tellings: unheard.flatMap((deed) => (deed.kind === 'telling' ? [deed.telling] : [])),
    },
  }
}

function carriedBy(
  last: Recorded | null,
  { carried }: ProjectInput,
  receipts: [string, Receipt][],
): ProjectInput['carried'] {
  if (!last) return carried
  const { state, filedAt, at, seal } = last
  return { state, filedAt: Date.parse(filedAt), lastAt: Date.parse(at), head: seal?.link ?? null, receipts }
}

/** What each command did that the run carried out, so that one that is sent again is not carried out again. */
function receiptsOf({ carried }: ProjectInput, deeds: Deed[], steps: Recorded[]): [string, Receipt][] {
  const receipts = new Map(carried?.receipts)
  for (const deed of deeds) {
    if (deed.kind !== 'command') continue
    const { command, digest, request, event, by } = deed.command
    const made = steps.find(
      (step) => step.request === request && step.entry.type === event.type && step.entry.by?.user === by.user,
    )
    const receipt = deed.receipt ?? (made && { revision: made.state.revision, digest })
    if (receipt && !receipts.has(command)) receipts.set(command, receipt)
  }
  return [...receipts]
}
