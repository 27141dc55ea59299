import { describe, expect, it } from 'vitest'
import type { Enterprise } from '../../policy/edition/application.ts'
import type { Facts } from '../../policy/edition/conditions.ts'
import { termsFor } from '../../policy/edition/form.ts'
import { assessEligibility } from '../../policy/edition/eligibility.ts'
import { anApplication, anEnterprise, chongqing, type SomeFields } from '../fixtures.ts'

const { edition } = chongqing

type Overrides = { application?: SomeFields; enterprise?: Partial<Enterprise> } & Partial<
  Pick<Facts, 'implementedInCity' | 'certifiedBefore'>
>

function assess({ application = {}, enterprise = {}, ...rest }: Overrides = {}) {
  return assessEligibility(edition, {
    implementedInCity: true,
    certifiedBefore: false,
    ...rest,
    application: { ...anApplication(), ...application },
    enterprise: anEnterprise(enterprise),
  })
}

function failed(overrides: Overrides): string[] {
  return assess(overrides)
    .findings.filter(({ ok }) => ok === false)
    .map(({ rule }) => rule)
}

const kinds = termsFor(edition, 'parts').map(({ id }) => id)

describe('an application that meets every condition', () => {
  it('is eligible, each finding with its article and a yes', () => {
    const { eligible, needsJudgement, route, findings } = assess()
    expect({ eligible, needsJudgement, route }).toEqual({
      eligible: true,
      needsJudgement: false,
      route: 'district',
    })
    expect(findings.map(({ rule, ok }) => [rule, ok])).toEqual(
      [...edition.conditions.map(({ id }) => id), 'equipmentStandard'].map((rule) => [rule, true]),
    )
    expect(findings.filter(({ article }) => article === '')).toEqual([])
  })
})

describe('the conditions of applicant and project', () => {
  it.each<[string, string, Overrides, boolean]>([
    ['一（一）', 'registeredInCity', { enterprise: { registeredInCity: false } }, false],
    ['一（一）', 'legalPerson', { enterprise: { legalPerson: false } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C12' } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C13' } }, true],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C1310' } }, true],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C29' } }, true],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C361' } }, true],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C43' } }, true],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C44' } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C4400' } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C3' } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'C' } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'D44' } }, false],
    ['一（一）', 'manufacturing', { enterprise: { industry: 'D36' } }, false],
    ['一（二）', 'implementedInCity', { implementedInCity: false }, false],
    ['一（三）', 'started', { application: { startOn: '2018-12-31' } }, false],
    ['一（三）', 'started', { application: { startOn: '2019-01-01' } }, true],
    ['一（三）', 'completed', { application: { completeOn: '2020-12-31' } }, false],
    ['一（三）', 'completed', { application: { completeOn: '2021-01-01' } }, true],
    ['一（三）', 'notCertified', { certifiedBefore: true }, false],
    ['附件2 二（一）', 'effects', { application: { effects: [] } }, false],
  ])('%s %s: %j is %s', (article, rule, overrides, ok) => {
    const finding = assess(overrides).findings.find((each) => each.rule === rule)
    expect({ article: finding?.article, ok: finding?.ok }).toEqual({ article, ok })
    expect(failed(overrides)).toEqual(ok ? [] : [rule])
    expect(assess(overrides)).toMatchObject({
      eligible: ok,
      route: ok ? 'district' : null,
      needsJudgement: false,
    })
  })

  it('has six effects to choose from (附件2 二（一）)', () => {
    expect(termsFor(edition, 'effects').map(({ id }) => id)).toEqual([
      'productivity',
      'energyEfficiency',
      'defectRate',
      'operatingCost',
      'developmentCycle',
      'ncRate',
    ])
  })

  it.each(termsFor(edition, 'effects').map(({ id }) => id))('one effect is enough: %s', (effect) => {
    expect(assess({ application: { effects: [effect] } }).eligible).toBe(true)
  })

  it('reports every rule that says no, not the first', () => {
    const overrides = { enterprise: { legalPerson: false, industry: 'D44' }, application: { effects: [] } }
    expect(failed(overrides)).toEqual(['legalPerson', 'manufacturing', 'effects'])
  })
})

type Standard = [string, Enterprise['size'], string | null, string[], string, string]

const standards: Standard[] = [
  [
    'equipment',
    'medium',
    null,
    ['equipment', 'leasedEquipment', 'software', 'cloud'],
    '999999.99',
    '1000000.00',
  ],
  ['integration', 'medium', null, ['software', 'services', 'hardware', 'cloud'], '499999.99', '500000.00'],
  ['cloud', 'large', 'private', ['cloud', 'platform', 'hardware'], '999999.99', '1000000.00'],
  ['cloud', 'small', 'public', ['cloud', 'platform', 'development', 'hardware'], '199999.99', '200000.00'],
  [
    'newModel',
    'medium',
    null,
    ['equipment', 'leasedEquipment', 'software', 'cloud'],
    '999999.99',
    '1000000.00',
  ],
]

function standardOf([category, size, cloudModel]: Standard, investment: Record<string, string>) {
  const application = { category, cloudModel, investment, informationSystems: ['MES'] }
  return assess({ application, enterprise: { size } }).findings.find(
    ({ rule }) => rule === `${category}Standard`,
  )
}

describe('the standard of a category (附件2 一)', () => {
  it.each(standards)('%s, %s, cloud %s: %j count; %s is too little, %s enough', (...standard) => {
    const [, , , counts, tooLittle, enough] = standard
    for (const kind of kinds) {
      const counted = counts.includes(kind)
      expect([kind, standardOf(standard, { [kind]: enough })?.ok]).toEqual([kind, counted])
      expect([kind, standardOf(standard, { [kind]: tooLittle })?.ok]).toEqual([kind, false])
    }
  })

  it.each(standards)('%s, %s, cloud %s: what counts is added up, a fen decides', (...standard) => {
    const [, , , counts, tooLittle] = standard
    const [first = '', second = ''] = counts
    expect(standardOf(standard, { [first]: tooLittle, [second]: '0.01' })?.ok).toBe(true)
    const others = kinds.filter((kind) => !counts.includes(kind))
    const uncounted = Object.fromEntries(others.map((kind) => [kind, '5000000.00']))
    expect(standardOf(standard, { ...uncounted, [first]: tooLittle })?.ok).toBe(false)
  })

  it('says how much counts and how much is needed', () => {
    const finding = standardOf(['integration', 'medium', null, [], '', ''], {
      software: '499999.99',
      equipment: '900000.00',
    })
    expect(finding?.article).toBe('附件2 一（二）2')
    expect(finding?.detail.zh).toContain('计入投资499,999.99元，标准不低于50万元')
    expect(finding?.detail.en).toContain('499999.99 yuan count, at least 500000.00 yuan are needed')
  })

  it.each([
    [[], ['informationSystem']],
    [['MES'], []],
  ])('附件2 一（二）1: with the information systems %j fails %j', (informationSystems, rules) => {
    const application = { category: 'integration', informationSystems, investment: { software: '500000.00' } }
    expect(failed({ application })).toEqual(rules)
  })
})

describe('a threshold that is not reached', () => {
  it.each([
    [{ equipment: '100000.00' }, '设备10万元', 'equipment 100000.00'],
    [{}, '无', 'nothing'],
  ])('names the kinds that count, and that %j was entered', (investment, zh, en) => {
    const application = { category: 'cloud', cloudModel: 'public', investment }
    const { findings } = assess({ application, enterprise: { size: 'small' } })
    const detail = findings.find(({ rule }) => rule === 'cloudStandard')?.detail
    expect(detail?.zh).toContain(`计入的类别：云服务、平台建设或应用服务、应用开发、相关硬件；已填：${zh}`)
    expect(detail?.en).toContain(`entered: ${en}`)
  })
})

describe('size and cloud (附件2 一（三）): a combination in neither branch is never passed silently', () => {
  const sizes = ['large', 'medium', 'small', 'micro'] as const
  const table: [Enterprise['size'], Record<string, boolean | null>][] = sizes.map((size) =>
    size === 'large'
      ? [size, { public: null, private: true, hybrid: true }]
      : [size, { public: true, private: null, hybrid: null }],
  )
  const cells = table.flatMap(([size, row]) =>
    Object.entries(row).map(([model, ok]) => [size, model, ok] as const),
  )

  it.each(cells)('%s, %s: the standard says %s', (size, cloudModel, ok) => {
    const application = { category: 'cloud', cloudModel, investment: { platform: '1000000.00' } }
    const answer = assess({ application, enterprise: { size } })
    expect(answer.findings.find(({ rule }) => rule === 'cloudStandard')?.ok).toBe(ok)
    expect(answer).toMatchObject({ eligible: ok === true, needsJudgement: ok === null, route: 'district' })
    if (ok === null) expect(answer.findings.at(-1)?.detail.zh).toContain('标准未覆盖')
  })

  it.each(sizes)('%s, no cloud: no cloud project at all', (size) => {
    const application = { category: 'cloud', cloudModel: null, investment: { platform: '1000000.00' } }
    const answer = assess({ application, enterprise: { size } })
    expect(failed({ application, enterprise: { size } })).toEqual(['cloudModel'])
    expect(answer).toMatchObject({ eligible: false, needsJudgement: false, route: null })
  })

  it('another rule that says no leaves nothing to judge', () => {
    const application = { category: 'cloud', cloudModel: 'public', effects: [] }
    const answer = assess({ application, enterprise: { size: 'large' } })
    expect(answer).toMatchObject({ eligible: false, needsJudgement: false, route: null })
  })
})

describe('the route (二（三）): total investment, not the part that counts', () => {
  it.each([
    ['29999999.99', 'district'],
    ['30000000.00', 'municipal'],
    ['30000000.01', 'municipal'],
    ['9999999999999.99', 'municipal'],
  ])('%s: the last word has %s', (totalInvestment, route) => {
    const application = { totalInvestment, investment: { equipment: '1000000.00' } }
    expect(assess({ application })).toMatchObject({ eligible: true, route })
  })

  it('a large project that fails has no route', () => {
    expect(assess({ application: { totalInvestment: '30000000.00', effects: [] } }).route).toBeNull()
  })
})

describe('designation (附件2)', () => {
  const designations = termsFor(edition, 'designations').map(({ id }) => id)

  it.each(designations)('%s meets standard and effects', (designation) => {
    const application = { designations: [designation], effects: [], investment: {} }
    expect(assess({ application })).toMatchObject({
      eligible: true,
      needsJudgement: false,
      route: 'district',
    })
  })

  it('is said where a rule is met by it, and only there', () => {
    const { findings } = assess({ application: { designations: ['nationalPilot'] } })
    const told = (rule: string) => findings.find((finding) => finding.rule === rule)
    expect(told('effects')?.detail).toEqual({
      zh: '项目建成后至少取得六项成效之一（所列称号项目视同符合）',
      en: expect.stringMatching(/.+ \(met by designation\)$/),
    })
    expect(told('equipmentStandard')).toMatchObject({
      article: '附件2 一（一）',
      detail: { zh: '数字化装备普及项目（所列称号项目视同符合）' },
    })
    expect(told('legalPerson')?.detail.zh).toBe('申报主体具有独立法人资格')
  })

  it.each([
    ['integration', 'medium', null],
    ['cloud', 'large', 'public'],
    ['cloud', 'small', null],
    ['newModel', 'medium', null],
  ] as const)('meets the standard of %s (%s, cloud %s)', (category, size, cloudModel) => {
    const application = { category, cloudModel, designations: ['nationalPilot'], effects: [], investment: {} }
    expect(assess({ application, enterprise: { size } })).toMatchObject({
      eligible: true,
      needsJudgement: false,
    })
  })

  it.each<[string, Overrides]>([
    ['registeredInCity', { enterprise: { registeredInCity: false } }],
    ['legalPerson', { enterprise: { legalPerson: false } }],
    ['manufacturing', { enterprise: { industry: 'D44' } }],
    ['implementedInCity', { implementedInCity: false }],
    ['started', { application: { startOn: '2018-12-31' } }],
    ['completed', { application: { completeOn: '2020-12-31' } }],
    ['notCertified', { certifiedBefore: true }],
  ])('does not stand in for %s', (rule, overrides) => {
    const application = { ...overrides.application, designations: ['nationalPilot'] }
    expect(failed({ ...overrides, application })).toEqual([rule])
  })
})

describe('an unknown category', () => {
  it('is a fault of ours', () => {
    expect(() => assess({ application: { category: 'castle' } })).toThrow(RangeError)
  })
})
