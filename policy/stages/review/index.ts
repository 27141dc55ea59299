import type { StateValue } from 'xstate'
import type { StageOf } from '../../edition/edition.ts'
import { officersTask, withdrawal } from '../arrows.ts'
import { taskPlaces } from '../common/words.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Arrow, Arrows, Kind, Routes } from '../kind.ts'
import { findReviewFaults } from './faults.ts'
import { rememberReview } from './remember.ts'

type Review = StageOf<'review'>

/** An officer claims the case and decides it (二（三）开展认定). */
export const review: Kind<Review> = {
  zh: '审核',
  en: 'review',
  inOrder: true,
  examines: true,
  places: { ...taskPlaces, suspended: { zh: '暂停计时', en: 'clock stopped' } },
  state: (stage, routes) => ({
    ...officersTask(
      { ...answers(stage, routes), ...ownTime(stage) },
      stage.suspension && { suspended: { on: { resume: [{ target: 'claimed' }] } } },
    ),
    on: { ...withdrawal(stage, routes), ...(stage.deadline && { urge: [{}] }) },
  }),
  guards: { isNotExtended: ({ id }, { extended }) => !extended?.includes(id) },
  condition: ({ when }) => when,
  duties: (stage, standing) => {
    const duty = { ...dutyOfStage(stage, standing), decides: true } as const
    const { clock } = duty
    const stands = clock?.kind === 'runs' && isSuspended(standing.value)
    return [stands ? { ...duty, clock: { ...clock, kind: 'standsStill' } } : duty]
  },
  rule: (_edition, stage) => ruleOfStage(stage, { zh: '办结', en: 'decide the case' }),
  remember: rememberReview,
  takeover: ({ takeover }) => takeover?.by,
  ownExtension: ({ ownExtension }) => ownExtension,
  startsAnew: ({ afterReturn, suspension }, why) =>
    (why === 'return' ? afterReturn : suspension?.afterwards) === 'restart',
  grounds: ({ suspension }) => suspension?.grounds ?? [],
  findUsedUp({ id, zh, en, ownExtension }, { extended }, type) {
    if (type !== 'extendTime' || !extended?.includes(id)) return undefined
    return {
      ground: 'usedUp',
      refusal: { code: 'event-not-allowed', phase: id },
      article: ownExtension?.article,
      words: {
        zh: `「${zh}」已延长过一次，只能延长一次。`,
        en: `More time was taken for “${en}” once already, and once is all.`,
      },
    }
  },
  findObjection({ id, ownExtension }, { deadlines }, type) {
    const late = deadlines.find(({ task, overdue }) => task === id && overdue)
    if (type !== 'extendTime' || !late) return undefined
    return {
      ground: 'tooLate',
      refusal: { code: 'event-not-allowed', phase: id },
      article: ownExtension?.article,
      words: {
        zh: `期限（${late.dueOn}）已过，不能再延长办理时限。`,
        en: `The due date (${late.dueOn}) has passed: it is too late to take longer.`,
      },
    }
  },
  findRefusal: (_stage, { judgements }, event) =>
    event.type === 'approve' && judgements.length > 0 && !event.opinion
      ? { code: 'judgement-needed', field: 'opinion', judgements }
      : undefined,
  faults: findReviewFaults,
}

function answers(stage: Review, routes: Routes): Arrows {
  const arrows = {
    approve: routes.after(stage.id),
    return: [{ target: `#${stage.returnTo ?? ''}` }],
    reject: routes.end('rejected'),
  } satisfies Record<(typeof stage.answers)[number], Arrow[]>
  return Object.fromEntries(stage.answers.map((answer) => [answer, arrows[answer]]))
}

/** The officer takes longer once, or waits for what does not count as time of the review. */
function ownTime({ id, ownExtension, suspension }: Review): Arrows {
  const once = { type: 'isSo', params: { stage: id, question: 'isNotExtended' } } as const
  return {
    ...(ownExtension && { extendTime: [{ guard: once }] }),
    ...(suspension && { suspend: [{ target: 'suspended' }] }),
  }
}

function isSuspended(value: StateValue): boolean {
  return typeof value !== 'string' && Object.values(value)[0] === 'suspended'
}
