import type { DocumentFault } from '../edition/document-fault.ts'
import { editionWords } from '../edition/edition-words.ts'
import type { Edition } from '../edition/edition.ts'

/** What is wrong with roles that act side by side, each for its own body: fewer than two, one twice, or an applicant's. */
export function findBodyFaults(
  { roles }: Edition,
  bodies: readonly string[],
  path: (string | number)[],
): DocumentFault[] {
  const faults = bodies.flatMap((role, at) => {
    const isApplicants = roles.some(({ id, scope }) => id === role && scope === 'own')
    return [
      ...(bodies.indexOf(role) < at ? [{ path: [...path, at], ...editionWords.twice(role) }] : []),
      ...(isApplicants ? [{ path: [...path, at], ...editionWords.noOfficer(role) }] : []),
    ]
  })
  return bodies.length < 2 ? [...faults, { path, ...editionWords.oneBody() }] : faults
}
