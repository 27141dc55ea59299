import { creditCodeCheck } from '../../policy/edition/check-characters.ts'
import type { Enterprise } from '../../policy/edition/application.ts'
import type { Edition } from '../../policy/edition/edition.ts'

/** An application as an enterprise writes it. */
export type SyntheticApplication = Record<string, unknown> & {
  name: string
  uscc: string
  district: string
  totalInvestment: string
}

/** A made-up enterprise and its made-up application. */
export type SyntheticCase = { enterprise: Enterprise; application: SyntheticApplication }

const trades = [
  { name: '齿轮', industry: 'C3453' },
  { name: '汽车零部件', industry: 'C3670' },
  { name: '摩托车', industry: 'C3751' },
  { name: '电子', industry: 'C3982' },
  { name: '仪表', industry: 'C4012' },
  { name: '制药', industry: 'C2720' },
  { name: '食品', industry: 'C1461' },
  { name: '铝业', industry: 'C3252' },
  { name: '电缆', industry: 'C3831' },
  { name: '玻璃', industry: 'C3041' },
] as const
const names = [
  '嘉陵',
  '两江',
  '巴渝',
  '长嘉',
  '缙云',
  '金佛',
  '铁山',
  '龙溪',
  '南滨',
  '北泉',
  '江北嘴',
  '石宝',
  '云篆',
  '涪江',
] as const
const sizes = ['small', 'medium', 'large', 'micro'] as const

/** What each category asks for; `split` spreads nine tenths of the total over kinds of investment. */
const kinds = [
  { category: 'equipment', title: '数字化车间改造项目', split: { equipment: 8, software: 1 }, extra: {} },
  {
    category: 'integration',
    title: 'MES与ERP集成应用项目',
    split: { software: 5, services: 2, hardware: 2 },
    extra: { informationSystems: ['MES', 'ERP'] },
  },
  {
    category: 'cloud',
    title: '设备上云项目',
    split: { cloud: 2, platform: 4, development: 1, hardware: 2 },
    extra: {},
  },
  {
    category: 'newModel',
    title: '远程运维服务平台项目',
    split: { equipment: 4, software: 4, cloud: 1 },
    extra: {},
  },
] as const
const effects = [
  'productivity',
  'energyEfficiency',
  'defectRate',
  'operatingCost',
  'developmentCycle',
  'ncRate',
] as const

/**
 * Made-up enterprises with made-up applications, the same for the same count: at least one in each district, the rest in
 * proportion to the targets, all categories in turn, every ninth large enough for the municipal review. Names say 演示.
 */
export function syntheticCases(edition: Edition, count: number): SyntheticCase[] {
  return spread(edition, count).map((district, index) => syntheticCase(district, index))
}

/** One made-up enterprise with its application, whose project is to be complete at the end of a year, or up to two years later: next year at the earliest, so that none is overdue when it is certified. */
export function syntheticCase(
  district: string,
  index: number,
  serial = index,
  year = new Date().getFullYear() + 1,
): SyntheticCase {
  const trade = at(trades, index)
  const kind = at(kinds, index)
  const size = kind.category === 'cloud' && index % 8 === 2 ? 'large' : at(sizes, index % 3)
  const uscc = creditCode(serial)
  const enterprise: Enterprise = {
    uscc,
    name: `重庆${at(names, index)}${trade.name}有限公司（演示${serial + 1}）`,
    district,
    registeredInCity: true,
    legalPerson: true,
    industry: trade.industry,
    size,
  }
  const isLarge = index % 9 === 4
  const total = (isLarge ? 320 : 15 + (index % 40) * 3) * 100_000
  const application = {
    name: `${trade.name}${kind.title}`,
    uscc,
    district,
    category: kind.category,
    site: `重庆市${district}工业园区${(index % 60) + 1}号`,
    ...periodOf(index, year),
    totalInvestment: yuan(total),
    investment: shareOut(total, kind.split),
    effects: [at(effects, index), at(effects, index + 2)],
    ...kind.extra,
    ...(kind.category === 'cloud' && { cloudModel: size === 'large' ? 'hybrid' : 'public' }),
    evidence: [{ kind: 'contract', number: `HT-${String(serial + 1).padStart(5, '0')}` }],
  }
  return { enterprise, application }
}

function spread({ bodies }: Edition, count: number): string[] {
  const total = bodies.reduce((sum, { target }) => sum + target, 0)
  return bodies.flatMap(({ name, target }) =>
    Array<string>(Math.max(1, Math.round((target / total) * count))).fill(name),
  )
}

function yuan(amount: number): string {
  return `${Math.round(amount)}.00`
}

/** A credit code with both check characters right, under the city's own registering authority. */
function creditCode(serial: number): string {
  const organisation = `MAY${String(serial).padStart(5, '0')}`
  const stem = `91500000${organisation}${organisationCheck(organisation)}`
  return `${stem}${creditCodeCheck(stem)}`
}

/** The check character of an organisation code (GB 11714). */
function organisationCheck(code: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce(
    (all, weight, place) => all + weight * Number.parseInt(code.charAt(place), 36),
    0,
  )
  const check = 11 - (sum % 11)
  if (check === 10) return 'X'
  return check === 11 ? '0' : String(check)
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new RangeError('an empty list has no entries')
  return found
}

function shareOut(total: number, split: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(split).map(([name, share]) => [name, yuan((total / 10) * share)]))
}

function periodOf(index: number, year: number): { startOn: string; completeOn: string } {
  return {
    startOn: `${year - 2 + (index % 2)}-0${(index % 8) + 1}-15`,
    completeOn: `${year + (index % 3)}-12-31`,
  }
}
