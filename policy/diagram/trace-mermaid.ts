import type { VisitTotals, StateVisit, StateTransition, Visit, PhaseTransition, Trace } from './trace.ts'
import { held } from './trace-states.ts'

/** What a phase or a state looks like at a glance. */
export type VisitStatus = 'visited' | 'current' | 'never'

/** In how much detail a trace is drawn: phase by phase, or with the states within those that were visited. */
export const traceDetails = ['state', 'phase'] as const
/** As `traceDetails`. */
export type TraceDetail = (typeof traceDetails)[number]

const styles = {
  visited: 'fill:#d7e8f7,stroke:#1f5f99,color:#10263a',
  current: 'fill:#1f5f99,stroke:#10263a,color:#ffffff',
  never: 'fill:#ffffff,stroke:#9aa5b1,color:#5c6773,stroke-dasharray:4 3',
} satisfies Record<VisitStatus, string>

/** Whether a case is in a phase or a state, has been there, or never was. */
export function visitStatusOf({ isPresent, times }: Pick<VisitTotals, 'isPresent' | 'times'>): VisitStatus {
  return isPresent ? 'current' : times > 0 ? 'visited' : 'never'
}

/** The states of a phase that are drawn: all of a phase that was visited; none, where phases are enough. */
export function statesDrawn(visit: Visit, detail: TraceDetail): StateVisit[] {
  return detail === 'state' && visitStatusOf(visit) !== 'never' ? visit.states : []
}

/** The state diagram of an edition with the trace of a case, as Mermaid text: arrows that were taken tell how often and when. */
export function mermaidOf({ visits, arrows }: Trace, detail: TraceDetail): string {
  const phases = visits.map((visit) => ({
    visit,
    states: statesDrawn(visit, detail).filter(({ state }) => state !== held.state),
  }))
  return [
    'stateDiagram-v2',
    ...phases.flatMap(({ visit, states }) => linesOf(visit, states)),
    ...(detail === 'state' ? visits.flatMap(holdsOf) : []),
    ...arrows.map((arrow) => `  ${arrow.from ?? '[*]'} --> ${arrow.to}: ${labelOf(arrow)}`),
    ...Object.entries(styles).map(([status, style]) => `  classDef ${status} ${style}`),
    ...phases.flatMap(({ visit, states }) => classesOf(visit, states)),
  ].join('\n')
}

/** A phase, with the states within it region by region. */
function linesOf({ phase, name, transitions }: Visit, states: StateVisit[]): string[] {
  if (states.length === 0) return [`  ${phase}: ${escaped(name.zh)}`]
  const regions = [...new Set(states.map(({ region }) => region))]
  const parts = regions.map((region) => {
    const inner = states.filter((each) => each.region === region)
    const isInner = ({ from }: StateTransition) => inner.some(({ state }) => state === from)
    return [
      ...inner.map((each) => `    ${idOf(phase, each.state)}: ${escaped(each.name.zh)}`),
      `    [*] --> ${idOf(phase, inner[0]?.state ?? '')}`,
      ...transitions
        .filter(isInner)
        .map(
          (transition) =>
            `    ${idOf(phase, transition.from)} --> ${idOf(phase, transition.to)}: ${labelOf(transition)}`,
        ),
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
  if (states.length === 0) return [`  class ${visit.phase} ${visitStatusOf(visit)}`]
  return states.map((each) => `  class ${idOf(visit.phase, each.state)} ${visitStatusOf(each)}`)
}

function idOf(phase: string, state: string): string {
  return `${phase}_${state.replaceAll('.', '_')}`
}

function labelOf({ name, on }: Pick<PhaseTransition, 'name' | 'on'>): string {
  const zh = escaped(name.zh)
  return on.length === 0 ? zh : `${zh} ×${on.length}（${on.join('、')}）`
}

/** What would end a label in Mermaid's grammar becomes an entity of its own. */
function escaped(text: string): string {
  return text.replaceAll(/[#;:<>"{}\n]/g, (char) => `#${char.charCodeAt(0)};`)
}
