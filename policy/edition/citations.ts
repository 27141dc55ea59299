import type { Edition } from './edition.ts'
import type { Article, Law } from './law.ts'

/** Where an edition cites the law: the path of the rule in it, and what the rule says in `article`. */
export type Citation = { path: (string | number)[]; article: string }

/** Every citation of an edition, in the order of the document: whatever in it has an `article`, at any depth. */
export function citationsIn(edition: Edition): Citation[] {
  return walk(edition, [])
}

function walk(value: unknown, path: (string | number)[]): Citation[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => walk(item, [...path, at]))
  if (typeof value !== 'object' || value === null) return []
  const own =
    'article' in value && typeof value.article === 'string' ? [{ path, article: value.article }] : []
  return [...own, ...Object.entries(value).flatMap(([key, part]) => walk(part, [...path, key]))]
}

/**
 * The articles that a citation names, by their ids: one, or several with a semicolon or an enumeration comma between them, as a
 * deadline cites its own rule and the one about days off (`二（三）；民法典 第二百零三条`). Each is written out, and is meant to the
 * letter: `附件2 一（一）9` is no loose name of `附件2 一（一）`, so that a wrong number is found.
 */
export function articlesCited(citation: string): string[] {
  return citation.split(/[；;、]/).map((id) => id.trim())
}

/** The articles of a law that a citation names, in its order, each with its text; one that the law does not have is left out. */
export function paragraphsOf({ articles }: Pick<Law, 'articles'>, citation: string): Article[] {
  return articlesCited(citation).flatMap((cited) => articles.find(({ id }) => id === cited) ?? [])
}

/** The citations of an edition by the article that they name, for every article of its law: which rules answer for it. */
export function answersByArticle(edition: Edition, law: Law): Map<Article, Citation[]> {
  const answers = new Map<Article, Citation[]>(law.articles.map((article) => [article, []]))
  for (const citation of citationsIn(edition))
    for (const article of paragraphsOf(law, citation.article)) answers.get(article)?.push(citation)
  return answers
}
