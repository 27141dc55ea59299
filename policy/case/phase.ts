import type { StateValue } from 'xstate'

/** The phase: the stage or end that a state belongs to. */
export function phaseOf(value: StateValue): string {
  return typeof value === 'string' ? value : (Object.keys(value)[0] ?? '')
}
