import { assign, setup } from 'xstate'
import { factsOf, remember, type Case, type CaseEvent } from './case.ts'
import { holds } from './conditions.ts'
import type { Edition, Stage } from './edition.ts'
import { stageState } from './stages/index.ts'
import type { Arrow, Routes, StageState } from './stages/kind.ts'

/**
 * Builds the one machine of an edition: a state for each stage, as its kind contributes it, and a final state for each
 * end. Its guards ask the edition's conditions; its one effect, `issueCertificate`, comes back unexecuted.
 */
export function buildMachine(edition: Edition) {
  const routes = routesOf(edition)
  const stages = edition.stages.map(
    (stage) => [stage.id, withMemory(stage.id, stageState(stage, routes))] as const,
  )
  const ends = edition.ends.map(({ id, outcome }) => [id, endState(id, outcome === 'certified')] as const)
  return language(edition).createMachine({
    id: edition.id,
    context: ({ input }) => input,
    initial: edition.stages[0]?.id ?? '',
    states: Object.fromEntries<object>([...stages, ...ends]),
  })
}

/** The machine of an edition. */
export type Machine = ReturnType<typeof buildMachine>

/** The arrows out of a stage, for each event, as they stand in the edition. */
export function routesOf(edition: Edition): Routes {
  const end: Routes['end'] = (outcome) =>
    edition.ends
      .filter((each) => each.outcome === outcome)
      .slice(0, 1)
      .map(({ id }) => ({ target: `#${id}` }))
  const through = (stages: Stage[]): Arrow[] => {
    const arrows: Arrow[] = []
    for (const stage of stages) {
      if (stage.kind === 'correction') continue
      const guarded = stage.kind === 'review' && stage.when !== undefined
      arrows.push({
        target: `#${stage.id}`,
        ...(guarded && { guard: { type: 'takesPlace', params: { stage: stage.id } } }),
      })
      if (!guarded) return arrows
    }
    return [...arrows, ...end('certified')]
  }
  return {
    end,
    after: (id) => through(edition.stages.slice(edition.stages.findIndex((stage) => stage.id === id) + 1)),
    fromFirstReview: () =>
      through(edition.stages.slice(edition.stages.findIndex(({ kind }) => kind === 'review'))),
  }
}

function language(edition: Edition) {
  return setup({
    types: { context: {} as Case, events: {} as CaseEvent, input: {} as Case },
    guards: {
      takesPlace: ({ context, event }, { stage }: { stage: string }) => {
        const application = event.type === 'resubmit' ? event.application : context.application
        return takesPlace(edition, stage, { ...context, application })
      },
    },
    actions: {
      remember: assign(({ context, event }, { stage }: { stage: string }) =>
        remember(edition, context, event, stage),
      ),
      issueCertificate: () => {},
    },
  })
}

function takesPlace(edition: Edition, id: string, kept: Case): boolean {
  const stage = edition.stages.find((candidate) => candidate.id === id)
  return stage?.kind !== 'review' || !stage.when || holds(stage.when, factsOf(kept))
}

function withMemory(id: string, state: StageState): object {
  const actions = [{ type: 'remember', params: { stage: id } }]
  const on = (arrows: StageState['on']) =>
    Object.fromEntries(
      Object.entries(arrows).map(([event, ways]) => [event, ways.map((way) => ({ ...way, actions }))]),
    )
  const states = Object.entries(state.states ?? {}).map(([name, inner]) => [name, { on: on(inner.on) }])
  return { id, ...state, on: on(state.on), ...(state.states && { states: Object.fromEntries(states) }) }
}

function endState(id: string, certified: boolean): object {
  return { id, type: 'final', ...(certified && { entry: ['issueCertificate'] }) }
}
