import type { Edition } from './edition.ts'
import { eventLabels } from './labels.ts'
import { routesOf } from './machine.ts'
import { stageState } from './stages/index.ts'
import type { StageState } from './stages/kind.ts'

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

function arrowsOf({ stages }: Edition, from: string, { on, states = {} }: StageState): string[] {
  return [on, ...Object.values(states).map((inner) => inner.on)].flatMap((arrows) =>
    Object.entries(arrows).flatMap(([type, ways]) =>
      ways
        .filter(({ target }) => target.startsWith('#'))
        .map(({ target, guard }) => {
          const stage = stages.find(({ id }) => id === guard?.params.stage)
          const condition = stage?.kind === 'review' && stage.when ? ` [${stage.when}]` : ''
          return `  ${from} --> ${target.slice(1)}: ${eventLabels[type as keyof typeof eventLabels].zh} ${type}${condition}`
        }),
    ),
  )
}
