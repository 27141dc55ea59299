import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fenToYuan, isYuan, sumFen, writeYuan, yuanToFen } from '../../policy/edition/money.ts'

describe('an amount in yuan', () => {
  it.each([
    ['0', 0n],
    ['0.01', 1n],
    ['0.1', 10n],
    ['0.10', 10n],
    ['1', 100n],
    ['29999999.99', 2_999_999_999n],
    ['30000000.00', 3_000_000_000n],
    ['9999999999999.99', 999_999_999_999_999n],
  ])('%s is %i fen', (text, fen) => {
    expect(yuanToFen(text)).toBe(fen)
  })

  it.each([
    '1e3',
    '-1',
    '+1',
    '1.234',
    '',
    ' 1',
    '1 ',
    '1\n',
    '１',
    '１０.５',
    '1.',
    '.5',
    '01',
    '00',
    '1,000',
    '0x10',
    'NaN',
    'Infinity',
    '10000000000000',
    '壹',
    '1۰',
  ])('%j is refused', (text) => {
    expect(isYuan(text)).toBe(false)
    expect(() => yuanToFen(text)).toThrow(RangeError)
  })

  it.each([
    [{ a: '0.1', b: '0.2' }, '0.30'],
    [{ a: '0.07', b: '0.01', c: '1.1' }, '1.18'],
    [{ a: '1.005'.slice(0, 4), b: '4.35' }, '5.35'],
    [{ a: '9007199254740.99', b: '0.02' }, '9007199254741.01'],
    [{}, '0.00'],
  ])('sums are exact to the fen: %j is %s', (amounts, sum) => {
    expect(fenToYuan(sumFen(amounts))).toBe(sum)
  })

  it('counts only the kinds named; one that is not there is nothing', () => {
    expect(sumFen({ a: '1.00', b: '2.00' }, ['b', 'c', 'constructor'])).toBe(200n)
  })

  it('is the same after a round trip, whatever the fen', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), (fen) => {
        expect(yuanToFen(fenToYuan(fen))).toBe(fen)
        expect(fenToYuan(fen)).toMatch(/^\d+\.\d\d$/)
      }),
    )
  })

  it('either is an amount or throws: the two never disagree', () => {
    const close = fc.stringMatching(/^[ 0-9.,eE+-]{0,16}$/)
    fc.assert(
      fc.property(fc.oneof(close, fc.string()), (text) => {
        if (isYuan(text)) expect(Number(fenToYuan(yuanToFen(text)))).toBeCloseTo(Number(text), 2)
        else expect(() => yuanToFen(text)).toThrow(RangeError)
      }),
    )
  })

  it.each([
    ['30000000.00', '3000万元'],
    ['29999999.99', '29,999,999.99元'],
    ['500000', '50万元'],
    ['10000.00', '1万元'],
    ['1234.5', '1,234.50元'],
    ['999.99', '999.99元'],
    ['0', '0.00元'],
  ])('%s is written %s', (text, written) => {
    expect(writeYuan(text)).toBe(written)
  })
})
