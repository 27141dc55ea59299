import type { Edition, StageOf } from '../policy/edition/edition.ts'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Application, Enterprise, Evidence, FieldValue } from '../policy/edition/application.ts'
import { applicationSchema } from '../policy/edition/form-schema.ts'
import type { Calendar } from '../policy/time/calendar.ts'
import type { Actor } from '../policy/case/case.ts'
import { createProcess, type Process } from '../policy/case/lifecycle.ts'
import { readEdition } from '../policy/edition/read-edition.ts'

const root = new URL('../', import.meta.url)
const strings = z.array(z.string())
const calendarFile = z.strictObject({ from: z.int(), through: z.int(), off: strings, worked: strings })

/** The text of a file of the repository. */
export function readText(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

/** The working days of China as they are kept in the repository. */
export const cn: Calendar = calendarFile.parse(JSON.parse(readText('policy/calendars/cn.json')))

/** The YAML of the edition of Chongqing, for tests that break it. */
export const chongqingText = readText('policy/editions/chongqing-2021.yaml')

/** The edition of Chongqing, ready to run. */
export const chongqing: Process = createProcess(readEdition(chongqingText, 'chongqing-2021.yaml'), cn)

/** An edition that no government would write, ready to run. */
export const treeHouse: Process = createProcess(
  readEdition(readText('test/editions/tree-house.yaml'), 'tree-house.yaml'),
  cn,
)

/** Another one, in which what is decided is published before it takes effect; ready to run. */
export const treeSwing: Process = createProcess(
  readEdition(readText('test/editions/tree-swing.yaml'), 'tree-swing.yaml'),
  cn,
)

/** One in which two bodies must agree, a third party grades, and every answer says where it leads; ready to run. */
export const treeMarket: Process = createProcess(
  readEdition(readText('test/editions/tree-market.yaml'), 'tree-market.yaml'),
  cn,
)

/** An enterprise that meets every condition. */
export function anEnterprise(overrides: Partial<Enterprise> = {}): Enterprise {
  return {
    uscc: '91500112MA5ABCD195',
    name: '重庆嘉陵齿轮有限公司',
    district: '渝北区',
    registeredInCity: true,
    legalPerson: true,
    industry: 'C3484',
    size: 'medium',
    ...overrides,
  }
}

/** An application whose form is the short one: what the vocabulary of an edition stands for. */
export type AProject = Application & {
  site: string
  startOn: string
  completeOn: string
  totalInvestment: string
  investment: Record<string, string>
  effects: string[]
  informationSystems: string[]
  cloudModel: string | null
  designations: string[]
  evidence: Evidence[]
}

/** Some fields of it. */
export type SomeFields = Readonly<Record<string, FieldValue>>

/** The body of a request to file: small, so that its district has the last word, and eligible. */
export function anApplicationBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: '齿轮生产线数字化改造',
    uscc: '91500112MA5ABCD195',
    district: '渝北区',
    category: 'equipment',
    site: '渝北区玉峰山镇石港路1号',
    startOn: '2020-03-01',
    completeOn: '2021-10-31',
    totalInvestment: '2600000.00',
    investment: { equipment: '1500000.00', software: '300000.00' },
    effects: ['productivity', 'defectRate'],
    ...overrides,
  }
}

/** An application as it is kept, under the edition of Chongqing. */
export function anApplication(overrides: Readonly<Record<string, unknown>> = {}): AProject {
  return applicationSchema(chongqing.edition).parse(anApplicationBody(overrides)) as AProject
}

/** An investment at which the municipality has the last word. */
export const large = { totalInvestment: '30000000.00' }

const own = { uscc: '91500112MA5ABCD195' }

/** The people of the edition of Chongqing; each name says what they may do. */
export const people = {
  clerk: { user: 'lin', role: 'enterprise', ...own },
  colleague: { user: 'luo', role: 'enterpriseAdmin', ...own },
  competitor: { user: 'hu', role: 'enterprise', uscc: '91500105MA5TEUT05A' },
  verifier: { user: 'wang', role: 'district', district: '渝北区' },
  secondVerifier: { user: 'qian', role: 'district', district: '渝北区' },
  elsewhere: { user: 'sun', role: 'district', district: '江北区' },
  reviewer: { user: 'chen', role: 'municipal' },
  secondReviewer: { user: 'zhou', role: 'municipal' },
  auditor: { user: 'shen', role: 'auditor' },
  administrator: { user: 'adm', role: 'administrator' },
} as const satisfies Record<string, Actor>

/** The people of the wood. */
export const woodPeople = {
  child: { user: 'mei', role: 'child', ...own },
  otherChild: { user: 'ben', role: 'child', uscc: '91500105MA5TEUT05A' },
  oakNeighbour: { user: 'owl', role: 'neighbour', district: 'Oak' },
  elmNeighbour: { user: 'fox', role: 'neighbour', district: 'Elm' },
  elder: { user: 'bear', role: 'elder' },
  squirrel: { user: 'tail', role: 'squirrel' },
  fireWatch: { user: 'hedgehog', role: 'fireWatch', district: 'Oak' },
  noiseWatch: { user: 'mole', role: 'noiseWatch', district: 'Oak' },
  woodpecker: { user: 'peck', role: 'woodpecker' },
  otherWoodpecker: { user: 'poke', role: 'woodpecker' },
} as const satisfies Record<string, Actor>

/** The body of a wish for a tree house: a hut in the old oak. */
export function aWishBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'Nest',
    uscc: own.uscc,
    district: 'The Old Oak',
    category: 'hut',
    site: 'third branch',
    startOn: '2030-06-01',
    completeOn: '2030-06-02',
    totalInvestment: '10',
    investment: { planks: '3', rope: '0.50' },
    informationSystems: ['flag'],
    ...overrides,
  }
}

/** A wish as it is kept, under the edition of the tree house. */
export function aWish(overrides: SomeFields = {}): AProject {
  return applicationSchema(treeHouse.edition).parse(aWishBody(overrides)) as AProject
}

/** A wish for a swing, under the edition that publishes what is decided. */
export function aSwing(): AProject {
  return aWish({ startOn: '2026-06-01', completeOn: '2026-06-02' })
}

/** A wish for a market in a tree. */
export function aMarket(overrides: SomeFields = {}): AProject {
  return {
    ...aSwing(),
    category: 'stall',
    totalInvestment: '2.00',
    investment: { planks: '2.00' },
    ...overrides,
  }
}

/** What turns the hut into a castle, where the elder has a word too. */
export const castle = {
  category: 'castle',
  totalInvestment: '30.00',
  investment: { planks: '19.00', doors: '1.00' },
}

/** The stage of an edition that supervises certified projects. */
export function supervisionOf({ stages }: Pick<Edition, 'stages'>): StageOf<'supervision'> | undefined {
  return stages.find((stage) => stage.kind === 'supervision')
}
