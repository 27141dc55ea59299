import type { DocumentFault } from '../../edition/document-fault.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { editionWords } from '../../edition/edition-words.ts'

/** What is wrong with a public notice of a document: an objection that leads nowhere, or on. */
export function findPublicNoticeFaults(
  { stages }: Edition,
  { objection: { to } }: StageOf<'publicNotice'>,
  at: number,
): DocumentFault[] {
  const path = ['stages', at, 'objection', 'to']
  const target = stages.findIndex(({ id }) => id === to)
  if (target < 0) return [{ path, ...editionWords.noStage(to) }]
  const leadsBack = target < at || stages[target]?.kind === 'correction'
  return leadsBack ? [] : [{ path, ...editionWords.notBefore(to) }]
}
