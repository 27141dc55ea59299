import type { Edition } from '../edition/edition.ts'
import { eventLabels } from '../case/labels.ts'
import { routesOf } from '../case/machine.ts'
import { kindOf } from '../stages/index.ts'
import type { Guard, StageState } from '../stages/kind.ts'

/** A way from one phase to another, by an event; a condition as it stands in the edition, or nothing. */
export type EditionArrow = { from: string; to: string; type: keyof typeof eventLabels; condition: string }

/** The state diagram of an edition as Mermaid text, with Chinese names; a condition stands in brackets after its event. */
export function diagramOf(edition: Edition): string {
  const names = [...edition.stages, ...edition.ends].map(({ id, zh, en }) => `  ${id}: ${zh}<br/>${en}`)
  const arrows = arrowsOf(edition).map(
    ({ from, to, type, condition }) =>
      `  ${from} --> ${to}: ${eventLabels[type].zh} ${type}${condition && ` [${condition}]`}`,
  )
  const ends = edition.ends.map(({ id }) => `  ${id} --> [*]`)
  return ['stateDiagram-v2', ...names, `  [*] --> ${edition.stages[0]?.id ?? ''}`, ...arrows, ...ends].join(
    '\n',
  )
}

/** Every way from one phase to another that an edition knows, in its order. */
export function arrowsOf(edition: Edition): EditionArrow[] {
  const routes = routesOf(edition)
  return edition.stages.flatMap((stage) => {
    const arrows = arrowsFrom(edition, stage.id, kindOf(stage).state(stage, routes))
    return [...new Map(arrows.map((arrow) => [JSON.stringify(arrow), arrow])).values()]
  })
}

function arrowsFrom(edition: Edition, from: string, { on = {}, states = {} }: StageState): EditionArrow[] {
  const own = Object.entries(on).flatMap(([type, ways]) =>
    ways
      .filter(({ target }) => target?.startsWith('#') && phaseOfTarget(target) !== from)
      .map(({ target = '', guard }) => ({
        from,
        to: phaseOfTarget(target),
        type: type as EditionArrow['type'],
        condition: conditionOf(edition, guard),
      })),
  )
  return [...own, ...Object.values(states).flatMap((state) => arrowsFrom(edition, from, state))]
}

function conditionOf({ stages }: Edition, guard: Guard | undefined): string {
  const stage = guard?.type === 'takesPlace' ? stages.find(({ id }) => id === guard.params.stage) : undefined
  return (stage && kindOf(stage).condition?.(stage)) ?? ''
}

function phaseOfTarget(target: string): string {
  return target.slice(1).split('.')[0] ?? ''
}
