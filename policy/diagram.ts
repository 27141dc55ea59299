import type { Edition } from './edition.ts'
import { eventLabels } from './labels.ts'
import { routesOf } from './machine.ts'
import { stageState } from './stages/index.ts'
import type { Guard, StageState } from './stages/kind.ts'

/** The state diagram of an edition as Mermaid text, with Chinese names; a condition stands in brackets after its event. */
export function diagramOf(edition: Edition): string {
  const routes = routesOf(edition)
  const names = [...edition.stages, ...edition.ends].map(({ id, zh, en }) => `  ${id}: ${zh}<br/>${en}`)
  const arrows = edition.stages.flatMap((stage) => arrowsOf(edition, stage.id, stageState(stage, routes)))
  const ends = edition.ends.map(({ id }) => `  ${id} --> [*]`)
  return ['stateDiagram-v2', ...names, `  [*] --> ${edition.stages[0]?.id ?? ''}`, ...arrows, ...ends].join(
    '\n',
  )
}

function arrowsOf(edition: Edition, from: string, { on = {}, states = {} }: StageState): string[] {
  const own = Object.entries(on).flatMap(([type, ways]) =>
    ways
      .filter(({ target }) => target?.startsWith('#') && phaseOfTarget(target) !== from)
      .map(({ target = '', guard }) => {
        const label = eventLabels[type as keyof typeof eventLabels].zh
        return `  ${from} --> ${phaseOfTarget(target)}: ${label} ${type}${conditionOf(edition, guard)}`
      }),
  )
  const inner = Object.values(states).flatMap((state) => arrowsOf(edition, from, state))
  return [...new Set([...own, ...inner])]
}

function conditionOf({ stages }: Edition, guard: Guard | undefined): string {
  const stage = guard?.type === 'takesPlace' ? stages.find(({ id }) => id === guard.params.stage) : undefined
  return stage?.kind === 'review' && stage.when ? ` [${stage.when}]` : ''
}

function phaseOfTarget(target: string): string {
  return target.slice(1).split('.')[0] ?? ''
}
