import {
  answersOf,
  arrowsUnder,
  conditionOf,
  lastEnd,
  routesOf,
  routesTo,
  type StageArrow,
} from '../case/routes.ts'
import { rowOf } from '../case/events.ts'
import { certificateAt, isCertifiedAt, isInOrder, kindOf } from '../stages/index.ts'
import type { Route } from '../stages/parts.ts'
import { isNever } from './conditions.ts'
import type { DocumentFault } from './document-fault.ts'
import { editionWords } from './edition-words.ts'
import type { Edition, Stage } from './edition.ts'

type Place = (string | number)[]

/** A route of an edition: of which answer of which stage, and where it stands in the document. */
type StatedRoute = { stage: Stage; answer: string; route: Route; path: Place; isLast: boolean }

/** Every route of an edition, in its order. */
export function routesIn(edition: Edition): StatedRoute[] {
  return edition.stages.flatMap((stage, at) =>
    Object.entries(answersOf(edition, stage)).flatMap(([answer, target]) => {
      const own = kindOf(stage).answerPath?.(stage, answer) ?? ['answers', answer]
      const routes = routesTo(target)
      return routes.map((route, place) => ({
        stage,
        answer,
        route,
        path: ['stages', at, ...own, ...(Array.isArray(target) ? [place] : [])],
        isLast: place === routes.length - 1,
      }))
    }),
  )
}

/** Routes that lead nowhere, that are never taken, or that may leave an answer without one. */
export function findAnswerFaults(edition: Edition): DocumentFault[] {
  const places = [...edition.stages, ...edition.ends].map(({ id }) => id)
  return routesIn(edition).flatMap(({ stage, answer, route: { to, when }, path, isLast }) => {
    const words =
      to === 'stay'
        ? !kindOf(stage).stay?.(answer) && editionWords.noStay()
        : !['next', 'sender', ...places].includes(to) && editionWords.noPlace(to)
    const isBack = !kindOf(stage).leadsBack?.includes(answer) || leadsBack(edition, stage, to)
    return [
      ...(words ? [{ path, ...words }] : []),
      ...(isBack ? [] : [{ path, ...editionWords.laterStage(to) }]),
      ...(isLast && when !== undefined ? [{ path, ...editionWords.noOtherwise() }] : []),
      ...(!isLast && when === undefined ? [{ path, ...editionWords.notReached() }] : []),
    ]
  })
}

/** Whether a route leads to no later stage of the order, nor to the same one, nor to an end. */
function leadsBack({ stages, ends }: Edition, stage: Stage, to: string): boolean {
  const place = stages.findIndex(({ id }) => id === to)
  const named = stages[place]
  const isOver = ends.some(({ id }) => id === to)
  return to !== 'next' && !isOver && !(named && place >= stages.indexOf(stage) && isInOrder(named))
}

/** A certificate that is issued nowhere, or an order that ends nowhere. */
export function findCertificateFaults(edition: Edition): DocumentFault[] {
  const { stages, ends, certificate } = edition
  const { issuedAt } = certificate
  const isKnown = [...stages, ...ends].some(({ id }) => id === issuedAt)
  if (issuedAt !== undefined && !isKnown)
    return [{ path: ['certificate', 'issuedAt'], ...editionWords.noPlace(issuedAt) }]
  if (certificateAt(edition) === undefined) return [{ path: ['ends'], ...editionWords.noEndCertified() }]
  return lastEnd(edition) ? [] : [{ path: ['ends'], ...editionWords.noEndLast() }]
}

/** Stages and ends that no case reaches, stages that none leaves, and ways that would undo a certificate or make a decision of time. */
export function findWayFaults(edition: Edition): DocumentFault[] {
  const ways = waysOf(edition)
  const reached = closure(targetsIn(ways), [edition.stages[0]?.id ?? ''])
  const back = new Map<string, string[]>()
  for (const { from, to } of ways) back.set(to, [...(back.get(to) ?? []), from])
  const leading = closure(
    back,
    edition.ends.map(({ id }) => id),
  )
  return [
    ...edition.stages.flatMap(({ id }, at) => [
      ...(reached.has(id) ? [] : [{ path: ['stages', at], ...editionWords.noWayTo('stage', id) }]),
      ...(leading.has(id) ? [] : [{ path: ['stages', at], ...editionWords.noWayOut(id) }]),
    ]),
    ...edition.ends.flatMap(({ id }, at) =>
      reached.has(id) ? [] : [{ path: ['ends', at], ...editionWords.noWayTo('end', id) }],
    ),
    ...findSenderFaults(edition),
    ...findUndoing(edition, ways),
    ...findUndecided(edition, ways),
  ]
}

function findSenderFaults(edition: Edition): DocumentFault[] {
  const routes = routesOf(edition)
  return routesIn(edition).flatMap(({ stage, route, path }) =>
    route.to === 'sender' && !routes.hasSender(stage.id) ? [{ path, ...editionWords.noSender() }] : [],
  )
}

/** A certificate is issued once: no way leads from behind it to before it. */
function findUndoing(edition: Edition, ways: readonly StageArrow[]): DocumentFault[] {
  return edition.stages.flatMap((stage, at) =>
    !isCertifiedAt(edition, stage)
      ? []
      : ways
          .filter(({ from, to }) => from === stage.id && edition.stages.some(({ id }) => id === to))
          .filter(({ to }) => !isCertifiedAt(edition, { id: to }))
          .map(({ to }) => ({ path: ['stages', at], ...editionWords.uncertified(to) })),
  )
}

function isDecided({ type }: StageArrow): boolean {
  return rowOf({ type })?.decides?.outcome === 'granted'
}

/** Into a stage in which only time passes before a decision takes effect, nothing leads but that decision. */
function findUndecided(edition: Edition, ways: readonly StageArrow[]): DocumentFault[] {
  return edition.stages.flatMap((stage, at) => {
    if (!kindOf(stage).takesEffect) return []
    const entering = ways.filter(({ to }) => to === stage.id)
    return entering.every(isDecided) ? [] : [{ path: ['stages', at], ...editionWords.noDecisionBefore() }]
  })
}

/** Every way from one stage to another, or to an end, but into stages whose condition never holds. */
function waysOf(edition: Edition): StageArrow[] {
  const never = new Set(edition.stages.filter((stage) => isNeverEntered(edition, stage)).map(({ id }) => id))
  return edition.stages.flatMap(arrowsUnder(edition)).filter(({ to }) => !never.has(to))
}

function isNeverEntered(edition: Edition, stage: Stage): boolean {
  const condition = conditionOf(stage)
  return condition !== undefined && isNever(edition, condition)
}

function targetsIn(ways: readonly StageArrow[]): Map<string, string[]> {
  const targets = new Map<string, string[]>()
  for (const { from, to } of ways) targets.set(from, [...(targets.get(from) ?? []), to])
  return targets
}

function closure(ways: ReadonlyMap<string, string[]>, start: string[]): Set<string> {
  const reached = new Set(start)
  for (const id of reached) for (const next of ways.get(id) ?? []) reached.add(next)
  return reached
}
