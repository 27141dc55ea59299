import type { StageOf } from '../../edition.ts'
import { officersTask, withdrawal, type Arrow, type Arrows, type Routes, type StageKind } from '../kind.ts'

/** An officer claims the case and decides it (二（三）开展认定). */
export const review: StageKind<StageOf<'review'>> = {
  zh: '审核',
  en: 'review',
  state: (stage, routes) => ({
    ...officersTask(
      { ...answers(stage, routes), ...ownTime(stage) },
      stage.suspension && { suspended: { on: { resume: [{ target: 'claimed' }] } } },
    ),
    on: { ...withdrawal(stage, routes), ...(stage.deadline && { urge: [{}] }) },
  }),
}

function answers(stage: StageOf<'review'>, routes: Routes): Arrows {
  const arrows = {
    approve: routes.after(stage.id),
    return: [{ target: `#${stage.returnTo ?? ''}` }],
    reject: routes.end('rejected'),
  } satisfies Record<(typeof stage.answers)[number], Arrow[]>
  return Object.fromEntries(stage.answers.map((answer) => [answer, arrows[answer]]))
}

/** The officer takes longer once, or waits for what does not count as time of the review. */
function ownTime({ id, ownExtension, suspension }: StageOf<'review'>): Arrows {
  return {
    ...(ownExtension && { extendTime: [{ guard: { type: 'isNotExtended', params: { stage: id } } }] }),
    ...(suspension && { suspend: [{ target: 'suspended' }] }),
  }
}
