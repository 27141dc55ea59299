import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEditionFile } from '../../server/editions.ts'
import { layOver, pathInLayer } from '../../policy/edition/layers.ts'
import { DocumentError } from '../../policy/edition/read-document.ts'
import { readEdition, type FindEdition } from '../../policy/edition/read-edition.ts'
import { chongqing, chongqingText } from '../fixtures.ts'
import { expectBothLanguages, placeOf } from './broken-edition.ts'

const find: FindEdition = (id) =>
  id === 'chongqing-2021' ? { text: chongqingText, name: 'chongqing-2021.yaml' } : undefined

/** What is wrong with a layer on Chongqing, which is told in both languages; nothing, if it is read. */
function faultsOf(layer: string, from: FindEdition = find) {
  try {
    readEdition(layer, 'layer.yaml', from)
    return []
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    for (const fault of error.faults) expectBothLanguages(fault)
    return error.faults
  }
}

/** Two documents that lie on each other. */
const other = (id: string) => ({ text: `extends: ${id === 'aa' ? 'bb' : 'aa'}\nid: ${id}\n`, name: id })
/** Documents without end. */
const tower: FindEdition = (id) => ({ text: `extends: ${id}x\nid: ${id}\n`, name: id })
const broken: FindEdition = () => ({
  text: chongqingText.replace('year: 2021', 'year: MMXXI'),
  name: 'base.yaml',
})

const head = 'extends: chongqing-2021\nid: shorter\n'

describe('a layer', () => {
  it('that says nothing but its name is its base by another name', () => {
    expect(readEdition(head, 'layer.yaml', find)).toEqual({ ...chongqing.edition, id: 'shorter' })
  })

  it('changes one thing of a thing in a list and leaves the rest, its order too', () => {
    const text = `${head}stages:\n  - { id: districtVerification, deadline: { days: 15 } }\n`
    const { stages } = readEdition(text, 'layer.yaml', find)
    expect(stages.map(({ id }) => id)).toEqual(chongqing.edition.stages.map(({ id }) => id))
    const before = chongqing.edition.stages[2]
    expect(stages[2]).toEqual({ ...before, deadline: { ...Object(before).deadline, days: 15 } })
    expect(stages.filter((_, at) => at !== 2)).toEqual(chongqing.edition.stages.filter((_, at) => at !== 2))
  })

  it('puts what is new at the end, takes out what is dropped, and finds bodies by their names', () => {
    const text = `${head}bodies:
  - { name: 渝中区, target: 3 }
  - { name: 巫山县, drop: true }
  - { name: 测试区, fullName: 测试区, code: '500199', target: 1, group: main }
vocabulary: { cloudModels: [{ id: edge, zh: 边缘云, en: edge cloud }] }
`
    const { bodies, vocabulary } = readEdition(text, 'layer.yaml', find)
    const before = chongqing.edition.bodies
    expect(bodies.map(({ name }) => name)).toEqual([
      ...before.map(({ name }) => name).filter((name) => name !== '巫山县'),
      '测试区',
    ])
    expect(bodies.find(({ name }) => name === '渝中区')?.target).toBe(3)
    expect(vocabulary?.cloudModels.map(({ id }) => id)).toEqual(['public', 'private', 'hybrid', 'edge'])
  })

  it('drops a key, and replaces lists of what has no name', () => {
    const text = `${head}stages: [{ id: districtVerification, ownExtension: { drop: true }, by: [municipal] }]`
    const stage = readEdition(text, 'layer.yaml', find).stages[2]
    expect(stage).not.toHaveProperty('ownExtension')
    expect(stage?.by).toEqual(['municipal'])
  })

  it('lies on a layer as on any edition', () => {
    const middle = `${head}year: 2023\n`
    const from: FindEdition = (id) => (id === 'shorter' ? { text: middle, name: 'shorter.yaml' } : find(id))
    const top = readEdition('extends: shorter\nid: top\nissuedOn: 2024-01-01\n', 'top.yaml', from)
    expect(top).toEqual({ ...chongqing.edition, id: 'top', year: 2023, issuedOn: '2024-01-01' })
  })
})

describe('what is wrong with a layer', () => {
  it('is told where it stands, by the path in the whole', () => {
    const text = `${head}stages:\n  - id: correction\n  - { id: certified, decision: { days: many } }\n`
    expect(faultsOf(text)).toMatchObject([{ path: 'stages.5.decision.days', ...placeOf(text, 'many') }])
  })

  it('is told at extends where the layer says nothing of it', () => {
    const text = `id: shorter\nextends: chongqing-2021\nends: [{ id: withdrawn, drop: true }]\n`
    const faults = faultsOf(text)
    expect(faults.length).toBeGreaterThan(0)
    for (const { line } of faults) expect([2, 3]).toContain(line)
  })

  it.each([
    ['no such base', 'extends: nowhere\nid: shorter\n', 'extends'],
    ['a base that is no id', 'extends: ../secret\nid: shorter\n', 'extends'],
    ['a base that is a list', 'extends: [a]\nid: shorter\n', 'extends'],
    ['itself as its base', 'extends: shorter\nid: shorter\n', 'extends'],
    ['a thing to drop that is not there', `${head}roles: [{ id: king, drop: true }]`, 'roles.0'],
    ['a key to drop that is not there', `${head}intake: { drop: true }`, 'intake'],
    ['more to say of what is dropped', `${head}roles: [{ id: municipal, drop: true, zh: 市 }]`, 'roles.0'],
    ['a drop that is not true', `${head}roles: [{ id: municipal, drop: maybe }]`, 'roles.0'],
  ])('%s', (_, text, path) => {
    expect(faultsOf(text).map((fault) => fault.path)).toContain(path)
  })

  it('circles and towers end', () => {
    expect(faultsOf('extends: aa\nid: cc\n', other)[0]?.en).toContain('is laid over itself')
    expect(faultsOf('extends: a1\nid: c1\n', tower)[0]?.en).toContain('more than 5 layers')
  })

  it('a fault of the base is told as the base’s', () => {
    expect(() => readEdition(head, 'layer.yaml', broken)).toThrow('base.yaml:6:7 year')
  })
})

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean())
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
const thing = fc.record({ id: fc.constantFrom('x', 'y', 'z'), v: leaf }, { requiredKeys: ['id'] })
const things = fc.uniqueArray(thing, { selector: ({ id }) => id, maxLength: 3 })
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, things, fc.dictionary(key, tie('tree'), { maxKeys: 3 })),
}))

it('laid over anything, a document says what it says; twice is once; over nothing it is itself', () => {
  fc.assert(
    fc.property(tree, tree, (base, layer) => {
      const { value, faults } = layOver(base, layer)
      expect(faults).toEqual([])
      expect(layOver(value, layer).value).toEqual(value)
      expect(layOver({}, { in: layer }).value).toEqual({ in: layer })
      expect(layOver(base, base).value).toEqual(base)
      expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    }),
  )
})

it('finds each thing that a layer says at its place in the layer', () => {
  const layer = { stages: [{ id: 'y', v: 1 }], list: [7] }
  const { value } = layOver({ stages: [{ id: 'x' }, { id: 'y', w: 2 }], list: [8, 9] }, layer)
  expect(pathInLayer(value, layer, ['stages', 1, 'v'])).toEqual(['stages', 0, 'v'])
  expect(pathInLayer(value, layer, ['stages', 1, 'w'])).toEqual(['stages', 0])
  expect(pathInLayer(value, layer, ['stages', 0, 'id'])).toEqual(['stages'])
  expect(pathInLayer(value, layer, ['list', 0])).toEqual(['list', 0])
  expect(pathInLayer(value, layer, ['other'])).toEqual(['extends'])
})

it('Chongqing 2022 is 2021 with other dates, numbers and citations, and the same steps', () => {
  const of2022 = readEditionFile(
    new URL('../../policy/editions/chongqing-2022.yaml', import.meta.url).pathname,
  )
  const of2021 = chongqing.edition
  expect(of2022.stages.map(({ id, kind }) => [id, kind])).toEqual(
    of2021.stages.map(({ id, kind }) => [id, kind]),
  )
  expect(of2022.bodies).toEqual(of2021.bodies)
  expect(of2022.categories).toEqual(of2021.categories)
  expect(of2022.targets?.total).toBe(1250)
  expect(of2022.certificate.prefix).toBe('CQ-2022')
  const changed = of2022.conditions.filter((each, at) => each.require !== of2021.conditions[at]?.require)
  expect(changed.map(({ id, require }) => [id, require])).toEqual([
    ['started', 'application.startOn >= date("2020-01-01")'],
    ['completed', 'application.completeOn >= date("2022-01-01")'],
  ])
})
