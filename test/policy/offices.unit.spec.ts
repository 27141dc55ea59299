import { describe, expect, it } from 'vitest'
import { bodyOf } from '../../policy/edition/bodies.ts'
import { districtSchema, findBody } from '../../policy/edition/districts.ts'
import { contactOf, officeOf } from '../../policy/edition/offices.ts'
import { authorityAbove, rankOf } from '../../policy/edition/ranks.ts'
import { chongqing } from '../fixtures.ts'

const { edition } = chongqing
const at = { district: '渝北区', enterprise: '甲公司' }
const silent = { ...edition, notices: undefined }

describe('who acts in a role', () => {
  it.each([
    [
      'municipal',
      '重庆市经济和信息化委员会',
      'Chongqing Municipal Commission of Economy and Information Technology',
    ],
    ['district', '渝北区经济信息部门', 'the economic and information authority of 渝北区'],
    ['enterprise', '甲公司', '甲公司'],
    ['administrator', '平台管理员', 'the administrator of the platform'],
  ])('%s: %s, %s', (role, zh, en) => {
    expect(officeOf(edition, role, at)).toEqual({ zh, en })
  })

  it('is a body by its full name', () => {
    expect(officeOf(edition, 'district', { ...at, district: '石柱县' }).zh).toBe(
      '石柱土家族自治县经济信息部门',
    )
  })

  it('is a body by its name alone under an edition without notices', () => {
    expect(officeOf(silent, 'district', at)).toEqual({ zh: '渝北区', en: '渝北区' })
  })

  it('acts for the authority, for the body of the district, or for none', () => {
    expect(bodyOf(edition, { role: 'municipal', district: '渝北区' })).toEqual(edition.authority)
    expect(bodyOf(edition, { role: 'district', district: '彭水县' })?.zh).toBe('彭水苗族土家族自治县')
    expect(bodyOf(edition, { role: 'district', district: '成华区' })).toEqual({ zh: '成华区', en: '成华区' })
    expect(bodyOf(edition, { role: 'district' })).toBeNull()
    expect(bodyOf(edition, { role: 'enterprise', district: '渝北区' })).toBeNull()
    expect(bodyOf(edition, { role: 'auditor', district: '渝北区' })).toBeNull()
  })
})

describe('whom to ask', () => {
  const office = { zh: '某局', en: 'an office' }
  const contact = { zh: '电话 1', en: 'telephone 1' }
  const bodies = edition.bodies.map((body) => (body.name === '渝北区' ? { ...body, contact } : body))

  it('is the body that says how it is reached, else the office by the sentence of the edition', () => {
    expect(contactOf({ ...edition, bodies }, office, '渝北区')).toEqual(contact)
    const general = {
      zh: '请向某局咨询，联系方式以其对外公布的为准',
      en: 'please ask an office, by the telephone or address that it publishes',
    }
    expect(contactOf({ ...edition, bodies }, office, '江北区')).toEqual(general)
    expect(contactOf({ ...edition, bodies }, office, null)).toEqual(general)
    expect(contactOf(silent, office, '江北区')).toEqual(office)
  })
})

describe('how wide the view of a role is', () => {
  it('goes by its scope, and is nothing for a role that the edition does not know', () => {
    const ranks = ['squirrel', 'enterprise', 'district', 'municipal'].map((role) => rankOf(edition, role))
    expect(ranks).toEqual([0, 1, 2, 3])
  })

  it.each([
    [['enterprise'], ['district']],
    [['district'], ['municipal']],
    [['enterprise', 'district'], ['municipal']],
    [['municipal'], []],
  ])('above %j stands %j', (officers, above) => {
    expect(authorityAbove(edition, officers)).toEqual(above)
  })
})

describe('a district', () => {
  it('is found by its short or its full name, however it is typed', () => {
    for (const typed of ['石柱县', '石柱土家族自治县', ' 石柱 土家族自治县 '])
      expect(findBody(edition.bodies, typed)?.name).toBe('石柱县')
    expect(findBody(edition.bodies, '成华区')).toBeUndefined()
  })

  it('that is none is refused with those that there are', () => {
    const schema = districtSchema(edition.bodies.slice(0, 2))
    const [one = '', two = ''] = edition.bodies.map(({ name }) => name)
    expect(schema.parse(two)).toBe(two)
    expect(schema.safeParse('成华区').error?.issues[0]?.message).toBe(
      `须为以下区县之一：${one}、${two}\nmust be one of the districts: ${one}、${two}`,
    )
    expect(schema.safeParse('区'.repeat(81)).success).toBe(false)
  })
})
