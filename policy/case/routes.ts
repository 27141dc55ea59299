import type { Edition, End, Stage } from '../edition/edition.ts'
import { endOf } from '../edition/ends.ts'
import type { EntryType } from './events.ts'
import { also } from '../stages/arrows.ts'
import { certificateAt, isInOrder, isReview, kindOf } from '../stages/index.ts'
import type { Arrow, Guard, Routes, StageState } from '../stages/kind.ts'
import type { Route, Target } from '../stages/parts.ts'

/** The routes of an edition: for each answer of a stage, the arrows that it stands for. */
export function routesOf(edition: Edition): Routes {
  const { stages } = edition
  const senders = sendersOf(edition)
  const firstExamining = stages.findIndex(isReview)
  return {
    of: (id, answer) => {
      const stage = stages.find((each) => each.id === id)
      if (!stage) return []
      return routesTo(answersOf(edition, stage)[answer]).flatMap((route) =>
        arrowsOf(edition, stage, route, kindOf(stage).stay?.(answer), senders.get(id)),
      )
    },
    hasSender: (id) => (senders.get(id)?.size ?? 0) > 0,
    isBeforeReviews: (id) =>
      firstExamining < 0 || stages.findIndex((stage) => stage.id === id) < firstExamining,
    end: (outcome) => {
      const end = endOf(edition, outcome)
      return end ? [{ target: `#${end.id}` }] : []
    },
  }
}

/** The end behind the last stage: of a certificate, or of what follows one that a stage has issued. */
export function lastEnd(edition: Edition): End | undefined {
  const isIssued = edition.stages.some(({ id }) => id === certificateAt(edition))
  const [certified, completed] = [endOf(edition, 'certified'), endOf(edition, 'completed')]
  return isIssued ? (completed ?? certified) : (certified ?? completed)
}

/** Where each answer of a stage leads, what the document leaves unsaid filled in. */
export function answersOf(
  { stages, ends }: Edition,
  stage: Stage,
): Readonly<Record<string, Target | undefined>> {
  const firstExamining = stages.find(isReview)?.id
  return kindOf(stage).answers(stage, { ends, firstExamining })
}

/** The long form of where an answer leads. */
export function routesTo(target: Target | undefined): Route[] {
  if (target === undefined) return []
  if (typeof target === 'string') return [{ to: target }]
  return Array.isArray(target) ? target : [target]
}

function arrowsOf(
  edition: Edition,
  stage: Stage,
  { to, when, within, clock }: Route,
  stay: Arrow | undefined,
  senders: ReadonlySet<string> = new Set(),
): Arrow[] {
  const arrows =
    to === 'stay'
      ? stay
        ? [stay]
        : []
      : to === 'sender'
        ? [...senders].map((sender): Arrow => ({ target: `#${sender}`, guard: { sender } }))
        : placesFrom(edition, stage, to)
  return arrows.map((arrow) => ({
    ...(when === undefined ? arrow : also(arrow, { holds: [when] })),
    ...(within && { within }),
    ...(clock && { clock }),
  }))
}

/** To the first stage of those that follow, or from a named one on, that takes place; to the end of the procedure after the last. */
function placesFrom(edition: Edition, from: Stage, to: string): Arrow[] {
  const { stages } = edition
  const first = to === 'next' ? stages.indexOf(from) + 1 : stages.findIndex(({ id }) => id === to)
  const named = stages[first]
  if (to !== 'next' && (!named || !isInOrder(named))) return [{ target: `#${to}` }]
  const arrows: Arrow[] = []
  for (const stage of stages.slice(first).filter(isInOrder)) {
    const when = conditionOf(stage)
    const target = `#${stage.id}`
    if (when === undefined) return [...arrows, { target }]
    arrows.push({ target, guard: { holds: [when] } })
  }
  const last = lastEnd(edition)
  return last ? [...arrows, { target: `#${last.id}` }] : arrows
}

/** An arrow from a stage to another one, or to an end, by an event. */
export type StageArrow = { from: string; to: string; type: EntryType; guard: Guard | undefined }

/** Tells every arrow out of a stage of an edition. */
export function arrowsUnder(edition: Edition): (stage: Stage) => StageArrow[] {
  const statesOf = statesUnder(edition)
  return (stage) => outOf(stage.id, statesOf(stage))
}

/** Tells the states of a stage of an edition: those of its kind, with arrows to where its answers lead. */
export function statesUnder(edition: Edition): (stage: Stage) => StageState {
  const routes = routesOf(edition)
  return (stage) => kindOf(stage).state(stage, routes)
}

function outOf(from: string, { on = {}, states = {} }: StageState): StageArrow[] {
  const own = Object.entries(on).flatMap(([type, arrows]) =>
    arrows.flatMap((arrow) => {
      const to = targetOf(arrow)
      return to === undefined || to === from
        ? []
        : [{ from, to, type: type as EntryType, guard: arrow.guard }]
    }),
  )
  return [...own, ...Object.values(states).flatMap((state) => outOf(from, state))]
}

/** The condition under which a stage takes place; always, if there is none. */
export function conditionOf(stage: Stage): string | undefined {
  return 'when' in stage ? stage.when : undefined
}

/** The stage or the end that an arrow leads to; none, if it stays where it is. */
export function targetOf({ target }: Arrow): string | undefined {
  return target?.startsWith('#') ? target.slice(1).split('.')[0] : undefined
}

/** For each stage, those from which a case may have come: by name, in the order, or sent back by one that was sent by it. */
function sendersOf(edition: Edition): ReadonlyMap<string, ReadonlySet<string>> {
  const senders = new Map(edition.stages.map(({ id }) => [id, new Set<string>()]))
  const routes = edition.stages.flatMap((stage) =>
    Object.values(answersOf(edition, stage))
      .flatMap(routesTo)
      .map(({ to }) => ({ stage, to })),
  )
  for (let grows = true; grows;) {
    grows = false
    for (const { stage, to } of routes.filter((each) => isEntered(each.stage))) {
      const places =
        to === 'sender' ? [...(senders.get(stage.id) ?? [])] : to === 'stay' ? [] : named(stage, to)
      for (const place of places) {
        const known = senders.get(place)
        if (!known || place === stage.id || known.has(stage.id)) continue
        known.add(stage.id)
        grows = true
      }
    }
  }
  return senders

  // Where no case ever is, none is sent from.
  function isEntered(stage: Stage): boolean {
    return stage === edition.stages[0] || (senders.get(stage.id)?.size ?? 0) > 0
  }

  function named(stage: Stage, to: string): string[] {
    return placesFrom(edition, stage, to).flatMap((arrow) => targetOf(arrow) ?? [])
  }
}
