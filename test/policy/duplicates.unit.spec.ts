import { describe, expect, it } from 'vitest'
import { duplicateKeys } from '../../policy/duplicates.ts'
import { anApplication } from '../fixtures.ts'

const keys = duplicateKeys(anApplication())
const shared = (overrides: Parameters<typeof anApplication>[0]) =>
  duplicateKeys(anApplication(overrides)).filter((key) => keys.includes(key)).length

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
    const [hidden] = duplicateKeys({ ...anApplication(), name: '齿轮\ufe0f生\u3164产\u034f线数字化改造' })
    expect(keys).toContain(hidden)
  })

  it('tells names without letters apart by what they are', () => {
    const [stars] = duplicateKeys(anApplication({ name: '***' }))
    const [dashes] = duplicateKeys(anApplication({ name: '———' }))
    expect(stars).not.toBe(dashes)
  })

  it('knows a name by its letters, whatever their case', () => {
    const [lower] = duplicateKeys(anApplication({ name: 'mes 系统' }))
    const [upper] = duplicateKeys(anApplication({ name: 'ＭＥＳ系统' }))
    expect(upper).toBe(lower)
  })
})
