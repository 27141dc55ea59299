import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areSimilar,
  asRead,
  comparable,
  comparableCode,
  roughly,
  roughName,
} from '../../policy/edition/comparable.ts'

describe('texts that are the same', () => {
  it.each([
    ['冲压线（三期）改造', '冲压线(三期)改造'],
    ['冲压线【三期】改造', '冲压线三期改造'],
    ['齿轮 生产线（数字化）改造。', '齿轮生产线数字化改造'],
    ['ＭＥＳ系统', 'mes 系统'],
    ['年产 １５ 万吨', '年产15万吨'],
    ['年产1．5万吨', '年产1.5万吨'],
    ['“智造”车间', '智造车间'],
    ['Ⅱ期', 'II期'],
    ['5 G 工厂', '5G工厂'],
    ['Φ630 mm 镗床', 'φ630㎜镗床'],
    ['1 - 2号线', '1—2号线'],
    ['石港路１号', '石港路1号'],
    ['㈢期', '（三）期'],
    ['30 ℃', '30℃'],
    ['µm级', 'μm级'],
    ['500m²', '500㎡'],
    ['齿轮\ufe0f生\u3164产\u034f线\u200b', '齿轮生产线'],
    ['第 三 车间', '第三车间'],
    ['1⁄2', '1∕2'],
    ['1⁄2', '1/2'],
    ['1--2号线', '1-2号线'],
    ['齿轮、生产线', '齿轮生产线'],
    ['冲压-线', '冲压线'],
    ['MES、系统', 'MES系统'],
    ['C+ +', 'C++'],
    ['甲（-5）', '甲-5'],
    ['甲- 5', '甲5'],
    ['1\u00072', '12'],
    [' ——— ', '———'],
  ])('%s = %s', (one, other) => {
    expect(comparable(one)).toBe(comparable(other))
  })
})

describe('texts that are not', () => {
  it.each([
    ['年产15万吨轧线改造', '年产1.5万吨轧线改造'],
    ['1-2号线', '12号线'],
    ['8/47', '847'],
    ['1,5', '15'],
    ['1，5', '15'],
    ['1 5', '15'],
    ['1\t5', '15'],
    ['1⁄2', '12'],
    ['1、5号线', '15号线'],
    ['(1)5号线', '15号线'],
    ['1.5', '1-5'],
    ['1.5', '1,5'],
    ['1:5', '1/5'],
    ['1,000', '1.000'],
    ['A-1', 'A1'],
    ['A/B', 'AB'],
    ['smart factory', 'smartfactory'],
    ['10²', '102'],
    ['1½', '11/2'],
    ['5①', '51'],
    ['二、三期', '二三期'],
    ['（一）三车间', '一三车间'],
    ['-18℃冷库', '18℃冷库'],
    ['.5万吨', '5万吨'],
    ['A+B', 'AB'],
    ['C++', 'C'],
    ['±5', '5'],
    ['<5', '>5'],
    ['≥5', '≤5'],
    ['5%', '5'],
    ['5‰', '5%'],
    ['5μm', '5m'],
    ['5°', '5'],
    ['5′', '5″'],
    ['10³', '10²'],
    ['2×5', '25'],
    ['#1', '1'],
    ['***', '———'],
    ['三期', '二期'],
  ])('%s ≠ %s', (one, other) => {
    expect(comparable(one)).not.toBe(comparable(other))
  })
})

const digits = fc.stringMatching(/^\d{1,4}$/)
const letters = fc.stringMatching(/^[a-z]{1,4}$/)
const numerals = fc.stringMatching(/^[一二三四五六七八九十]{1,3}$/)
const hanzi = fc.stringMatching(/^[冲压线改造数字车间]{1,4}$/)
const word = fc.oneof(digits, letters, numerals, hanzi)
const silent = fc.constantFrom(' ', '　', '（', '）', '(', ')', '【', '】', '“', '”', '《', '》')
const sign = fc.constantFrom('.', ',', '-', '/', ':', '、', '·', '．', '，', '－', '／', '_')
const meaning = fc.constantFrom(
  '+',
  '±',
  '<',
  '>',
  '≥',
  '≤',
  'μ',
  '%',
  '‰',
  '×',
  '=',
  '℃',
  '#',
  '&',
  '@',
  '°',
)

describe('the form of any text', () => {
  it('is its own form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(comparable(comparable(text))).toBe(comparable(text))
      }),
    )
  })

  it('does not join two numbers or two words, whatever stands between them', () => {
    const kind = fc.constantFrom(digits, letters, numerals).chain((each) => fc.tuple(each, each))
    fc.assert(
      fc.property(
        kind,
        fc.array(fc.oneof(silent, sign), { minLength: 1, maxLength: 3 }),
        ([a, b], between) => {
          expect(comparable(a + between.join('') + b)).not.toBe(comparable(a + b))
        },
      ),
    )
  })

  it('keeps the sign between letters and digits, and any sign that says something', () => {
    const halves = fc.oneof(fc.tuple(letters, digits), fc.tuple(digits, letters))
    fc.assert(
      fc.property(halves, sign, ([a, b], between) => {
        expect(comparable(a + between + b)).not.toBe(comparable(a + b))
      }),
    )
    fc.assert(
      fc.property(word, meaning, word, (a, between, b) => {
        expect(comparable(a + between + b)).not.toBe(comparable(a + b))
        expect(comparable(a + between + b)).toContain(comparable(`甲${between}甲`).slice(1, -1))
      }),
    )
  })

  it('tells what is told apart by one sign from what is told apart by another', () => {
    const two = fc.uniqueArray(fc.constantFrom('.', ',', '-', '/', ':'), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(digits, digits, two, (a, b, [one = '', other = '']) => {
        expect(comparable(a + one + b)).not.toBe(comparable(a + other + b))
      }),
    )
  })

  it('is the same in any case, any width, with spaces and brackets between words of different kinds', () => {
    const words = fc
      .array(word, { minLength: 1, maxLength: 6 })
      .filter((all) => all.every((each, at) => at === 0 || kindOf(each) !== kindOf(all[at - 1] ?? '')))
    fc.assert(
      fc.property(words, fc.array(silent, { maxLength: 3 }), (all, between) => {
        const plain = comparable(all.join(''))
        expect(comparable(all.join(between.join('')))).toBe(plain)
        expect(comparable(wide(all.join('')).toUpperCase())).toBe(plain)
      }),
    )
  })

  it('loses nothing but signs in the coarser form, which what is the same shares', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(word, silent), { maxLength: 8 }), (parts) => {
        expect(roughly(comparable(parts.join('')))).toBe(roughly(parts.join('')))
      }),
    )
  })
})

function wide(text: string): string {
  return text.replaceAll(/[!-~]/g, (each) => String.fromCodePoint(each.charCodeAt(0) + 0xfee0))
}

function kindOf(text: string): string {
  if (/^\d/.test(text)) return 'digit'
  return /^[a-z]/.test(text) ? 'letter' : 'hanzi'
}

describe('codes', () => {
  it.each([
    ['cq-2021-500112-0001-x', 'CQ-2021-500112-0001-X'],
    [' ＣＱ－2021－500112－0001－Ｘ ', 'CQ-2021-500112-0001-X'],
    ['CQ—2021 - 500112 - 0001 - X', 'CQ-2021-500112-0001-X'],
    ['9150 0112 2021 0218 7e', '91500112202102187E'],
    ['９１５００１１２２０２１０２１８７Ｅ', '91500112202102187E'],
  ])('%s is %s', (typed, code) => {
    expect(comparableCode(typed)).toBe(code)
  })
})

describe('codes as they are read on paper', () => {
  it.each([
    ['CQ-2021-500112-0001-L', 'cq 2O21 5OOll2 ooo1 1', true],
    ['CQ-2021-500112-0001-L', 'CQ2021500112 0OO1I', true],
    ['CQ-2021-500112-0001-L', 'CQ-2021-500112-0007-L', false],
  ])('%s, %s: %s', (code, typed, isRead) => {
    expect(asRead(typed) === asRead(code)).toBe(isRead)
  })
})

describe('names that are likely one', () => {
  it.each([
    ['冲压线（三期）改造', '冲压线三期改造项目', true],
    ['冲压线（三期）改造', '冲压线（3期）改造', true],
    ['年产1.5万吨轧线改造', '年产15万吨轧线改造', true],
    ['1,000吨产线', '1000吨产线', true],
    ['A-1车间改造', 'A1车间改造', true],
    ['冲压线Ⅱ期改造', '冲压线（二）期改造', true],
    ['冲压线Ⅱ期改造', '冲压线2期改造', true],
    ['冲压线II期', '冲压线2期', true],
    ['MESⅫ期', 'MES十二期', true],
    ['冲压线（叁）期', '冲压线三期', true],
    ['十二号线', '12号线', true],
    ['二十三号线', '23号线', true],
    ['二十号线', '20号线', true],
    ['二○二一年', '2021年', true],
    ['冲压线Ⅱ期改造', '冲压线Ⅲ期改造', false],
    ['冲压线IV期改造', '冲压线6期改造', false],
    ['十二号线改造项目', '十三号线改造项目', false],
    ['5V电源线', '55电源线', false],
    ['冲压线（三期）改造', '冲压线（二期）改造', false],
    ['冲压线改造', '焊接机器人应用', false],
    ['甲', '甲', true],
    ['甲', '乙', false],
    ['冲压线改造厂', '冲压线改造场', true],
    ['冲压线改造', '冲压线改进', false],
    ['啊啊啊啊啊啊', '啊啊甲乙丙丁', false],
    ['重庆江北十二号线智能化改造项目', '重庆江北十三号线智能化改造项目', false],
    ['', '甲', false],
  ])('%s, %s: %s', (one, other, similar) => {
    expect(areSimilar(one, other)).toBe(similar)
    expect(areSimilar(other, one)).toBe(similar)
  })
})

describe('a number in the coarser form', () => {
  it.each([...['〇零', '一壹', '二两贰', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖'].entries()])(
    'is the figure %i, whichever of %s is written',
    (figure, signs) => {
      for (const each of signs) expect([each, roughly(`第${each}期`)]).toEqual([each, `第${figure}期`])
    },
  )

  it('is the figure, whichever Roman numeral is written', () => {
    const romans = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii']
    for (const [at, signs] of romans.entries()) {
      expect(roughName(`第${signs.toUpperCase()}期`)).toBe(`第${at + 1}期`)
      expect(roughName(`第${String.fromCodePoint(0x2160 + at)}期`)).toBe(`第${at + 1}期`)
    }
    expect(roughName('第IIII期')).toBe('第iiii期')
  })
})
