import { basename } from 'node:path'
import { answersByArticle } from '../policy/edition/citations.ts'
import type { Edition } from '../policy/edition/edition.ts'
import type { Law } from '../policy/edition/law.ts'
import { readEditionFile } from '../server/editions.ts'
import { lawPathOf, readLawBeside } from '../server/laws.ts'

/** Checks the document of an edition, and the law if one stands beside it; prints what answers for which article. */
export function checkEdition(file: string): void {
  const edition = readEditionFile(file)
  const law = readLawBeside(file, edition)
  const name = basename(lawPathOf(file))
  console.log(`${edition.id} 无误 is right`)
  console.log(law ? coverageOf(edition, law, name) : `没有依据文件 ${name} · no law stands beside it`)
}

/** How many rules answer for each article of a law, and why none does. */
function coverageOf(edition: Edition, law: Law, name: string): string {
  const counted = [...answersByArticle(edition, law)].map(([article, rules]) => ({
    ...article,
    rules: rules.length,
  }))
  const answered = counted.filter(({ rules }) => rules > 0)
  const open = counted.filter(({ rules }) => rules === 0)
  return [
    `${name}：共 ${counted.length} 条，${answered.length} 条有规则 · ${counted.length} articles, ${answered.length} with rules`,
    ...answered.map(({ id, rules }) => `  ${id}  ${rules}`),
    `没有规则的 ${open.length} 条及其理由 · ${open.length} articles that no rule answers for, and why`,
    ...open.map(({ id, unanswered }) => `  ${id}\n    ${unanswered?.zh ?? ''}\n    ${unanswered?.en ?? ''}`),
  ].join('\n')
}
