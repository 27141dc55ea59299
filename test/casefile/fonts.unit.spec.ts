import PdfKit from 'pdfkit'
import { expect, test } from 'vitest'
import { openFonts } from '../../casefile/fonts.ts'
import { setText } from '../../casefile/typesetting.ts'
import { chongqingText, readText } from '../fixtures.ts'

const fonts = openFonts(new PdfKit({ autoFirstPage: false }))
const shown = (text: string, weight: 400 | 700 = 400) =>
  [...text].flatMap((character) => fonts.letter(character, weight).map((run) => run.text)).join('')

test('every character of the edition and of our own words has a letter, in both weights', () => {
  const names = ['compose-application', 'compose-history', 'compose-notices', 'compose-proof', 'people']
  const composed = names.map((name) => readText(`casefile/${name}.ts`))
  const text = [chongqingText, ...composed, readText('casefile/compose.ts'), readText('policy/labels.ts')]
  const characters = [...new Set(text.join(''))].filter((each) => each >= ' ').join('')
  for (const weight of [400, 700] as const) expect(shown(characters, weight)).toBe(characters)
})

test('standards and common names have letters', () => {
  const text = 'GB/T 39116、GB/T 4754、GB/T 38540—2020《电子签章》①②〇“”……——㎡℃堃喆犇淼焱鑫垚赟翀昇璟旻'
  expect(shown(text)).toBe(text)
})

test('a character that no font has is told by its code point, never left out', () => {
  expect(shown('5Ω')).toBe('5[U+03A9]')
  expect(shown('李㛃')).toBe('李[U+36C3]')
  expect(shown('䶮')).toBe('[U+4DAE]')
  expect(shown('𬭎')).toBe('[U+2CB4E]')
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
