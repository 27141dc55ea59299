import type { Digest } from '../policy/integrity/digest.ts'
import type { OnRecord, StepRecord } from '../models/step-record.ts'

/**
 * The steps of a case of which it does not know that they are on record, the oldest first, and the head of its chain. Whoever
 * asks anything is given all of them: what one caller was killed with, the next one records.
 */
export class Unrecorded {
  head: Digest | null
  private steps: StepRecord[]

  constructor(head: Digest | null = null, steps: StepRecord[] = []) {
    this.head = head
    this.steps = steps
  }

  add(made: StepRecord): void {
    this.steps.push(made)
    this.head = made.seal.link
  }

  all(): StepRecord[] {
    return [...this.steps]
  }

  /**
   * Takes note of how far the case is on record. The chain goes on from the last line as it lies there: a later build, to which
   * the history is played again, may make the same step otherwise.
   */
  confirm({ revision, link }: OnRecord): void {
    if (this.steps.at(-1)?.state.revision === revision) this.head = link
    this.steps = this.steps.filter(({ state }) => state.revision > revision)
  }
}
