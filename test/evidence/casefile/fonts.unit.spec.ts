import PdfKit from 'pdfkit'
import { expect, test } from 'vitest'
import type { Block } from '../../../evidence/casefile/document.ts'
import { openFonts } from '../../../evidence/casefile/fonts.ts'
import { printDocument } from '../../../evidence/casefile/pdf.ts'
import { setText } from '../../../evidence/casefile/typesetting.ts'
import { chongqingText, readText } from '../../fixtures.ts'
import { textOfPdf } from './pdf-text.ts'

/** The characters of two bytes each from a first byte on, without those for private use. */
function doubleBytes(from: number, second: number): string[] {
  const decoder = new TextDecoder('gbk')
  const characters = new Set<string>()
  for (let high = from; high <= (from === 0xa1 ? 0xf7 : 0xfe); high += 1)
    for (let low = second; low <= 0xfe; low += 1) {
      const text = low === 0x7f ? '' : decoder.decode(Uint8Array.of(high, low))
      if (/^.$/u.test(text) && !/[\p{Co}\ufffd]/u.test(text)) characters.add(text)
    }
  return [...characters]
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).join('')
const plain = (value: string) => value.replaceAll(' ', '')

const fonts = openFonts(new PdfKit({ autoFirstPage: false }))
const shown = (text: string, weight: 400 | 700 = 400) =>
  [...text].flatMap((character) => fonts.letter(character, weight).map((run) => run.text)).join('')

test('every character of the edition and of our own words has a letter, in both weights', () => {
  const names = ['compose-application', 'compose-history', 'compose-notices', 'compose-proof', 'people']
  const composed = names.map((name) => readText(`evidence/casefile/${name}.ts`))
  const text = [
    chongqingText,
    ...composed,
    readText('evidence/casefile/compose.ts'),
    readText('policy/case/labels.ts'),
  ]
  const characters = [...new Set(text.join(''))].filter((each) => each >= ' ').join('')
  for (const weight of [400, 700] as const) expect(shown(characters, weight)).toBe(characters)
})

test('standards and common names have letters', () => {
  const text = 'GB/T 39116、GB/T 4754、GB/T 38540—2020《电子签章》①②〇“”……——㎡℃堃喆犇淼焱鑫垚赟翀昇璟旻'
  expect(shown(text)).toBe(text)
})

test.each([
  ['gb2312', 0xa1, 0xa1, 7_445],
  ['gbk', 0x81, 0x40, 21_791],
])('every character of %s is drawn as itself, in both weights', (_name, from, second, count) => {
  const characters = doubleBytes(from, second)
  expect(characters.length).toBeGreaterThanOrEqual(count)
  const text = characters.join('')
  for (const weight of [400, 700] as const) expect(shown(text, weight)).toBe(text)
})

test('so is all that GB 18030-2022 asks for at level 1, and more at level 2', () => {
  const hanzi = `${range(0x4e00, 0x9fef)}${range(0x3400, 0x4db5)}𪨶𪾢𫓧𫠊𬉼𬭎𬱖`
  for (const weight of [400, 700] as const) expect(shown(hanzi, weight)).toBe(hanzi)
})

test('every character of GBK is copied out of a PDF as itself, also where two share a drawing', async () => {
  const zh = [...doubleBytes(0x81, 0x40), '⼀⼆⺀一二—⸺——······•ＡＡAＡ⽇日曰曱ΩΩµμÅÅ'].join('')
  const en = [...zh].toReversed().join('')
  const blocks = [{ kind: 'note', text: { zh, en } }] satisfies Block[]
  const document = { title: 'GBK', header: 'Ⅱ期Φ630镩床', author: 'shen', blocks }
  const bytes = Buffer.concat(await (await printDocument(document, '2021-09-01T02:03:04.000Z')).toArray())
  const pages = textOfPdf(bytes).map((page) => page.replace(/Ⅱ期Φ630镩床第 .*? of \d+/, ''))
  expect(plain(pages.join(''))).toBe(plain(zh + en))
})

test('a character that no font has is told by its code point, never left out', () => {
  expect(shown('5Ω')).toBe('5Ω')
  expect(shown('李㛃䶮𬭎')).toBe('李㛃䶮𬭎')
  expect(shown('5\u{1f600}')).toBe('5[U+1F600]')
  expect(shown('\u{2a701}')).toBe('[U+2A701]')
  expect(shown('\ue5e5')).toBe('[U+E5E5]')
  expect(shown('\ud800')).toBe('[U+D800]')
})

test('lines fit, keep what was written, and begin with no closing mark', () => {
  const text =
    '投资真实，资料齐全（含发票、合同）。同意认定。Serial No. ABC-1234567890 已核对，无误。'.repeat(9)
  const lines = setText(fonts, text, { width: 120, size: 9, weight: 400 })
  expect(lines.length).toBeGreaterThan(9)
  for (const { runs, width } of lines) {
    expect(width).toBeLessThanOrEqual(120)
    expect(runs[0]?.text).not.toMatch(/^[，。、）]/)
  }
  const whole = lines.flatMap(({ runs }) => runs.map((run) => run.text)).join('')
  expect(whole.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
})

test('a word that is wider than its column is broken, and lines of the writer are kept', () => {
  const lines = setText(fonts, `${'a'.repeat(100)}\n乙`, { width: 50, size: 9, weight: 400 })
  expect(lines.length).toBeGreaterThan(5)
  expect(lines.at(-1)?.runs[0]?.text).toBe('乙')
})
