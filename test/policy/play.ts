import fc from 'fast-check'
import { expect } from 'vitest'
import { denialsIn, findRefusal, partMeant } from '../../policy/case/actions.ts'
import type { Application } from '../../policy/edition/application.ts'
import type { Actor, ProjectState } from '../../policy/case/case.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { eventTypes, type EventType, type ProjectEvent } from '../../policy/case/events.ts'
import { possibleIn, passTime, step, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { addMonths } from '../../policy/time/periods.ts'
import { deedOf, formOf } from './given.ts'

const dayMs = 86_400_000

/** What somebody tries, and how long after the last time; whether they keep to what they may do. */
export type Move = { actor: number; want: number; form: number; obey: boolean; days: number }

/** Up to 80 moves, most of them within days of each other, a few after so many days at most. */
export function movesWithin(patience: number): fc.Arbitrary<Move[]> {
  const days = fc.oneof(
    { weight: 9, arbitrary: fc.nat(3) },
    { weight: 1, arbitrary: fc.nat(90) },
    { weight: patience > 0 ? 3 : 0, arbitrary: fc.nat(patience) },
  )
  const obey = fc.oneof(
    { weight: 4, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  )
  const move = fc.record({ actor: fc.nat(1000), want: fc.nat(1000), form: fc.nat(1), obey, days })
  return fc.array(move, { minLength: 10, maxLength: 80 })
}

/** Where a play begins: what has happened by an instant, the forms that corrections take, and who tries things. */
export type Opening = { process: Process; steps: Step[]; now: number; forms: Application[]; cast: Actor[] }

/** Plays moves through the doors that the system uses, and checks that what is refused changes nothing. */
export function play({ process, steps: before, now: start, forms, cast }: Opening, moves: Move[]): Step[] {
  const steps = [...before]
  let now = start
  for (const move of moves) {
    now += move.days * dayMs
    steps.push(...passTime(process, lastOf(steps), now))
    const state = lastOf(steps)
    const on = shanghaiDate(now)
    const { actor, event } = choose(process, state, cast, { ...move, forms, now, on })
    const kept = JSON.stringify(state)
    const refusal = findRefusal(process, state, event, actor, now)
    expect(JSON.stringify(state)).toBe(kept)
    const meant = { ...event, ...partMeant(process, state, event, actor, now), by: actor }
    if (!refusal) steps.push(step(process, state, meant, now))
    expect(JSON.stringify(state)).toBe(kept)
  }
  return steps
}

/** The state after the last of some steps. */
export function lastOf(steps: Step[]): ProjectState {
  const last = steps.at(-1)
  if (!last) throw new Error('a walk begins with a filing')
  return last.state
}

/** Eight people, each in any role: whoever wants to decide their own case can try. */
export function castOf({ edition }: Process, place: { district: string; uscc: string }): Actor[] {
  const roles = [...edition.roles.map(({ id }) => id), 'auditor', 'mayor']
  return [...'abcdefgh'].flatMap((user) => roles.map((role) => ({ user, role, ...place })))
}

/** What leads a case away from its next end, or nowhere. */
const detours = new Set<EventType>([
  ...(['withdraw', 'amend', 'release', 'reject', 'urge', 'suspend', 'recordObjection'] as const),
  ...(['report', 'complete', 'requestRevocation', 'withdrawRequest'] as const),
])

type Choice = Move & { forms: Application[]; now: number; on: string }

/** Someone with something: mostly something that they may do and that leads on, so that cases get somewhere. */
function choose(process: Process, state: ProjectState, cast: Actor[], choice: Choice) {
  const from = choice.actor % cast.length
  // A note changes nothing: `annotate.unit.spec.ts`.
  const types = eventTypes.filter((type) => type !== 'annotate')
  const events = types.map((type) => eventOf(type, state, choice))
  const by = { user: '', role: '' }
  const isAsked = Boolean(state.case.supervision?.request)
  const leadsOn = (type: EventType) => !detours.has(type) && !(isAsked && type === 'requestExtension')
  const wanted = choice.want % 8 === 0 ? events : events.filter(({ type }) => leadsOn(type))
  const hasArrow = possibleIn(process, state)
  const possible = wanted.filter((event) => hasArrow({ ...event, by }))
  for (const actor of choice.obey ? [...cast.slice(from), ...cast.slice(0, from)] : []) {
    const denialOf = denialsIn(process, state, actor, choice.now)
    const offered = possible.filter(({ type }) => !denialOf(type))
    const allowed = offered.filter((event) => !findRefusal(process, state, event, actor, choice.now))
    const event = allowed[Math.floor(choice.want / 8) % allowed.length]
    if (event) return { actor, event }
  }
  const anything = events[choice.want % events.length] ?? { type: 'claim' as const }
  return { actor: cast[from] ?? by, event: anything }
}

/** An event that means something on its day. */
function eventOf(type: EventType, { case: kept }: ProjectState, { forms, form, on }: Choice): ProjectEvent {
  const event = deedOf(
    type,
    type === 'resubmit' || type === 'amend' ? (forms[form] ?? kept.application) : formOf(kept),
  )
  const planned = kept.supervision?.completeOn ?? on
  if (event.type === 'requestExtension') {
    const months = [1, 2, 4, 7, 12].find((each) => addMonths(planned, each) > on) ?? 12
    return { ...event, completeOn: addMonths(planned, months) }
  }
  return event.type === 'complete' ? { ...event, completedOn: on } : event
}
