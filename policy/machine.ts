import { assign, setup } from 'xstate'
import { certified, factsOf, remember, type Case, type CaseEvent } from './case.ts'
import { holds } from './conditions.ts'
import type { Edition, End, Stage } from './edition.ts'
import { bringsForm } from './events.ts'
import { takesBackWaiting } from './requests.ts'
import { stageState } from './stages/index.ts'
import type { Arrow, Arrows, Routes, StageState } from './stages/kind.ts'
import { staysLate, supervisionOf } from './supervision.ts'
import { calendarOf, type Timekeeper } from './timekeeper.ts'

/** An event on its way into the machine, with the day in Shanghai. */
export type DatedEvent = CaseEvent & { on: string }

/**
 * Builds the one machine of an edition: a state for each stage, as its kind contributes it, and a final state for each
 * end. Its guards ask the edition's conditions and the case; its effects (`lifecycle.ts`) come back unexecuted.
 */
export function buildMachine(keeper: Timekeeper) {
  const { edition } = keeper
  const routes = routesOf(edition)
  const stages = edition.stages.map(
    (stage) => [stage.id, { id: stage.id, ...stateOf(stage.id, stageState(stage, routes)) }] as const,
  )
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
  const end: Routes['end'] = (outcome) =>
    edition.ends
      .filter((each) => each.outcome === outcome)
      .slice(0, 1)
      .map(({ id }) => ({ target: `#${id}` }))
  const supervision = supervisionOf(edition)
  const certificate = supervision ? [{ target: `#${supervision.id}` }] : end('certified')
  const through = (stages: Stage[]): Arrow[] => {
    const arrows: Arrow[] = []
    for (const stage of stages) {
      if (stage.kind === 'correction' || stage.kind === 'supervision') continue
      const guarded = stage.kind === 'review' && stage.when !== undefined
      arrows.push({
        target: `#${stage.id}`,
        ...(guarded && { guard: { type: 'takesPlace', params: { stage: stage.id } } }),
      })
      if (!guarded) return arrows
    }
    return [...arrows, ...certificate]
  }
  return {
    end,
    isBeforeReviews: (id) =>
      edition.stages.find((stage) => stage.id === id || stage.kind === 'review')?.id === id,
    after: (id) => through(edition.stages.slice(edition.stages.findIndex((stage) => stage.id === id) + 1)),
    fromFirstReview: () =>
      through(edition.stages.slice(edition.stages.findIndex(({ kind }) => kind === 'review'))),
  }
}

function language(keeper: Timekeeper) {
  const { edition } = keeper
  const supervisor = supervisionOf(edition)
  const calendar = calendarOf(keeper, supervisor?.by ?? [])
  return setup({
    types: { context: {} as Case, events: {} as DatedEvent, input: {} as Case },
    guards: {
      takesPlace: ({ context, event }, { stage }: { stage: string }) => {
        const application = bringsForm(event) ? event.application : context.application
        return takesPlace(edition, stage, { ...context, application })
      },
      isFrom: ({ event }, { roles }: { roles: string[] }) => 'by' in event && roles.includes(event.by.role),
      isAbout: ({ event }, { task }: { task: string }) => 'task' in event && event.task === task,
      isNotExtended: ({ context }, { stage }: { stage: string }) => !context.extended?.includes(stage),
      isCompleted: ({ context: { supervision } }) => (supervision?.completed ?? null) !== null,
      isOverdue: ({ context: { supervision } }) => supervision?.overdue ?? false,
      isExplained: ({ context: { supervision } }) =>
        supervision ? supervision.overdue && supervision.explained : false,
      owesReports: ({ context: { supervision }, event }) =>
        supervisor !== undefined &&
        supervision !== undefined &&
        event.type === 'report' &&
        staysLate({ stage: supervisor, calendar }, supervision, event, event.on),
      isBeingDecided: ({ context: { supervision }, event }) =>
        supervisor === undefined || !supervision || !takesBackWaiting(supervisor, supervision, event),
      isExtensionAsked: ({ context: { supervision } }) => supervision?.request?.kind === 'extension',
    },
    actions: {
      remember: assign(({ context, event }, { stage }: { stage: string }) =>
        remember(edition, context, event, { stage, on: event.on, calendar }),
      ),
      certify: assign(({ context, event }) => certified(context, event.on)),
      issueCertificate: () => {},
      completeCertificate: () => {},
      revokeCertificate: () => {},
    },
  })
}

function takesPlace(edition: Edition, id: string, kept: Case): boolean {
  const stage = edition.stages.find((candidate) => candidate.id === id)
  return stage?.kind !== 'review' || !stage.when || holds(stage.when, factsOf(kept))
}

/** A state as the machine wants it: every arrow also has the case remember what happened. */
function stateOf(stage: string, { on = {}, states, certifies, ...rest }: StageState): object {
  const actions = [{ type: 'remember', params: { stage } }]
  const remembered = (arrows: Arrows) =>
    Object.fromEntries(
      Object.entries(arrows).map(([type, ways]) => [type, ways.map((way) => ({ ...way, actions }))]),
    )
  const inner = Object.entries(states ?? {}).map(([name, state]) => [name, stateOf(stage, state)] as const)
  return {
    ...rest,
    on: remembered(on),
    ...(certifies && { entry: ['certify', 'issueCertificate'] }),
    ...(states && { states: Object.fromEntries(inner) }),
  }
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
