import type { DocumentFault } from '../../edition/document-fault.ts'
import type { Edition, StageOf } from '../../edition/edition.ts'
import { editionWords } from '../../edition/edition-words.ts'
import { endOf } from '../../edition/ends.ts'

type Supervision = StageOf<'supervision'>

/** What is wrong with the life after the certificate: parts that lack others, where it leads, and who decides in it. */
export function findSupervisionFaults(edition: Edition, stage: Supervision, at: number): DocumentFault[] {
  const { by, officers } = stage
  return [
    ...findEndFaults(edition, stage),
    ...findPartFaults(stage, at),
    ...officers.flatMap((role, place) => {
      const path = ['stages', at, 'officers', place]
      return [
        ...(edition.roles.some(({ id }) => id === role) ? [] : [{ path, ...editionWords.noRole(role) }]),
        ...(by.includes(role) ? [{ path, ...editionWords.ownRequest(role) }] : []),
      ]
    }),
  ]
}

/** An end that an answer leads to where the document does not say. */
function findEndFaults(edition: Edition, { hearing, answers }: Supervision): DocumentFault[] {
  const isEndless = hearing && !answers?.revoke && !endOf(edition, 'revoked')
  return isEndless ? [{ path: ['ends'], ...editionWords.noSupervisionEnd('revoked') }] : []
}

/** Each part is optional; some need another. */
function findPartFaults(stage: Supervision, at: number): DocumentFault[] {
  const { completion, extension, decision, hearing, reports, answers } = stage
  const needs = [
    [!reports && !completion && !hearing, 'kind', 'reports'],
    [extension && !completion, 'extension', 'completion'],
    [extension && !decision, 'extension', 'decision'],
    [hearing && !decision, 'hearing', 'decision'],
    [decision && !extension && !hearing, 'decision', 'hearing'],
    [answers?.complete && !completion, 'answers', 'completion'],
    [answers?.completeLate && !completion, 'answers', 'completion'],
    [answers?.revoke && !hearing, 'answers', 'hearing'],
  ] as const
  return needs.flatMap(([isSo, field, other]) =>
    isSo ? [{ path: ['stages', at, field], ...editionWords.needsPart(other) }] : [],
  )
}
