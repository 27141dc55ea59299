import { z } from 'zod'
import { inBoth } from '../words/bilingual.ts'

/** Control, format and invisible characters: nothing that a person writes or can see. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/u
const message = inBoth(
  '含有看不见的字符（控制符、零宽字符、方向标记）',
  'contains characters that cannot be seen (control, zero-width, direction marks)',
)

/** Halves of surrogate pairs, and the sign by which decoders replace bytes that are not UTF-8: a text that has them is not as it was written. */
const broken = /[\p{Cs}\uFFFD]/u
/** What is said of a text of which something was lost. */
export const brokenWords = {
  zh: '不是有效的 UTF-8 编码，或者含有替代字符 U+FFFD',
  en: 'is not valid UTF-8, or contains the replacement character U+FFFD',
}
const brokenMessage = inBoth(brokenWords.zh, brokenWords.en)

/** Whether a text is as somebody wrote it: nothing of it was lost when it was decoded. */
export function isWhole(text: string): boolean {
  return !broken.test(text)
}

/** Whether a name is as somebody wrote it, and hides nothing that cannot be seen. */
export function isPlain(text: string): boolean {
  return isWhole(text) && !unseen.test(text)
}

/** Where a document has a text that is not whole, a key or a value: its path; undefined, where all of them are. */
export function findBroken(value: unknown): string[] | undefined {
  if (typeof value === 'string') return isWhole(value) ? undefined : []
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, part] of Object.entries(value)) {
    const path = isWhole(key) ? findBroken(part) : []
    if (path) return [key, ...path]
  }
  return undefined
}

/** One line that a person writes, without spaces around it. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(isWhole, brokenMessage)
    .refine((text) => !unseen.test(text), message)
}

/** What a person writes, in as many lines as it takes. */
export function paragraph(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(isWhole, brokenMessage)
    .refine((text) => !unseen.test(text.replaceAll(/[\n\r\t]/g, '')), message)
}

/** Ends of the names of hosts, beside those of countries; `Co.Ltd` is none. */
const hostEnds =
  `com|net|org|gov|edu|info|biz|top|xyz|vip|site|shop|online|club|app|dev|tech|cloud|store|link|live|work|pro|wang|ren|
  fun|icu|asia|mobi|name|group|space|host|website|zone|life|plus|ink|red|run|art|team|email|chat|page|blog|wiki|win|bid|loan|click|
  work|world|today|news|city|center|digital|(?<!co\\.)ltd|[a-z]{2}`.replaceAll(/\s/g, '')
const chineseEnds = '中国|中國|香港|台湾|台灣|公司|网址|网店|商城|中文网|我爱你'

/** What a mail program makes a link or an address of: a scheme, `www.`, a mail address, the name or the address of a host. */
const link = new RegExp(
  [
    String.raw`[a-z][a-z\d+.-]*:[\\/]{2}`,
    String.raw`www\.`,
    String.raw`\S@[^\s@]+\.[^\s@.]`,
    String.raw`[\p{L}\p{N}-]\.(?:${hostEnds})(?![\p{Script=Latin}\p{N}-])`,
    String.raw`[a-z][a-z\d-]*\.(?:${chineseEnds})`,
    String.raw`\d{1,3}(?:\.\d{1,3}){3}[:/]`,
  ].join('|'),
  'iu',
)
const linkMessage = inBoth(
  '名称中不得含有网址或者邮箱地址',
  'a name must not contain a link or a mail address',
)

/** Whether a text has a link or an address in it, in full width too. */
export function hasLink(text: string): boolean {
  return link.test(text.normalize('NFKC').replaceAll('。', '.'))
}

/** What something is called: other people are told it, and nobody is led anywhere by it. */
export function nameLine(max: number) {
  return line(max).refine((text) => !hasLink(text), linkMessage)
}
