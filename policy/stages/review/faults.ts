import type { DocumentFault } from '../../edition/document-fault.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { editionWords } from '../../edition/edition-words.ts'
import { hasEnd } from '../duty-of-stage.ts'

type Review = StageOf<'review'>

/** What is wrong with a review of a document: answers that lead nowhere, time without a clock. */
export function findReviewFaults(edition: Edition, stage: Review, at: number): DocumentFault[] {
  return [...findAnswerFaults(edition, stage, at), ...findTimeFaults(stage, at)]
}

function findAnswerFaults(edition: Edition, { answers, returnTo }: Review, at: number): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (answers.includes('reject') && !hasEnd(edition, 'rejected')) {
    faults.push({ path: ['stages', at], ...editionWords.noEndRejected() })
  }
  if (answers.includes('return') !== (returnTo !== undefined)) {
    faults.push({ path: ['stages', at], ...editionWords.returnAlone() })
  }
  if (returnTo === undefined) return faults
  const target = edition.stages.findIndex(({ id }) => id === returnTo)
  if (target < 0) faults.push({ path: ['stages', at, 'returnTo'], ...editionWords.noStage(returnTo) })
  if (target > at && edition.stages[target]?.kind !== 'correction') {
    faults.push({ path: ['stages', at, 'returnTo'], ...editionWords.laterStage(returnTo) })
  }
  return faults
}

function findTimeFaults({ deadline, ownExtension, suspension }: Review, at: number): DocumentFault[] {
  const faults: DocumentFault[] = []
  if (ownExtension && ownExtension.unit !== deadline?.unit) {
    faults.push({ path: ['stages', at, 'ownExtension'], ...editionWords.otherUnit() })
  }
  if (suspension && !deadline) {
    faults.push({ path: ['stages', at, 'suspension'], ...editionWords.noClock() })
  }
  return faults
}
