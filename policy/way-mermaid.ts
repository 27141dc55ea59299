import type { Visit, Walked, Way } from './way.ts'

/** What is told of a phase at a glance. */
export type Standing = 'visited' | 'current' | 'never'

const styles = {
  visited: 'fill:#d7e8f7,stroke:#1f5f99,color:#10263a',
  current: 'fill:#1f5f99,stroke:#10263a,color:#ffffff',
  never: 'fill:#ffffff,stroke:#9aa5b1,color:#5c6773,stroke-dasharray:4 3',
} satisfies Record<Standing, string>

/** Whether a case is in a phase, has been there, or never was. */
export function standingOf({ isPresent, times }: Visit): Standing {
  return isPresent ? 'current' : times > 0 ? 'visited' : 'never'
}

/** The state diagram of an edition with the way of a case, as Mermaid text: arrows that were taken tell how often and when. */
export function mermaidOf({ visits, arrows }: Way): string {
  const standings = Object.entries(styles)
  return [
    'stateDiagram-v2',
    ...visits.map(({ phase, name }) => `  ${phase}: ${escaped(name.zh)}`),
    ...arrows.map((arrow) => `  ${arrow.from ?? '[*]'} --> ${arrow.to}: ${labelOf(arrow)}`),
    ...standings.map(([standing, style]) => `  classDef ${standing} ${style}`),
    ...visits.map((visit) => `  class ${visit.phase} ${standingOf(visit)}`),
  ].join('\n')
}

function labelOf({ name, on }: Walked): string {
  const zh = escaped(name.zh)
  return on.length === 0 ? zh : `${zh} ×${on.length}（${on.join('、')}）`
}

/** What would end a label in Mermaid's grammar becomes an entity of its own. */
function escaped(text: string): string {
  return text.replaceAll(/[#;:<>"{}\n]/g, (char) => `#${char.charCodeAt(0)};`)
}
