import type { DocumentFault } from '../../edition/document-fault.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { editionWords } from '../../edition/edition-words.ts'
import { endOf } from '../../edition/ends.ts'

type Review = StageOf<'review'>

/** What is wrong with a review of a document: answers in short that say too little, time without a clock. */
export function findReviewFaults(edition: Edition, stage: Review, at: number): DocumentFault[] {
  return [...findShortFaults(edition, stage, at), ...findTimeFaults(stage, at)]
}

function findShortFaults(
  edition: Edition,
  { answers, returnTo, afterReturn }: Review,
  at: number,
): DocumentFault[] {
  const inShort = Array.isArray(answers) ? answers : []
  const isEndless = inShort.includes('reject') && !endOf(edition, 'rejected')
  const isHalf = inShort.includes('return') !== (returnTo !== undefined)
  const isBoth = !Array.isArray(answers) && afterReturn !== undefined
  return [
    ...(isEndless ? [{ path: ['stages', at], ...editionWords.noEndRejected() }] : []),
    ...(isHalf || isBoth ? [{ path: ['stages', at], ...editionWords.returnAlone() }] : []),
  ]
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
