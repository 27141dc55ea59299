import { inputOf, toldBy, type Told } from './events.ts'
import type { Run } from './histories.ts'

/**
 * What all runs of a case say, from the first to the latest. A step that a run did not hear to be written, and from which the
 * next one takes up the case, is done; one that the next one knows nothing of never was. A certificate whose number no
 * history tells has the `number` on record.
 */
export function toldOf(runs: Run[], number: string | null, now: Date): Told[] {
  return runs
    .flatMap((run, index) => {
      const next = runs[index + 1]
      const told = toldBy(run.history, now)
      return next && told.some(({ done }) => !done) ? settled(told, takenUpAt(next)) : told
    })
    .map((each) => {
      const isIssuing =
        each.kind === 'step' && each.certificate === null && each.step.effects.includes('issueCertificate')
      return isIssuing ? { ...each, certificate: number } : each
    })
}

function settled(told: Told[], revision: number): Told[] {
  return told.flatMap((each): Told[] => {
    if (each.done) return [each]
    return each.kind === 'step' && each.step.state.revision > revision ? [] : [{ ...each, done: true }]
  })
}

/** The revision from which a run goes on. */
function takenUpAt({ history }: Run): number {
  return inputOf(history)?.carried?.state.revision ?? 0
}
