import type { StageOf } from '../../edition/edition.ts'
import { endOf } from '../../edition/ends.ts'
import { planOf } from '../../edition/plan.ts'
import type { Kind } from '../kind.ts'
import { dutiesOfSupervision } from './duties.ts'
import { findDateRefusal, findExtensionDenial } from './possible-dates.ts'
import { findFactRefusal, findUnlikely } from './facts.ts'
import { findSupervisionFaults } from './faults.ts'
import { guards } from './guards.ts'
import { openSupervision, owedPeriods } from './kept.ts'
import { rememberSupervision } from './remember.ts'
import { askersIn, hasAsked, takersBack } from './requests.ts'
import { stateOfSupervision } from './states.ts'
import { dateRuleOf, stateLabels, regions, ruleOfSupervision, tasks } from './words.ts'

/** Stands for the dates of a supervised project, where only the rules are of interest. */
const anyDay = '2021-01-01'

/** What follows the certificate: the holder reports and completes, officers decide what is asked for (三（二）、三（四）). */
export const supervision: Kind<StageOf<'supervision'>> = {
  zh: '监督',
  en: 'supervision',
  inOrder: true,
  certifies: true,
  stateLabels,
  regions,
  tasks,
  mainTask: 'completion',
  sample: { supervision: openSupervision(anyDay, anyDay, anyDay) },
  answers: ({ completion, hearing, answers }, course) => ({
    ...(completion && { complete: 'next' }),
    ...(hearing && { revoke: endOf(course, 'revoked')?.id }),
    ...answers,
  }),
  state: stateOfSupervision,
  guards,
  duties: dutiesOfSupervision,
  periods: ({ reports }, { supervision: kept }, on) =>
    kept && reports ? owedPeriods(reports, kept, on) : [],
  rule: (_edition, stage, task) => ruleOfSupervision(stage, task),
  dateRule: dateRuleOf,
  enter: (kept, { edition, on }) => {
    const { completion } = planOf(edition, kept.application)
    return { ...kept, supervision: openSupervision(completion ?? on, on, kept.askedOn) }
  },
  remember: rememberSupervision,
  officers: ({ officers }) => officers,
  takeover: ({ takeover }) => takeover?.by,
  parties: (stage, { supervision: kept }) =>
    kept?.request?.kind === 'revocation'
      ? askersIn(stage, kept)
      : [...new Set([...stage.by, ...stage.officers])],
  askers: (stage, { supervision: kept }) => (kept ? takersBack(stage, kept) : []),
  hasAsked: (_stage, { supervision: kept }, user) => kept !== undefined && hasAsked(kept, user),
  request: ({ supervision: kept }) => kept?.request ?? undefined,
  lastDay: ({ supervision: kept }) =>
    kept?.decidedOn === undefined ? undefined : { on: kept.decidedOn, planned: kept.completeOn },
  findDenial: (stage, state, type, on) => findExtensionDenial(stage, state.case, type, on),
  findRefusal: (stage, kept, event, occasion) =>
    findFactRefusal(kept, event, occasion) ?? findDateRefusal(stage, kept, event, occasion),
  findUnlikely,
  reminders: ({ reports, completion, decision, hearing }) =>
    Object.entries({ reports, completion, decision, hearing }).flatMap(([field, rule]) =>
      rule?.reminders ? [[field, rule.reminders]] : [],
    ),
  faults: findSupervisionFaults,
}
