import { inputOf, toldBy, type Told } from './events.ts'
import type { Run } from './histories.ts'

/**
 * What all runs of a case say, from the first to the latest. A step that a run did not hear to be written, and from which the
 * next one takes up the case, is done; one that the next one knows nothing of never was. A certificate of whose number the
 * run that issued it did not hear has the one that a later run was told, or else the `number` on record.
 */
export function toldOf(runs: Run[], number: string | null, now: Date): Told[] {
  const told = runs.flatMap((run, index) => {
    const next = runs[index + 1]
    const own = toldBy(run.history, now)
    return next && own.some(({ done }) => !done) ? settled(own, takenUpAt(next)) : own
  })
  if (!told.some(isNumberless)) return told
  const [known = number] = runs.flatMap(({ history }) => inputOf(history)?.certificate ?? [])
  return told.map((each) => (isNumberless(each) ? { ...each, certificate: known } : each))
}

/** Whether something is a step that issues a certificate of whose number nothing is heard. */
export function isNumberless(each: Told): each is Extract<Told, { kind: 'step' }> {
  return each.kind === 'step' && each.certificate === null && each.step.effects.includes('issueCertificate')
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
