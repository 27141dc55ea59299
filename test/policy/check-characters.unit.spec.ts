import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  certificateNumber,
  creditCodeCheck,
  isCertificateNumber,
  isCreditCode,
  isCreditCodeShaped,
  mod37Check,
} from '../../policy/edition/check-characters.ts'

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

function substitutions(text: string, characters: string): string[] {
  return [...text].flatMap((right, at) =>
    characters.includes(right)
      ? [...characters]
          .filter((wrong) => wrong !== right)
          .map((wrong) => `${text.slice(0, at)}${wrong}${text.slice(at + 1)}`)
      : [],
  )
}

function transpositions(text: string): string[] {
  return [...text]
    .map((first, at) => `${text.slice(0, at)}${text.charAt(at + 1)}${first}${text.slice(at + 2)}`)
    .filter((changed, at) => at + 1 < text.length && changed !== text)
}

const valid = [
  '91350200MA2YJ1XR9G',
  '91350200776049653A',
  '91440101MA5CJQ4N59',
  '91500105MA5TEUT05A',
  '91500000MA5U000111',
  '91500112MA5ABCD195',
]

describe('a 统一社会信用代码 (GB 32100-2015)', () => {
  it.each(valid)('%s is one', (code) => {
    expect(isCreditCode(code)).toBe(true)
  })

  it.each([
    ['91350203M0001QAY9B', 'a real code that fails its check'],
    ['91500105MA5TEUT05B', 'another check character'],
  ])('%s has the form, but does not fit: %s', (code) => {
    expect(isCreditCodeShaped(code)).toBe(true)
    expect(isCreditCode(code)).toBe(false)
  })

  it.each([
    ['91500105ma5teut05a', 'lower case'],
    ['9150010MA5TEUT05A', 'too short'],
    ['91500105MA5TEUT05AA', 'too long'],
    ['91500105IA5TEUT05A', 'a letter that the alphabet leaves out'],
    ['9150010OMA5TEUT05A', 'a letter among the six digits'],
    [' 91500105MA5TEUT05A', 'a space'],
    ['91500105MA5TEUT05A\n', 'a line feed'],
    ['９１500105MA5TEUT05A', 'full-width digits'],
    ['', 'nothing'],
  ])('%j has not even the form: %s', (code) => {
    expect(isCreditCodeShaped(code)).toBe(false)
    expect(isCreditCode(code)).toBe(false)
  })

  it.each(valid)('%s: every wrong character is caught', (code) => {
    expect(substitutions(code, creditAlphabet).filter(isCreditCode)).toEqual([])
  })

  it('gives a check character to every stem: 0 where the sum is a multiple of 31, never a 32nd character', () => {
    const stems = Array.from({ length: 200 }, (_, at) => `91500112MA5${String(at).padStart(6, '0')}`)
    const checks = stems.map(creditCodeCheck)
    expect(new Set(checks)).toEqual(new Set(creditAlphabet))
    const zero = stems[checks.indexOf('0')]
    expect(isCreditCode(`${zero}0`)).toBe(true)
  })
})

describe('the check character of ISO 7064 MOD 37,36', () => {
  it.each([
    ['A12425GABC1234002', 'M', 'the example of the Global Release Identifier'],
    ['11100000000013338W011.11430000006122244L.20230000403.001', 'U', 'an electronic licence'],
    ['11100000000013338W009.11330105002500287C.2025052201.002', '0', 'an electronic licence'],
  ])('%s has %s (%s)', (stem, check) => {
    expect(mod37Check(stem)).toBe(check)
  })

  it('skips what is no letter and no digit', () => {
    expect(mod37Check('A1-2425G-ABC1234002')).toBe('M')
  })
})

describe('a certificate number', () => {
  it.each([
    ['CQ-2021', '500112', 1, 'CQ-2021-500112-0001-'],
    ['CQ-2021', 'LJ', 12_345, 'CQ-2021-LJ-12345-'],
    ['TREE', 'OAK', 42, 'TREE-OAK-0042-'],
  ])('%s %s %i begins with %s and checks', (prefix, body, serial, stem) => {
    const number = certificateNumber(prefix, body, serial)
    expect(number.slice(0, -1)).toBe(stem)
    expect(isCertificateNumber(number)).toBe(true)
  })

  const stems = fc.tuple(
    fc.constantFrom('CQ-2021', 'TREE', 'A1'),
    fc.constantFrom('LJ', '500112', 'OAK'),
    fc.integer({ min: 1, max: 99_999 }),
  )

  it('catches every wrong character, whatever the number', () => {
    fc.assert(
      fc.property(stems, (parts) => {
        expect(substitutions(certificateNumber(...parts), alphabet).filter(isCertificateNumber)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['CQ-2021', '500112', 1],
    ['CQ-2021', '500101', 1234],
    ['CQ-2021', 'LJ', 907],
  ])('%s-%s-%i: catches two neighbours that changed places', (prefix, body, serial) => {
    const number = certificateNumber(prefix, body, serial)
    const changed = transpositions(number).filter(
      (text) => text.replaceAll('-', '') !== number.replaceAll('-', ''),
    )
    expect(changed.length).toBeGreaterThan(7)
    expect(changed.filter(isCertificateNumber)).toEqual([])
  })

  it('is nothing that one stands in', () => {
    const number = certificateNumber('CQ-2021', '500112', 1)
    for (const text of [` ${number}`, `重庆${number}`, `${number}\n`])
      expect(isCertificateNumber(text)).toBe(false)
  })

  it.each(['', '-', 'A', 'cq-2021-500112-0001-a', 'CQ-2021-500112-0001', 'CQ 2021-500112-0001-0', '重庆-1'])(
    '%j is none',
    (text) => {
      expect(isCertificateNumber(text)).toBe(false)
    },
  )
})
