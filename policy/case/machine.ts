import { assign, setup } from 'xstate'
import type { Case } from './case.ts'
import type { DatedEvent } from './events.ts'
import type { Edition, End, Stage } from '../edition/edition.ts'
import { isMet, momentIn, stageNamed } from './guards.ts'
import { remember } from './remember.ts'
import { routesOf, targetOf } from './routes.ts'
import { certificateAt, kindOf } from '../stages/index.ts'
import type { Arrow, Guard, Routes, StageState } from '../stages/kind.ts'
import type { Route } from '../stages/parts.ts'
import type { DeadlineContext } from '../time/deadline-context.ts'

/**
 * Builds the one machine of an edition: a state for each stage, as its kind contributes it, and a final state for each
 * end. Its guards ask the edition's conditions and the case; its effects (`lifecycle.ts`) come back unexecuted.
 */
export function buildMachine(rules: DeadlineContext) {
  const { edition } = rules
  const routes = routesOf(edition)
  const stages = edition.stages.map((stage) => [stage.id, stageState(edition, stage, routes)] as const)
  const ends = edition.ends.map((end) => [end.id, endState(edition, end)] as const)
  return language(rules).createMachine({
    id: edition.id,
    context: ({ input }) => input,
    initial: edition.stages[0]?.id ?? '',
    states: Object.fromEntries<object>([...stages, ...ends]),
  })
}

/** The machine of an edition. */
export type Machine = ReturnType<typeof buildMachine>

function language(rules: DeadlineContext) {
  const stageOf = (id: string) => stageNamed(rules.edition, id)
  return setup({
    types: { context: {} as Case, events: {} as DatedEvent, input: {} as Case },
    guards: {
      isMet: ({ context, event }, guard: Guard) => isMet(rules, guard, context, event),
    },
    actions: {
      remember: assign(({ context, event }, { stage: id }: { stage: string }) => {
        const stage = stageOf(id)
        return remember(stage, context, event, momentIn(rules, stage, event))
      }),
      leave: assign(
        ({ context: { within: _within, ...context } }, { stage: sender, to, within }: Leaving) => ({
          ...context,
          sender,
          ...(within && { within: { stage: to, ...within } }),
        }),
      ),
      enter: assign(
        ({ context, event }, { stage: id }: { stage: string }) =>
          kindOf(stageOf(id)).enter?.(context, { edition: rules.edition, on: event.on }) ?? context,
      ),
      keepClock: () => {},
      issueCertificate: () => {},
      completeCertificate: () => {},
      revokeCertificate: () => {},
    },
  })
}

type Leaving = { stage: string; to: string } & Pick<Route, 'within'>

/** A stage as the machine wants it: what its kind contributes, and what happens when a case enters it. */
function stageState(edition: Edition, stage: Stage, routes: Routes): object {
  const law = kindOf(stage)
  const entry = [
    ...(law.enter ? [{ type: 'enter', params: { stage: stage.id } }] : []),
    ...(certificateAt(edition) === stage.id ? ['issueCertificate'] : []),
  ]
  return { id: stage.id, ...stateOf(stage.id, law.state(stage, routes)), ...(entry.length > 0 && { entry }) }
}

/** A state as the machine wants it: every arrow also has the case remember what happened, and where it came from. */
function stateOf(stage: string, { on = {}, always, states, ...rest }: StageState): object {
  const remembering = [{ type: 'remember', params: { stage } }]
  const remembered = Object.entries(on).map(([type, arrows]) => [
    type,
    arrows.map((arrow) => arrowOf(stage, arrow, remembering)),
  ])
  const inner = Object.entries(states ?? {}).map(([name, state]) => [name, stateOf(stage, state)] as const)
  return {
    ...rest,
    on: Object.fromEntries(remembered),
    ...(always && { always: always.map((arrow) => arrowOf(stage, arrow, [])) }),
    ...(states && { states: Object.fromEntries(inner) }),
  }
}

/** An arrow as the machine wants it; one to another stage has the case remember which it leaves. */
function arrowOf(stage: string, arrow: Arrow, actions: object[]): object {
  const { target, guard, within, clock } = arrow
  const to = targetOf(arrow)
  return {
    target,
    ...(guard && { guard: { type: 'isMet', params: guard } }),
    actions: [
      ...actions,
      ...(to !== undefined && to !== stage
        ? [{ type: 'leave', params: { stage, to, ...(within && { within }) } }]
        : []),
      ...(clock === 'resume' ? ['keepClock'] : []),
    ],
  }
}

const effectOf = {
  certified: [],
  completed: ['completeCertificate'],
  revoked: ['revokeCertificate'],
  rejected: [],
  withdrawn: [],
} as const satisfies Record<End['outcome'], readonly string[]>

function endState(edition: Edition, { id, outcome }: End): object {
  const issued = certificateAt(edition) === id ? ['issueCertificate'] : []
  return { id, type: 'final', entry: [...issued, ...effectOf[outcome]] }
}
