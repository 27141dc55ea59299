import type { InjectedSinks } from '@temporalio/worker'
import type { StepDigest, ReplaySinks } from '../../workflows/contract.ts'
import { readHistory, type History } from './events.ts'

/** For a worker that serves: what it makes once more when it takes a case back into its memory, nobody needs to hear of. */
export const unheard: InjectedSinks<ReplaySinks> = {
  replayChecker: { step: { fn() {}, callDuringReplay: false } },
}

/**
 * Hears of each step that a replay makes, and holds it against the step on record: Temporal compares which commands a
 * workflow gives, and not what it hands over with them.
 */
export function createReplayChecker() {
  let heard: StepDigest[] = []
  const sinks: InjectedSinks<ReplaySinks> = {
    replayChecker: {
      step: {
        fn(_info, made) {
          heard.push(made)
        },
        callDuringReplay: true,
      },
    },
  }
  return {
    sinks,
    /** Which step the replay that has just ended made otherwise, in words; null if it made each as it is on record. */
    findOther(history: History): string | null {
      const made = new Map(heard.map((each) => [each.revision, each]))
      heard = []
      for (const event of readHistory(history)) {
        if (event.kind !== 'step') continue
        const { state, seal } = event.step
        const again = made.get(state.revision)
        if (!again || again.link === seal.link) continue
        const what = again.stateDigest === seal.stateDigest ? 'line' : 'state'
        return `revision ${state.revision} is on record with another ${what} than this code makes`
      }
      return null
    },
  }
}
