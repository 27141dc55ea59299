import type { DocumentFault } from '../../edition/document-fault.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { editionWords } from '../../edition/edition-words.ts'
import { hasEnd } from '../duty-of-stage.ts'

/** What is wrong with the life after the certificate: where it leads, and who decides in it. */
export function findSupervisionFaults(
  edition: Edition,
  { by, officers }: StageOf<'supervision'>,
  at: number,
): DocumentFault[] {
  const { stages, roles } = edition
  return [
    ...(['completed', 'revoked'] as const)
      .filter((outcome) => !hasEnd(edition, outcome))
      .map((outcome) => ({ path: ['ends'], ...editionWords.noSupervisionEnd(outcome) })),
    ...(hasEnd(edition, 'certified') ? [{ path: ['ends'], ...editionWords.certifiedEnd() }] : []),
    ...(at === stages.length - 1 ? [] : [{ path: ['stages', at], ...editionWords.notLast() }]),
    ...officers.flatMap((role, place) => {
      const path = ['stages', at, 'officers', place]
      return [
        ...(roles.some(({ id }) => id === role) ? [] : [{ path, ...editionWords.noRole(role) }]),
        ...(by.includes(role) ? [{ path, ...editionWords.ownRequest(role) }] : []),
      ]
    }),
  ]
}
