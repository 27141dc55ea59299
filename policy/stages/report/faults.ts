import type { DocumentFault } from '../../edition/document-fault.ts'
import { editionWords } from '../../edition/edition-words.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { findBodyFaults } from '../body-faults.ts'

/** What is wrong with a report of a document: who commissions it, who makes it, and what it may come to. */
export function findReportFaults(
  edition: Edition,
  { by, commissionedBy: { roles, jointly }, grades }: StageOf<'report'>,
  at: number,
): DocumentFault[] {
  const path = ['stages', at, 'commissionedBy', 'roles']
  const unknown = roles.flatMap((role, place) => {
    const scope = edition.roles.find(({ id }) => id === role)?.scope
    if (scope === undefined) return [{ path: [...path, place], ...editionWords.noRole(role) }]
    const isThirdParty = scope === 'assigned' || by.includes(role)
    return isThirdParty ? [{ path: [...path, place], ...editionWords.ownCommission(role) }] : []
  })
  const repeated = grades.flatMap(({ id }, place) =>
    grades.findIndex((other) => other.id === id) < place
      ? [{ path: ['stages', at, 'grades', place, 'id'], ...editionWords.twice(id) }]
      : [],
  )
  return [...unknown, ...(jointly ? findBodyFaults(edition, roles, path) : []), ...repeated]
}
