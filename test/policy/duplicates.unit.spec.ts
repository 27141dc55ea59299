import { describe, expect, it } from 'vitest'
import { duplicateKeysOf, likenessOf } from '../../policy/case/duplicates.ts'
import { anApplication, chongqing } from '../fixtures.ts'

const { edition } = chongqing
const keys = duplicateKeysOf(edition, anApplication())
const shared = (overrides: Parameters<typeof anApplication>[0]) =>
  duplicateKeysOf(edition, anApplication(overrides)).filter((key) => keys.includes(key)).length

describe('the same project twice (三（三）)', () => {
  it.each([
    ['nothing changed', {}, 2],
    ['the name in other spaces and punctuation', { name: '齿轮 生产线（数字化）改造。', site: '别处' }, 1],
    ['the site in full width', { name: '另一项目', site: '渝北区玉峰山镇石港路１号' }, 1],
    ['another name, same site and period', { name: '另一项目' }, 1],
    ['another name and site', { name: '另一项目', site: '别处' }, 0],
    ['another name and period', { name: '另一项目', completeOn: '2021-11-30' }, 0],
    ['another enterprise', { uscc: '91500105MA5TEUT05A' }, 0],
  ])('%s: %j shares %i of two keys', (_, overrides, count) => {
    expect(shared(overrides)).toBe(count)
  })

  it('is not deceived by characters that cannot be seen, in an application that was kept before they were refused', () => {
    const [hidden] = duplicateKeysOf(edition, {
      ...anApplication(),
      name: '齿轮\ufe0f生\u3164产\u034f线数字化改造',
    })
    expect(keys).toContain(hidden)
  })

  it('tells names without letters apart by what they are', () => {
    const [stars] = duplicateKeysOf(edition, anApplication({ name: '***' }))
    const [dashes] = duplicateKeysOf(edition, anApplication({ name: '———' }))
    expect(stars).not.toBe(dashes)
  })

  it('knows a name by its letters, whatever their case', () => {
    const [lower] = duplicateKeysOf(edition, anApplication({ name: 'mes 系统' }))
    const [upper] = duplicateKeysOf(edition, anApplication({ name: 'ＭＥＳ系统' }))
    expect(upper).toBe(lower)
  })
})

describe('by what two projects are likely one', () => {
  const uscc = '91500105MA5TEUT05A'
  const evidence = [{ kind: 'contract' as const, number: 'HT 2021-07' }]
  const copied = [{ kind: 'contract' as const, number: 'ｈｔ2021-07', note: '甲方' }]

  it.each([
    ['nothing but the enterprise', { name: '焊接机器人应用', site: '别处' }, []],
    ['the name, in other numerals', { name: '齿轮生产线数字化改造项目', site: '别处' }, ['name']],
    ['name and site at another enterprise', { uscc }, []],
    [
      'a contract at another enterprise',
      { uscc, name: '焊接机器人应用', site: '别处', evidence: copied },
      ['evidence'],
    ],
    ['all, there', { uscc, evidence: copied }, ['name', 'site', 'evidence']],
    ['an invoice of the number', { uscc, evidence: [{ kind: 'invoice' as const, number: 'HT2021-07' }] }, []],
    ['the number alone', { uscc, evidence: ['HT2021-07'] }, []],
  ])('%s', (_, overrides, because) => {
    const [one, other] = [anApplication({ evidence }), anApplication(overrides)].map((application) => ({
      edition,
      application,
    }))
    if (!one || !other) throw new Error('there are two')
    expect(likenessOf(one, other)).toEqual(because)
    expect(likenessOf(other, one)).toEqual(because)
  })
})
