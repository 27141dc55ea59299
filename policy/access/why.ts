import { denialsIn } from '../case/actions.ts'
import { becauseOf, type Because } from './because.ts'
import type { Actor, ProjectState } from '../case/case.ts'
import type { Words } from '../edition/edition.ts'
import type { EventType } from '../case/events.ts'
import { eventLabels } from '../case/labels.ts'
import type { Process } from '../case/lifecycle.ts'
import { scopeOf } from './scope.ts'

/** Whether an event is offered to a person, and if it is not, why. */
export type Explanation = Words & { type: EventType; offered: boolean; because: Because | null }

/** Who asks about whom, and when (milliseconds since 1970). */
export type Inquiry = { about: Actor; viewer: Pick<Actor, 'role'>; nowMs: number }

/** Explains an event of a person in a state at an instant, by the very denial that would refuse it. */
export function explain(
  process: Process,
  state: ProjectState,
  type: EventType,
  { about, viewer, nowMs }: Inquiry,
): Explanation {
  const denial = denialsIn(process, state, about, nowMs)(type)
  const name = eventLabels[type]
  if (!denial) return { type, ...name, offered: true, because: null }
  const { edition } = process
  const isOwn = scopeOf(edition, viewer) === 'own'
  const because = becauseOf({ edition, state, type, denial, about, isOwn })
  return { type, ...name, offered: false, because }
}
