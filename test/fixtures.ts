import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { applicationSchema, type Application, type Enterprise } from '../policy/application.ts'
import type { Calendar } from '../policy/calendar.ts'
import type { Actor } from '../policy/case.ts'
import { createProcess, type Process } from '../policy/lifecycle.ts'
import { readEdition } from '../policy/read-edition.ts'

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
export function anApplication(overrides: Partial<Application> = {}): Application {
  return applicationSchema(chongqing.edition).parse(anApplicationBody(overrides)) as Application
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
