import type { Seen, StateVisit, Step, Visit, Walked, Way } from './way.ts'
import { held } from './way-states.ts'

/** What is told of a place at a glance. */
export type Standing = 'visited' | 'current' | 'never'

/** How closely a way is drawn: phase by phase, or with the states within those that were visited. */
export const wayLevels = ['state', 'phase'] as const
/** As `wayLevels`. */
export type WayLevel = (typeof wayLevels)[number]

const styles = {
  visited: 'fill:#d7e8f7,stroke:#1f5f99,color:#10263a',
  current: 'fill:#1f5f99,stroke:#10263a,color:#ffffff',
  never: 'fill:#ffffff,stroke:#9aa5b1,color:#5c6773,stroke-dasharray:4 3',
} satisfies Record<Standing, string>

/** Whether a case is at a place, has been there, or never was. */
export function standingOf({ isPresent, times }: Pick<Seen, 'isPresent' | 'times'>): Standing {
  return isPresent ? 'current' : times > 0 ? 'visited' : 'never'
}

/** The states of a phase that are drawn: all of a phase that was visited; none, where phases are enough. */
export function statesDrawn(visit: Visit, level: WayLevel): StateVisit[] {
  return level === 'state' && standingOf(visit) !== 'never' ? visit.states : []
}

/** The state diagram of an edition with the way of a case, as Mermaid text: arrows that were taken tell how often and when. */
export function mermaidOf({ visits, arrows }: Way, level: WayLevel): string {
  const places = visits.map((visit) => ({
    visit,
    states: statesDrawn(visit, level).filter(({ state }) => state !== held.state),
  }))
  return [
    'stateDiagram-v2',
    ...places.flatMap(({ visit, states }) => linesOf(visit, states)),
    ...(level === 'state' ? visits.flatMap(holdsOf) : []),
    ...arrows.map((arrow) => `  ${arrow.from ?? '[*]'} --> ${arrow.to}: ${labelOf(arrow)}`),
    ...Object.entries(styles).map(([standing, style]) => `  classDef ${standing} ${style}`),
    ...places.flatMap(({ visit, states }) => classesOf(visit, states)),
  ].join('\n')
}

/** A phase, with the states within it region by region. */
function linesOf({ phase, name, steps }: Visit, states: StateVisit[]): string[] {
  if (states.length === 0) return [`  ${phase}: ${escaped(name.zh)}`]
  const regions = [...new Set(states.map(({ region }) => region))]
  const parts = regions.map((region) => {
    const inner = states.filter((each) => each.region === region)
    const isInner = ({ from }: Step) => inner.some(({ state }) => state === from)
    return [
      ...inner.map((each) => `    ${idOf(phase, each.state)}: ${escaped(each.name.zh)}`),
      `    [*] --> ${idOf(phase, inner[0]?.state ?? '')}`,
      ...steps
        .filter(isInner)
        .map((step) => `    ${idOf(phase, step.from)} --> ${idOf(phase, step.to)}: ${labelOf(step)}`),
    ]
  })
  const body = parts.flatMap((part, at) => (at === 0 ? part : ['    --', ...part]))
  return [`  state "${escaped(name.zh)}" as ${phase} {`, ...body, '  }']
}

function holdsOf({ phase, states }: Visit): string[] {
  const hold = states.find(({ state }) => state === held.state)
  if (!hold) return []
  const on = hold.stays.map(({ entered }) => entered)
  return [`  note right of ${phase}: ${labelOf({ name: hold.name, on })}`]
}

function classesOf(visit: Visit, states: StateVisit[]): string[] {
  if (states.length === 0) return [`  class ${visit.phase} ${standingOf(visit)}`]
  return states.map((each) => `  class ${idOf(visit.phase, each.state)} ${standingOf(each)}`)
}

function idOf(phase: string, state: string): string {
  return `${phase}_${state.replaceAll('.', '_')}`
}

function labelOf({ name, on }: Pick<Walked, 'name' | 'on'>): string {
  const zh = escaped(name.zh)
  return on.length === 0 ? zh : `${zh} ×${on.length}（${on.join('、')}）`
}

/** What would end a label in Mermaid's grammar becomes an entity of its own. */
function escaped(text: string): string {
  return text.replaceAll(/[#;:<>"{}\n]/g, (char) => `#${char.charCodeAt(0)};`)
}
