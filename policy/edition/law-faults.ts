import type { Words } from '../words/bilingual.ts'
import { answersByArticle, articlesCited, citationsIn } from './citations.ts'
import type { DocumentFault } from './document-fault.ts'
import { editionWords } from './edition-words.ts'
import type { Edition } from './edition.ts'
import type { Law } from './law.ts'

/** What does not fit between an edition and its law, by the document in which it stands. */
export type LawFaults = Record<'edition' | 'law', DocumentFault[]>

/**
 * What does not fit between an edition and its law: a rule that cites an article which there is not; an article for which no rule
 * answers and nobody says why; a reason where rules do answer; an id that stands there twice.
 */
export function findLawFaults(edition: Edition, law: Law): LawFaults {
  const ids = law.articles.map(({ id }) => id)
  const known = new Set(ids)
  const uncited = citationsIn(edition).flatMap(({ path, article }) =>
    articlesCited(article)
      .filter((id) => !known.has(id))
      .map((id) => ({ path: [...path, 'article'], ...lawWords.noArticle(id) })),
  )
  const answers = answersByArticle(edition, law)
  const ofArticles = law.articles.flatMap((article, at): DocumentFault[] => {
    const { id, unanswered } = article
    // The second of two with one id is never found by it: that it stands twice is all that can be said of it.
    if (ids.indexOf(id) < at) return [{ path: ['articles', at, 'id'], ...editionWords.twice(id) }]
    const rules = answers.get(article)?.length ?? 0
    if (rules === 0 && !unanswered) return [{ path: ['articles', at], ...lawWords.noReason(id) }]
    if (rules > 0 && unanswered)
      return [{ path: ['articles', at, 'unanswered'], ...lawWords.answered(id, rules) }]
    return []
  })
  return { edition: uncited, law: ofArticles }
}

const lawWords = {
  noArticle: (id: string) => ({
    zh: `依据文件中没有 ${JSON.stringify(id)} 这一条款`,
    en: `the law has no article ${JSON.stringify(id)}`,
  }),
  noReason: (id: string) => ({
    zh: `没有规则落实 ${JSON.stringify(id)}，须在 unanswered 中说明理由`,
    en: `no rule answers for ${JSON.stringify(id)}: \`unanswered\` must say why`,
  }),
  answered: (id: string, rules: number) => ({
    zh: `已有 ${rules} 条规则落实 ${JSON.stringify(id)}，不应再写没有规则的理由`,
    en: `${rules === 1 ? '1 rule answers' : `${rules} rules answer`} for ${JSON.stringify(id)}: there is no reason to give`,
  }),
} as const satisfies Record<string, (...parts: never[]) => Words>
