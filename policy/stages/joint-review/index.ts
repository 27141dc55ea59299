import type { StateValue } from 'xstate'
import type { Case } from '../../case/case.ts'
import type { CaseEvent } from '../../case/events.ts'
import type { StageOf } from '../../edition/edition.ts'
import { also, officersTask, withdrawal } from '../arrows.ts'
import { taskStateLabels } from '../common/words.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Arrow, Kind, Routes, StageState } from '../kind.ts'
import { findJudgementRefusal, isReviewAnswer, withDecision } from '../review/answers.ts'
import { findJointReviewFaults } from './faults.ts'

type JointReview = StageOf<'jointReview'>

/** Several bodies look at the case side by side, each for itself; all of them must approve, or so many. */
export const jointReview: Kind<JointReview> = {
  zh: '联合审核',
  en: 'joint review',
  inOrder: true,
  examines: true,
  stateLabels: { ...taskStateLabels, answered: { zh: '已答复', en: 'answered' } },
  leadsBack: ['return'],
  parts: ({ by }) => by,
  answers: ({ answers }) => answers,
  state: (stage, routes) => ({
    type: 'parallel',
    states: Object.fromEntries(stage.by.map((part) => [part, stateOfBody(stage, routes, part)])),
    on: { ...withdrawal(stage, routes), ...(stage.deadline && { urge: [{}] }) },
  }),
  guards: { isSettled },
  enter: (kept) => ({ ...kept, votes: [] }),
  remember: (stage, kept, event) => {
    if (!isReviewAnswer(event) || event.part === undefined) return kept
    const votes = [...(kept.votes ?? []), { part: event.part, answer: event.type }]
    return { ...withDecision(stage, kept, event), votes }
  },
  duties: (stage, { value, case: kept }) => {
    const bodies = innerOf(value)
    return stage.by
      .filter((part) => bodies[part] !== 'answered')
      .map((part) => ({ ...dutyOfStage({ ...stage, by: [part] }, kept, part), decides: true }))
  },
  rule: (_edition, stage) => ruleOfStage(stage, { zh: '办结本部门审核', en: 'decide the case for its body' }),
  officers: ({ by }, part) => (part === null ? by : [part]),
  takeover: ({ takeover }) => takeover?.by,
  findRefusal: (_stage, kept, event) => findJudgementRefusal(kept, event),
  faults: findJointReviewFaults,
}

/** Where each body is. */
function innerOf(value: StateValue): Record<string, unknown> {
  const inner = typeof value === 'string' ? undefined : Object.values(value)[0]
  return typeof inner === 'object' ? inner : {}
}

/** A body claims its own task, and answers it: that leads on as soon as it settles the review. */
function stateOfBody(stage: JointReview, routes: Routes, part: string): StageState {
  const settled = { asks: [{ stage: stage.id, question: 'isSettled' }] }
  const answers = Object.keys(stage.answers).map((answer): [string, Arrow[]] => {
    const onward = routes.of(stage.id, answer).map((arrow) => also(arrow, settled))
    return [answer, [...onward, { target: 'answered' }]]
  })
  const { states = {}, ...body } = officersTask(Object.fromEntries(answers), { answered: {} })
  const own = Object.entries(states).map(([name, state]) => [name, ofPart(state, part)])
  return { ...body, states: Object.fromEntries(own) }
}

function ofPart({ on = {}, ...state }: StageState, part: string): StageState {
  const arrows = Object.entries(on).map(([type, ways]) => [type, ways.map((way) => also(way, { part }))])
  return { ...state, on: Object.fromEntries(arrows) }
}

/**
 * Whether an answer settles the review: so many have approved as must, or so many have not that they cannot any more. The
 * answer that does it says where the case goes.
 */
function isSettled({ by, passes }: JointReview, { votes = [] }: Case, event: CaseEvent): boolean {
  if (!isReviewAnswer(event)) return false
  const needed = passes === 'all' ? by.length : passes.quorum
  const approvals = votes.filter(({ answer }) => answer === 'approve').length
  return event.type === 'approve'
    ? approvals + 1 >= needed
    : votes.length - approvals + 1 > by.length - needed
}
