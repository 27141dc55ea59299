import type { StageOf, Words } from '../../edition/edition.ts'
import { withdrawal } from '../arrows.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Kind } from '../kind.ts'

type PublicNotice = StageOf<'publicNotice'>

/** A decision is published, and takes effect unless somebody objects by the last day. */
export const publicNotice: Kind<PublicNotice> = {
  zh: '公示',
  en: 'public notice',
  inOrder: true,
  takesEffect: { zh: '期满，无人提出异议', en: 'has stood its time and nobody has objected' },
  answers: ({ answers }) => ({ undisturbed: 'next', ...answers }),
  leadsBack: ['objection'],
  stay: (answer) => (answer === 'objection' ? {} : undefined),
  state: (stage, routes) => ({
    on: {
      recordObjection: routes.of(stage.id, 'objection'),
      lapse: routes.of(stage.id, 'undisturbed'),
      ...withdrawal(stage, routes),
    },
  }),
  duties: (stage, { case: kept }) => {
    const { days, unit, firstDay } = stage.period
    return [
      { ...dutyOfStage(timed(stage), kept), clock: { kind: 'runs', days, unit, firstDay }, lapse: 'atDue' },
    ]
  },
  rule: (_edition, stage) =>
    ruleOfStage(
      timed(stage),
      { zh: '登记收到的异议', en: 'record what anybody objects' },
      {
        zh: '期满无人提出异议的，所公示的决定生效',
        en: 'If nobody objects by then, the decision takes effect',
      },
    ),
  findRefusal: ({ anonymous }, _kept, event) =>
    event.type === 'recordObjection' && !anonymous && event.objector === undefined
      ? { code: 'invalid-request', field: 'objector', issues: [{ field: 'objector', ...unsigned }] }
      : undefined,
}

const unsigned: Words = {
  zh: '须写明异议人：此公示不受理匿名异议。',
  en: 'The objector must be named: this notice takes no anonymous objection.',
}

/** Its period is the date of its task. */
function timed({ period, ...stage }: PublicNotice) {
  return { ...stage, deadline: period }
}
