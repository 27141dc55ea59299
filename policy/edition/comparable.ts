/** Nothing that anybody can see or type: it is not there. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?!\s)\p{Cc}/gu
/** Numbers and signs that stand for others, such as Ⅱ, ², ½ or ㎡: NFKC writes them out, and must not join them to a neighbour. */
const written = /[\p{No}\p{Nl}\p{So}]/gu
const dashes = /[\p{Pd}\u2212]+/gu

/** What stands between words and says nothing: it may go, if nothing runs together. */
const gap = /[\p{Z}\s\p{Ps}\p{Pe}\p{Pi}\p{Pf}"]/u
/** Punctuation; signs such as %, # and * say something and are kept like +, < or μ. */
const punctuation = /(?![%‰‱#&@*§¶†‡′″\\])\p{P}/u

const kinds = {
  digit: /\p{Nd}/u,
  numeral: /[〇零一二两三四五六七八九十百千]/u,
  hanzi: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
  letter: /[\p{L}\p{M}]/u,
}

/**
 * The one form in which typed text is compared: names, sites, numbers, codes. Width, case, spaces, brackets, and
 * punctuation between hanzi make no difference. What is dropped never joins or changes what stands beside it: where two
 * numbers or two words would run together, a gap stays, and between letters and digits their sign (1.5, 1-2, 8/47, A-1).
 */
export function comparable(text: string): string {
  const kept: string[] = []
  let between = ''
  for (const character of plain(text)) {
    if (gap.test(character) || punctuation.test(character)) {
      between += character
      continue
    }
    kept.push(jointOf(kept.at(-1), between, character), character)
    between = ''
  }
  return kept.join('') || text.trim()
}

/** A number or code in the form in which it is issued: upper case, without spaces. */
export function comparableCode(text: string): string {
  return comparable(text).replaceAll(' ', '').toUpperCase()
}

/** The numerals of each figure, plain and as on bills. */
const numerals = ['〇零', '一壹', '二两贰', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖']
const figures = new Map(
  numerals.flatMap((signs, figure) => [...signs].map((sign) => [sign, String(figure)] as const)),
)

/** A coarser form: nothing but letters and digits is left, and 二期 is 2期. What it makes equal is likely the same. */
export function roughly(text: string): string {
  const rough = [...plain(text.replaceAll('○', '〇')).replaceAll(/[^\p{L}\p{N}]/gu, '')]
    .map((each) => figures.get(each) ?? each)
    .join('')
    .replaceAll(/([1-9]?)[十拾]([1-9]?)/g, (_, tens: string, ones: string) => (tens || '1') + (ones || '0'))
  return rough || text.trim()
}

/** A code in the coarser form, with letters and digits that are taken for each other on paper written as one. */
export function asRead(code: string): string {
  return roughly(code).replaceAll('o', '0').replaceAll(/[il]/g, '1')
}

const roman = ['', 'i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii']

/** The coarser form of a name or a place, in which Ⅱ期 and II期 are 2期, too. */
export function roughName(text: string): string {
  const spelled = text.replaceAll(/[Ⅰ-Ⅻⅰ-ⅻ]/gu, (sign) =>
    String(roman.indexOf(sign.normalize('NFKC').toLowerCase())),
  )
  return roughly(spelled).replaceAll(/(?<![a-z\d])[ivx]+(?![a-z\d])/g, (letters) => {
    const number = roman.indexOf(letters)
    return number < 0 ? letters : String(number)
  })
}

/**
 * Whether two names are likely one, for somebody who looks: it refuses and certifies nothing. Names that count otherwise,
 * such as two phases, are two.
 */
export function areSimilar(one: string, other: string): boolean {
  const [a, b] = [roughName(one), roughName(other)]
  if (a === b) return true
  return a.replaceAll(/\D/g, '') === b.replaceAll(/\D/g, '') && shareOf(pairsOf(a), pairsOf(b)) >= 0.8
}

/** The coefficient of Sørensen and Dice. */
function shareOf(a: string[], b: string[]): number {
  const rest = [...b]
  const common = a.filter((pair) => {
    const at = rest.indexOf(pair)
    if (at >= 0) rest.splice(at, 1)
    return at >= 0
  })
  return a.length + b.length === 0 ? 0 : (2 * common.length) / (a.length + b.length)
}

function pairsOf(text: string): string[] {
  const characters = [...text]
  return characters.slice(1).map((character, at) => `${characters[at] ?? ''}${character}`)
}

function plain(text: string): string {
  return text
    .replaceAll(unseen, '')
    .normalize('NFC')
    .replaceAll(written, (sign) => (sign.normalize('NFKC') === sign ? sign : ` ${sign.normalize('NFKC')} `))
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(dashes, '-')
    .replaceAll(/[\u2044\u2215]/g, '/')
}

/** What stays of all that stands between two characters that are kept. */
function jointOf(before: string | undefined, between: string, after: string): string {
  if (between === '') return ''
  const left = before === undefined ? undefined : kindOf(before)
  const right = kindOf(after)
  const signs = [...between].filter((sign) => !gap.test(sign)).join('')
  const areJoined = left !== undefined && left === right && left !== 'hanzi'
  if (signs && (areJoined || (isOfWord(left) && isOfWord(right)))) return signs
  // A sign or a decimal point of the number that follows.
  if (right === 'digit' && /[-.]$/.test(between)) return between.slice(-1)
  return areJoined ? ' ' : ''
}

type Kind = keyof typeof kinds

function kindOf(character: string): Kind | undefined {
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].test(character))
}

function isOfWord(kind: Kind | undefined): boolean {
  return kind === 'digit' || kind === 'letter'
}
