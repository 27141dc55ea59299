import { describe, expect, it } from 'vitest'
import { editionDifferences } from '../../policy/edition/edition-differences.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { keyWords } from '../../policy/edition/key-words.ts'
import { chongqing, readText, treeHouse, treeMarket, treeSwing } from '../fixtures.ts'
import { expectBothLanguages } from './broken-edition.ts'

const { edition } = chongqing

const told = (after: Edition, before = edition) =>
  editionDifferences(before, after).map(
    ({ name, from, to }) => `${name.zh}：${from?.zh ?? '无'} → ${to?.zh ?? '无'}`,
  )

const withStage = (id: string, change: Record<string, unknown>): Edition => ({
  ...edition,
  stages: edition.stages.map((stage) => (stage.id === id ? Object.assign({}, stage, change) : stage)),
})

describe('what two editions say differently is told in the words of an officer', () => {
  it('nothing, between an edition and itself', () => {
    for (const each of [edition, treeHouse.edition, treeMarket.edition, treeSwing.edition])
      expect(editionDifferences(each, structuredClone(each))).toEqual([])
  })

  it('a time limit with its unit', () => {
    const { deadline } = Object(edition.stages[2])
    expect(told(withStage('districtVerification', { deadline: { ...deadline, days: 15 } }))).toEqual([
      '区县核实 · 办理期限：20个工作日 → 15个工作日',
    ])
    expect(
      told(withStage('districtVerification', { deadline: { ...deadline, days: 30, unit: 'calendarDays' } })),
    ).toEqual(['区县核实 · 办理期限：20个工作日 → 30天'])
  })

  it('who acts, by what the roles are called', () => {
    expect(told(withStage('districtVerification', { by: ['district', 'municipal'] }))).toEqual([
      '区县核实 · 由谁办理：区县经办人 → 区县经办人、市级经办人',
    ])
  })

  it('an article with what it says of where the rule comes from', () => {
    expect(told(withStage('correction', { source: 'notice' }))).toEqual([
      '企业补正 · 依据：二（二）（缺省值） → 二（二）（通知明文）',
    ])
  })

  it('a thing that only one has is told once, by its name', () => {
    const without = { ...edition, stages: edition.stages.filter(({ id }) => id !== 'municipalReview') }
    expect(told(without)).toEqual(['市级认定：市级认定 → 无'])
    expect(told(edition, without)).toEqual(['市级认定：无 → 市级认定'])
    const fewer = { ...edition, bodies: edition.bodies.slice(1) }
    expect(told(fewer)).toEqual(['区县 · 两江新区：两江新区 → 无'])
  })

  it('each difference once, in both languages, and turned around it is the same the other way', () => {
    const pairs = [edition, treeHouse.edition, treeMarket.edition, treeSwing.edition]
    for (const before of pairs)
      for (const after of pairs) {
        const there = editionDifferences(before, after)
        const back = editionDifferences(after, before)
        expect(new Set(there.map(({ path }) => path)).size).toBe(there.length)
        expect(back.map(({ path }) => path).toSorted()).toEqual(there.map(({ path }) => path).toSorted())
        for (const { name } of there) expect(name.zh && name.en).not.toMatch(/undefined|\[object/)
      }
  })
})

it('every key that an edition can have is called something', () => {
  const names = new Set<string>()
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') for (const name of Object.keys(Object(value))) names.add(name)
      collect(value)
    }
  }
  collect(JSON.parse(readText('policy/edition.schema.json')))
  expect(names.size).toBeGreaterThan(80)
  expect([...names].filter((name) => !Object.hasOwn(keyWords, name))).toEqual([])
  expect(Object.keys(keyWords).filter((name) => !names.has(name))).toEqual([])
  for (const words of Object.values(keyWords)) if (words.zh) expectBothLanguages(words)
})
