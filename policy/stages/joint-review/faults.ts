import type { DocumentFault } from '../../edition/document-fault.ts'
import { editionWords } from '../../edition/edition-words.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { findBodyFaults } from '../body-faults.ts'

/** What is wrong with a joint review of a document: bodies that are none, or a quorum that cannot be reached. */
export function findJointReviewFaults(
  edition: Edition,
  stage: StageOf<'jointReview'>,
  at: number,
): DocumentFault[] {
  const { by, passes, answers } = stage
  const tooMany = passes !== 'all' && passes.quorum > by.length
  return [
    ...findBodyFaults(edition, by, ['stages', at, 'by']),
    ...(tooMany ? [{ path: ['stages', at, 'passes', 'quorum'], ...editionWords.quorum(by.length) }] : []),
    ...(answers.approve ? [] : [{ path: ['stages', at, 'answers'], ...editionWords.noApproval() }]),
  ]
}
