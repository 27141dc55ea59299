import { z } from 'zod'
import { inBoth } from '../words/bilingual.ts'
import { date, words } from '../stages/parts.ts'
import { readDocument } from './read-document.ts'
import { line } from './text.ts'

const Article = z.strictObject({
  id: z
    .string()
    .max(100)
    .regex(
      /^[^\s；、]+(?: [^\s；、]+)*$/,
      inBoth(
        '须为条款的编号，例如 二（三）、行政许可法 第四十二条，不含分号和顿号',
        'must be the number of an article, such as the 42nd of a law, without a semicolon or an enumeration comma',
      ),
    )
    .meta({ description: 'How rules cite it: `二（三）`, `附件2 一（一）2`, `行政许可法 第四十二条`.' }),
  heading: words.optional().meta({ description: 'What stands above it, where it is the first below that.' }),
  text: z
    .array(line(2000))
    .min(1)
    .max(100)
    .meta({ description: 'Its paragraphs, as they were published, in the language of the document.' }),
  summary: line(400).meta({ description: 'What it says, in short and in English: ours, and not its text.' }),
  unanswered: words.optional().meta({ description: 'Why no rule of the edition answers for it.' }),
})

/**
 * The text that the rules of an edition cite, article by article: the notice with its attachments, and single articles of
 * statutes. It stands beside the edition as a document of its own, because an edition never changes once projects are filed under it.
 */
export const Law = z.strictObject({
  $schema: z.string().optional(),
  title: words,
  authority: words,
  number: line(100)
    .optional()
    .meta({ description: 'The number under which it was issued: `渝经信发〔2019〕11号`.' }),
  issuedOn: date,
  language: z
    .string()
    .regex(
      /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/,
      inBoth('须为语言代码，例如 zh', 'must be the tag of a language, such as zh'),
    )
    .meta({ description: 'The language of `text` (BCP 47).' }),
  articles: z.array(Article).min(1).max(500),
})
export type Law = z.infer<typeof Law>
/** An article of a law, or another part of it that can be cited. */
export type Article = Law['articles'][number]

/** Reads a law from its YAML text. Throws a `DocumentError` with every fault of its form; `name` is the file's, for its message. */
export function readLaw(text: string, name = 'law'): Law {
  return readDocument(text, name, { schema: Law })
}
