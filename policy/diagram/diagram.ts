import type { Edition } from '../edition/edition.ts'
import { eventLabels } from '../case/labels.ts'
import { arrowsUnder } from '../case/routes.ts'

/** An arrow from one phase to another, by an event; a condition as it stands in the edition, or nothing. */
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

/** Every arrow from one phase to another that an edition knows, in its order. */
export function arrowsOf(edition: Edition): EditionArrow[] {
  const arrowsFrom = arrowsUnder(edition)
  return edition.stages.flatMap((stage) => {
    const arrows = arrowsFrom(stage).map(({ guard, ...arrow }): EditionArrow => ({
      ...arrow,
      condition: guard?.holds?.join(' && ') ?? '',
    }))
    return [...new Map(arrows.map((arrow) => [JSON.stringify(arrow), arrow])).values()]
  })
}
