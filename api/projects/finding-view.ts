import { z } from 'zod'
import { wordsOfFinding } from '../../policy/case/case-findings.ts'
import type { Actor, ProjectState } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { Words } from '../http/words.ts'

/** Something unlikely in what the applicant has stated. */
export const FindingView = Words.extend({
  finding: z.string(),
  on: z.string(),
  event: z.string().meta({ description: 'What it was stated with.' }),
}).meta({ id: 'CaseFinding' })

/** What an officer is shown of the findings of a case; an applicant is shown none. */
export function findingsFor(
  edition: Edition,
  { case: { findings = [] } }: ProjectState,
  viewer: Pick<Actor, 'role'>,
): { findings?: z.infer<typeof FindingView>[] } {
  if (scopeOf(edition, viewer) === 'own') return {}
  return {
    findings: findings.map((each) => ({
      finding: each.finding,
      on: each.on,
      event: each.event,
      ...wordsOfFinding(edition, each),
    })),
  }
}
