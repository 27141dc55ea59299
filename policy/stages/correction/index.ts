import type { Edition, StageOf, Words } from '../../edition/edition.ts'
import { editionWords } from '../../edition/edition-words.ts'
import type { DocumentFault } from '../../edition/document-fault.ts'
import { lengthWords } from '../../words/length-words.ts'
import { withdrawal } from '../arrows.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Kind } from '../kind.ts'

type Correction = StageOf<'correction'>

/** The applicant mends what an officer returned; every review then looks at the new form anew. */
export const correction: Kind<Correction> = {
  zh: '补正',
  en: 'correction',
  inOrder: false,
  // Everything is looked at anew, unless the edition says otherwise.
  answers: ({ answers }, { firstExamining }) => ({ resubmit: firstExamining, ...answers }),
  stay: () => ({}),
  state: (stage, routes) => ({
    on: {
      resubmit: routes.of(stage.id, 'resubmit'),
      ...withdrawal(stage, routes),
      ...(stage.deadline && { urge: [{}] }),
      ...(stage.lapse && { lapse: [{ target: `#${stage.lapse.to}` }] }),
    },
  }),
  duties: (stage, { case: kept }) => [
    {
      ...dutyOfStage(stage, kept),
      ...(stage.lapse && {
        lapse: { days: stage.lapse.days, unit: stage.lapse.unit, to: stage.lapse.to },
      }),
    },
  ],
  rule: (edition, stage) =>
    ruleOfStage(
      stage,
      { zh: '补正后重新提交', en: 'correct the application and submit it again' },
      lapseWords(edition, stage),
    ),
  faults: findLapseFaults,
}

function lapseWords({ ends }: Edition, { lapse }: Correction): Words | null {
  const end = ends.find(({ id }) => id === lapse?.to)
  if (!lapse || !end) return null
  const length = lengthWords(lapse.days, lapse.unit)
  return {
    zh: `逾期满${length.zh}仍未办理的，本项目按“${end.zh}”处理`,
    en: `If nothing is done within another ${length.en}, the case ends as “${end.en}”`,
  }
}

function findLapseFaults({ ends }: Edition, { deadline, lapse }: Correction, at: number): DocumentFault[] {
  if (!lapse) return []
  const faults: DocumentFault[] = []
  const end = ends.find(({ id }) => id === lapse.to)
  if (!deadline) faults.push({ path: ['stages', at, 'lapse'], ...editionWords.noLapse() })
  if (!end) faults.push({ path: ['stages', at, 'lapse', 'to'], ...editionWords.noEnd(lapse.to) })
  if (end && end.outcome !== 'withdrawn' && end.outcome !== 'rejected') {
    faults.push({ path: ['stages', at, 'lapse', 'to'], ...editionWords.lapseOutcome(end.outcome) })
  }
  return faults
}
