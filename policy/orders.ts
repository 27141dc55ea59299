import { announcementsOf } from './announcements.ts'
import { phaseOf, type Actor, type ProjectState } from './case.ts'
import { shanghaiDate } from './dates.ts'
import type { Refusal } from './errors.ts'
import { restartClocks, stopClocks } from './hold.ts'
import { entryOf, type Process, type Step } from './lifecycle.ts'

/**
 * What an operator has done to a case, with a colleague's approval: it is held, goes on, or is taken up by a new run from
 * its record. None of them decides anything: state, application and tasks stay as they are.
 */
export type Order = { act: 'hold' | 'endHold' | 'restart'; reason: string; by: Actor; approvedBy: string }

/** Why an order cannot be carried out; nothing, if it can. */
export function findOrderRefusal(
  state: Pick<ProjectState, 'value' | 'done' | 'held'>,
  { act }: Pick<Order, 'act'>,
): Refusal | undefined {
  const phase = phaseOf(state.value)
  const isHeld = state.held !== undefined
  if (state.done) return { code: 'order-not-allowed', phase, detail: 'The case has reached its end.' }
  if (act === 'hold' && isHeld) return { code: 'order-not-allowed', phase, detail: 'The case is held.' }
  if (act === 'endHold' && !isHeld)
    return { code: 'order-not-allowed', phase, detail: 'The case is not held.' }
  return undefined
}

/** The orders after which one that was proposed before them is void: what it was to end, or to take up, is no more. */
export const voidedBy = {
  hold: ['hold', 'endHold'],
  endHold: ['hold', 'endHold'],
  restart: ['restart'],
} as const satisfies Record<Order['act'], readonly Order['act'][]>

/** The step that an order makes; time comes first: `passTime` must have been asked. */
export function obey(process: Process, before: ProjectState, order: Order, nowMs: number): Step {
  const on = shanghaiDate(nowMs)
  const { act, by, reason, approvedBy } = order
  const { changes, ...clocks } = clocksAfter(process, before, act, on)
  const { held: _held, ...rest } = before
  const state = { ...rest, ...clocks, revision: before.revision + 1 }
  const line = { type: act, by, on, payload: { reason, approvedBy }, deadlines: changes } as const
  const entry = entryOf(process, before.value, state, line)
  const notices = act === 'restart' ? [] : announcementsOf(process, { before, state, entry, event: null })
  return { state, entry, effects: [], notices }
}

function clocksAfter(process: Process, before: ProjectState, act: Order['act'], on: string) {
  switch (act) {
    case 'hold':
      return stopClocks(process, before, on)
    case 'endHold':
      return restartClocks(process, before, on)
    case 'restart':
      return { ...(before.held && { held: before.held }), deadlines: before.deadlines, changes: [] }
  }
}
