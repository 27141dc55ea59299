import { numberTold, readHistory, statementsIn, type DecodedEvent, type Statement } from './events.ts'
import type { Run } from './histories.ts'

/**
 * What all runs of a case say, from the first to the latest. A step that a run did not hear to be written, and from which the
 * next one takes up the case, is done; one that the next one knows nothing of never was. A certificate has the
 * number that one of the runs was told, or else the `number` on record.
 */
export function statementsOf(runs: Run[], number: string | null, now: Date): Statement[] {
  const histories = runs.map(({ history }) => readHistory(history))
  const statements = histories.flatMap((told, index) => {
    const next = histories[index + 1]
    const own = statementsIn(told, now)
    return next && own.some(({ done }) => !done) ? settled(own, takenUpAt(next)) : own
  })
  if (!statements.some(isNumberless)) return statements
  const [known = number] = histories.flatMap((told) => numberTold(told) ?? [])
  return statements.map((each) => (isNumberless(each) ? { ...each, certificate: known } : each))
}

/** Whether something is a step that issues a certificate of whose number nothing is heard. */
export function isNumberless(each: Statement): each is Extract<Statement, { kind: 'step' }> {
  return each.kind === 'step' && each.certificate === null && each.step.effects.includes('issueCertificate')
}

function settled(statements: Statement[], revision: number): Statement[] {
  return statements.flatMap((each): Statement[] => {
    if (each.done) return [each]
    return each.kind === 'step' && each.step.state.revision > revision ? [] : [{ ...each, done: true }]
  })
}

/** The revision from which a run goes on. */
function takenUpAt([begun]: DecodedEvent[]): number {
  return (begun?.kind === 'input' && begun.input.carried?.state.revision) || 0
}
