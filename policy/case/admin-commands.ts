import { announcementsOf } from '../notices/announcements.ts'
import { phaseOf, type Actor, type ProjectState } from './case.ts'
import { shanghaiDate } from '../time/dates.ts'
import type { Words } from '../edition/edition.ts'
import type { Refusal } from '../errors.ts'
import { endHold, holdClocks } from './hold.ts'
import { entryOf, type Process, type Step } from './lifecycle.ts'

/**
 * What an operator has done to a case, with a colleague's approval: it is held, goes on, or is taken up by a new run from
 * its record. None of them decides anything: state, application and tasks stay as they are.
 */
export type AdminCommand = {
  act: 'hold' | 'endHold' | 'restart'
  reason: string
  by: Actor
  approvedBy: string
}

/** Why an admin command cannot be applied; nothing, if it can. */
export function findCommandRefusal(
  state: Pick<ProjectState, 'value' | 'done' | 'held'>,
  { act }: Pick<AdminCommand, 'act'>,
): Refusal | undefined {
  const phase = phaseOf(state.value)
  const isHeld = state.held !== undefined
  const refusal = (words: Words): Refusal => ({ code: 'admin-command-not-allowed', phase, words })
  if (state.done) return refusal(commandDenials.over)
  if (act === 'hold' && isHeld) return refusal(commandDenials.held)
  return act === 'endHold' && !isHeld ? refusal(commandDenials.notHeld) : undefined
}

/** Why a case does not take an admin command, in words. */
export const commandDenials = {
  over: { zh: '此件已办结。', en: 'The case has reached its end.' },
  held: { zh: '此件已暂停办理。', en: 'The case is held.' },
  notHeld: { zh: '此件并未暂停办理。', en: 'The case is not held.' },
  overtaken: {
    zh: '此项运维操作提出后，另一操作已作用于此件。',
    en: 'Another operation has reached the case since this one was proposed.',
  },
} as const satisfies Record<string, Words>

/** The admin commands after which one that was proposed before them is void: what it was to end, or to take up, is no more. */
export const voidedBy = {
  hold: ['hold', 'endHold'],
  endHold: ['hold', 'endHold'],
  restart: ['restart'],
} as const satisfies Record<AdminCommand['act'], readonly AdminCommand['act'][]>

/** The step that an admin command makes; time comes first: `passTime` must have been asked. */
export function applyCommand(
  process: Process,
  before: ProjectState,
  command: AdminCommand,
  nowMs: number,
): Step {
  const on = shanghaiDate(nowMs)
  const { act, by, reason, approvedBy } = command
  const { changes, ...clocks } = clocksAfter(process, before, act, on)
  const { held: _held, ...rest } = before
  const revision = before.revision + 1
  const state = { ...rest, ...clocks, revision, changedAt: revision }
  const line = { type: act, by, on, payload: { reason, approvedBy }, deadlines: changes } as const
  const entry = entryOf(process, before.value, state, line)
  const notices = act === 'restart' ? [] : announcementsOf(process, { before, state, entry, event: null })
  return { state, entry, effects: [], notices }
}

function clocksAfter(process: Process, before: ProjectState, act: AdminCommand['act'], on: string) {
  switch (act) {
    case 'hold':
      return holdClocks(process, before, on)
    case 'endHold':
      return endHold(process, before, on)
    case 'restart':
      return { ...(before.held && { held: before.held }), deadlines: before.deadlines, changes: [] }
  }
}
