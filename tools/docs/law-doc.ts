import { answersByArticle, type Citation } from '../../policy/edition/citations.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import type { Article, Law } from '../../policy/edition/law.ts'
import { tableOf } from './lifecycle-doc.ts'
import { ruleRow } from './rule-row.ts'

/** An edition, its law and the names of their files: what a page of articles is made from. */
export type Annotated = { edition: Edition; law: Law; files: { edition: string; law: string } }

/** The page of an edition by article: the text, each rule that answers for it, or why none does. */
export function lawDoc({ edition, law, files }: Annotated): string {
  const answers = [...answersByArticle(edition, law)]
  const answered = answers.filter(([, rules]) => rules.length > 0).length
  const number = law.number === undefined ? '' : `，${law.number}`
  return `# 条款与规则 · Articles and rules: \`${edition.id}\`

由 \`npm run docs\` 根据 [${files.law}](../../policy/editions/${files.law}) 和
[${files.edition}](../../policy/editions/${files.edition}) 生成。Made from the two by \`npm run docs\`.

《${law.title.zh}》（${law.authority.zh}，${law.issuedOn}${number}）
${law.title.en} (${law.authority.en}, ${law.issuedOn}${number})

引文为原文（${law.language}），以原文为准；英文只是摘要。“通知”指条款明文规定，“缺省”指条款没有规定、由本版设定，可以改设。
Quoted is the text as published (${law.language}), which alone counts; the English is a summary. “notice” is what the article itself
states; “default” is what it leaves open and this edition sets, and another may set otherwise.

各环节的去向、提醒和可办的事项见 [lifecycle.md](../lifecycle.md)。Where answers lead, reminders and events: [lifecycle.md](../lifecycle.md).

共 ${answers.length} 条，${answered} 条有规则，其余 ${answers.length - answered} 条写明了没有规则的理由。Rules answer for ${answered} of the ${answers.length} articles;
for the other ${answers.length - answered} it is said why none does.

${answers.map(([article, rules]) => sectionOf(edition, article, rules)).join('\n\n')}
`
}

function sectionOf(edition: Edition, article: Article, rules: Citation[]): string {
  const { id, heading, text, summary, unanswered } = article
  const head = ['规则 rule', '是什么 what it is', '内容 what it says', '来源 source']
  return [
    ...(heading ? [`## ${heading.zh} · ${heading.en}`] : []),
    `### ${id}`,
    text.map((line) => `> ${literal(line)}`).join('\n>\n'),
    `摘要 In short: ${summary}`,
    ...(unanswered ? [`**没有规则。** ${unanswered.zh}`, `**No rule.** ${unanswered.en}`] : []),
    ...(rules.length > 0
      ? [
          tableOf(
            head,
            rules.map(({ path }) => ruleRow(edition, path)),
          ),
        ]
      : []),
  ].join('\n\n')
}

/** A paragraph as it is written, whatever Markdown would make of its signs. */
function literal(line: string): string {
  return line.replaceAll(/[\\`*_<>[\]|]/g, String.raw`\$&`).replace(/^(\d+)\. /, String.raw`$1\. `)
}
