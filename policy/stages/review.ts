import type { StageOf } from '../edition.ts'
import { withdrawal, type Arrow, type Routes, type StageKind, type StageState } from './kind.ts'

/** An officer claims the case and decides it (二（三）开展认定). */
export const review: StageKind<StageOf<'review'>> = {
  zh: '审核',
  en: 'review',
  state: (stage, routes) => ({
    on: withdrawal(stage, routes),
    initial: 'unclaimed',
    states: {
      unclaimed: { on: { claim: [{ target: 'claimed' }] } },
      claimed: { on: { release: [{ target: 'unclaimed' }], ...answers(stage, routes) } },
    },
  }),
}

function answers(stage: StageOf<'review'>, routes: Routes): StageState['on'] {
  const arrows = {
    approve: routes.after(stage.id),
    return: [{ target: `#${stage.returnTo ?? ''}` }],
    reject: routes.end('rejected'),
  } satisfies Record<(typeof stage.answers)[number], Arrow[]>
  return Object.fromEntries(stage.answers.map((answer) => [answer, arrows[answer]]))
}
