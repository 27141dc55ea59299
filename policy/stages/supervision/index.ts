import type { StageOf } from '../../edition/edition.ts'
import type { Kind } from '../kind.ts'
import { dutiesOfSupervision } from './duties.ts'
import { findDateRefusal, findExtensionObjection } from './extension.ts'
import { findFactRefusal, findUnlikely } from './facts.ts'
import { findSupervisionFaults } from './faults.ts'
import { guards } from './guards.ts'
import { openSupervision, owedPeriods } from './kept.ts'
import { rememberSupervision } from './remember.ts'
import { askersIn, hasAsked, takersBack, takesBackWaiting } from './requests.ts'
import { stateOfSupervision } from './states.ts'
import { dateRuleOf, places, regions, ruleOfSupervision, tasks } from './words.ts'

/** Stands for the dates of a supervised project, where only the rules are of interest. */
const anyDay = '2021-01-01'

/** What follows the certificate: the holder reports and completes, officers decide what is asked for (三（二）、三（四）). */
export const supervision: Kind<StageOf<'supervision'>> = {
  zh: '监督',
  en: 'supervision',
  inOrder: false,
  certifies: true,
  places,
  regions,
  tasks,
  mainTask: 'completion',
  sample: { claimedBy: null, supervision: openSupervision(anyDay, anyDay, anyDay) },
  state: stateOfSupervision,
  guards,
  duties: dutiesOfSupervision,
  periods: (stage, { supervision: kept }, on) => (kept ? owedPeriods(stage, kept, on) : []),
  rule: (_edition, stage, task) => ruleOfSupervision(stage, task),
  dateRule: dateRuleOf,
  enter: (kept, on) => ({
    ...kept,
    claimedBy: null,
    supervision: openSupervision(kept.application.completeOn, on, kept.askedOn),
  }),
  remember: rememberSupervision,
  keepsHolder: (stage, { supervision: kept }, event) =>
    kept?.request?.kind === 'revocation' &&
    (event.type === 'complete' || takesBackWaiting(stage, kept, event)),
  officers: ({ officers }) => officers,
  takeover: ({ takeover }) => takeover?.by,
  parties: (stage, { supervision: kept }) =>
    kept?.request?.kind === 'revocation'
      ? askersIn(stage, kept)
      : [...new Set([...stage.by, ...stage.officers])],
  askers: (stage, { supervision: kept }) => (kept ? takersBack(stage, kept) : []),
  partOf: (_stage, { supervision: kept }, user) => kept !== undefined && hasAsked(kept, user),
  findObjection: (stage, state, type, on) => findExtensionObjection(stage, state.case, type, on),
  findRefusal: (stage, kept, event, on) =>
    findFactRefusal(kept, event) ?? findDateRefusal(stage, kept, event, on),
  findUnlikely,
  reminders: ({ reports, completion, decision, hearing }) =>
    Object.entries({ reports, completion, decision, hearing }).flatMap(([field, { reminders }]) =>
      reminders ? [[field, reminders]] : [],
    ),
  faults: findSupervisionFaults,
}
