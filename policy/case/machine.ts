import { assign, setup } from 'xstate'
import type { Case, CaseEvent } from './case.ts'
import { holds } from '../edition/conditions.ts'
import type { Edition, End, Stage } from '../edition/edition.ts'
import { bringsForm } from './events.ts'
import { factsOf, remember } from './remember.ts'
import { certifyingStage, kindOf } from '../stages/index.ts'
import type { Arrow, Arrows, Routes, StageState } from '../stages/kind.ts'
import { calendarOf, type Timekeeper } from '../time/timekeeper.ts'

/** An event on its way into the machine, with the day in Shanghai. */
export type DatedEvent = CaseEvent & { on: string }

/**
 * Builds the one machine of an edition: a state for each stage, as its kind contributes it, and a final state for each
 * end. Its guards ask the edition's conditions and the case; its effects (`lifecycle.ts`) come back unexecuted.
 */
export function buildMachine(keeper: Timekeeper) {
  const { edition } = keeper
  const routes = routesOf(edition)
  const stages = edition.stages.map((stage) => [stage.id, stageState(stage, routes)] as const)
  const ends = edition.ends.map(({ id, outcome }) => [id, endState(id, outcome)] as const)
  return language(keeper).createMachine({
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
  const { stages, ends } = edition
  const end: Routes['end'] = (outcome) =>
    ends
      .filter((each) => each.outcome === outcome)
      .slice(0, 1)
      .map(({ id }) => ({ target: `#${id}` }))
  const certifying = certifyingStage(edition)
  const certificate = certifying ? [{ target: `#${certifying.id}` }] : end('certified')
  const through = (following: Stage[]): Arrow[] => {
    const arrows: Arrow[] = []
    for (const stage of following.filter((each) => kindOf(each).inOrder)) {
      const guarded = kindOf(stage).condition?.(stage) !== undefined
      arrows.push({
        target: `#${stage.id}`,
        ...(guarded && { guard: { type: 'takesPlace', params: { stage: stage.id } } }),
      })
      if (!guarded) return arrows
    }
    return [...arrows, ...certificate]
  }
  const first = stages.findIndex((stage) => kindOf(stage).examines)
  return {
    end,
    isBeforeReviews: (id) => first < 0 || stages.findIndex((stage) => stage.id === id) < first,
    after: (id) => through(stages.slice(stages.findIndex((stage) => stage.id === id) + 1)),
    fromFirstReview: () => through(stages.slice(first)),
  }
}

function language(keeper: Timekeeper) {
  const { edition } = keeper
  const stageOf = (id: string) => {
    const stage = edition.stages.find((each) => each.id === id)
    if (!stage) throw new Error(`the edition has no stage ${id}`)
    return stage
  }
  const momentOf = ({ by }: Stage, { on }: DatedEvent) => ({ edition, calendar: calendarOf(keeper, by), on })
  return setup({
    types: { context: {} as Case, events: {} as DatedEvent, input: {} as Case },
    guards: {
      takesPlace: ({ context, event }, { stage }: { stage: string }) => {
        const application = bringsForm(event) ? event.application : context.application
        const condition = kindOf(stageOf(stage)).condition?.(stageOf(stage))
        return condition === undefined || holds(condition, factsOf({ ...context, application }))
      },
      isFrom: ({ event }, { roles }: { roles: string[] }) => 'by' in event && roles.includes(event.by.role),
      isAbout: ({ event }, { task }: { task: string }) => 'task' in event && event.task === task,
      isSo: ({ context, event }, { stage: id, question }: { stage: string; question: string }) => {
        const stage = stageOf(id)
        return kindOf(stage).guards?.[question]?.(stage, context, event, momentOf(stage, event)) ?? false
      },
    },
    actions: {
      remember: assign(({ context, event }, { stage: id }: { stage: string }) => {
        const stage = stageOf(id)
        return remember(stage, context, event, momentOf(stage, event))
      }),
      enter: assign(
        ({ context, event }, { stage: id }: { stage: string }) =>
          kindOf(stageOf(id)).enter?.(context, event.on) ?? context,
      ),
      issueCertificate: () => {},
      completeCertificate: () => {},
      revokeCertificate: () => {},
    },
  })
}

/** A stage as the machine wants it: what its kind contributes, and what happens when a case enters it. */
function stageState(stage: Stage, routes: Routes): object {
  const law = kindOf(stage)
  const entry = [
    ...(law.enter ? [{ type: 'enter', params: { stage: stage.id } }] : []),
    ...(law.certifies ? ['issueCertificate'] : []),
  ]
  return { id: stage.id, ...stateOf(stage.id, law.state(stage, routes)), ...(entry.length > 0 && { entry }) }
}

/** A state as the machine wants it: every arrow also has the case remember what happened. */
function stateOf(stage: string, { on = {}, states, ...rest }: StageState): object {
  const actions = [{ type: 'remember', params: { stage } }]
  const remembered = (arrows: Arrows) =>
    Object.fromEntries(
      Object.entries(arrows).map(([type, ways]) => [type, ways.map((way) => ({ ...way, actions }))]),
    )
  const inner = Object.entries(states ?? {}).map(([name, state]) => [name, stateOf(stage, state)] as const)
  return { ...rest, on: remembered(on), ...(states && { states: Object.fromEntries(inner) }) }
}

const effectOf = {
  certified: ['issueCertificate'],
  completed: ['completeCertificate'],
  revoked: ['revokeCertificate'],
  rejected: [],
  withdrawn: [],
} as const satisfies Record<End['outcome'], readonly string[]>

function endState(id: string, outcome: End['outcome']): object {
  return { id, type: 'final', entry: [...effectOf[outcome]] }
}
