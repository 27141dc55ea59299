import type { StateValue } from 'xstate'
import type { StageOf } from '../../edition/edition.ts'
import { endOf } from '../../edition/ends.ts'
import { officersTask, withdrawal } from '../arrows.ts'
import { taskStateLabels } from '../common/words.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Target } from '../parts.ts'
import type { Arrows, Course, Kind, Routes } from '../kind.ts'
import { findJudgementRefusal, isReviewAnswer, withDecision } from './answers.ts'
import { findReviewFaults } from './faults.ts'
import type { ReviewAnswer } from './schema.ts'

type Review = StageOf<'review'>

/** An officer claims the case and decides it (二（三）开展认定). */
export const review: Kind<Review> = {
  zh: '审核',
  en: 'review',
  inOrder: true,
  examines: true,
  stateLabels: { ...taskStateLabels, suspended: { zh: '暂停计时', en: 'clock stopped' } },
  answers: answersOf,
  answerPath: ({ answers }, answer) =>
    Array.isArray(answers) ? (answer === 'return' ? ['returnTo'] : []) : ['answers', answer],
  leadsBack: ['return'],
  stay: () => ({ target: 'unclaimed' }),
  state: (stage, routes) => ({
    ...officersTask(
      { ...answerArrows(stage, routes), ...ownTime(stage) },
      stage.suspension && { suspended: { on: { resume: [{ target: 'claimed' }] } } },
    ),
    on: { ...withdrawal(stage, routes), ...(stage.deadline && { urge: [{}] }) },
  }),
  guards: { isNotExtended: ({ id }, { extended }) => !extended?.includes(id) },
  duties: (stage, { value, case: kept }) => {
    const duty = { ...dutyOfStage(stage, kept), decides: true } as const
    const { clock } = duty
    const stands = clock?.kind === 'runs' && isSuspended(value)
    return [stands ? { ...duty, clock: { ...clock, kind: 'standsStill' } } : duty]
  },
  rule: (_edition, stage) => ruleOfStage(stage, { zh: '办结', en: 'decide the case' }),
  remember: (stage, kept, event) => {
    if (event.type === 'extendTime') return { ...kept, extended: [...(kept.extended ?? []), stage.id] }
    return isReviewAnswer(event) ? withDecision(stage, kept, event) : kept
  },
  takeover: ({ takeover }) => takeover?.by,
  ownExtension: ({ ownExtension }) => ownExtension,
  grounds: ({ suspension }) => suspension?.grounds ?? [],
  findUsedUp({ id, zh, en, ownExtension }, { extended }, type) {
    if (type !== 'extendTime' || !extended?.includes(id)) return undefined
    return {
      reason: 'usedUp',
      refusal: { code: 'event-not-allowed', phase: id },
      article: ownExtension?.article,
      words: {
        zh: `「${zh}」已延长过一次，只能延长一次。`,
        en: `More time was taken for “${en}” once already, and once is all.`,
      },
    }
  },
  findDenial({ id, ownExtension }, { deadlines }, type) {
    const late = deadlines.find(({ task, overdue }) => task === id && overdue)
    if (type !== 'extendTime' || !late) return undefined
    return {
      reason: 'tooLate',
      refusal: { code: 'event-not-allowed', phase: id },
      article: ownExtension?.article,
      words: {
        zh: `期限（${late.dueOn}）已过，不能再延长办理时限。`,
        en: `The due date (${late.dueOn}) has passed: it is too late to take longer.`,
      },
    }
  },
  findRefusal: (_stage, kept, event) => findJudgementRefusal(kept, event),
  faults: findReviewFaults,
}

function answersOf(
  { answers, returnTo, afterReturn }: Review,
  course: Course,
): Readonly<Record<string, Target | undefined>> {
  if (!Array.isArray(answers)) return answers
  const inShort = {
    approve: 'next',
    return: returnTo === undefined ? undefined : { to: returnTo, clock: afterReturn ?? 'resume' },
    reject: endOf(course, 'rejected')?.id,
  } satisfies Record<ReviewAnswer, Target | undefined>
  return Object.fromEntries(answers.map((answer) => [answer, inShort[answer]]))
}

function answerArrows(stage: Review, routes: Routes): Arrows {
  const given = Array.isArray(stage.answers) ? stage.answers : Object.keys(stage.answers)
  return Object.fromEntries(given.map((answer) => [answer, routes.of(stage.id, answer)]))
}

/** The officer takes longer once, or waits for what does not count as time of the review. */
function ownTime({ id, ownExtension, suspension }: Review): Arrows {
  return {
    ...(ownExtension && { extendTime: [{ guard: { asks: [{ stage: id, question: 'isNotExtended' }] } }] }),
    ...(suspension && { suspend: [{ target: 'suspended', clock: suspension.afterwards }] }),
  }
}

function isSuspended(value: StateValue): boolean {
  return typeof value !== 'string' && Object.values(value)[0] === 'suspended'
}
