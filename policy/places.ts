import type { StateValue } from 'xstate'
import { phaseOf } from './case.ts'
import type { Edition, Words } from './edition.ts'
import { nameOfTask } from './labels.ts'

/** The words for the states within a stage. */
const placeLabels = {
  unclaimed: { zh: '待签收', en: 'unclaimed' },
  claimed: { zh: '已签收', en: 'claimed' },
  suspended: { zh: '暂停计时', en: 'clock stopped' },
  building: { zh: '建设中', en: 'under construction' },
  overdue: { zh: '已超期', en: 'overdue' },
  explained: { zh: '超期已说明', en: 'overdue and explained' },
  extensionDecision: { zh: '延期审批', en: 'extension being decided' },
  hearing: { zh: '陈述申辩', en: 'hearing' },
  revocationDecision: { zh: '撤销审批', en: 'revocation being decided' },
  current: { zh: '进展按期', en: 'reports in time' },
  late: { zh: '进展逾期', en: 'report late' },
} as const satisfies Record<string, Words>

/** The words for regions, which are no states of their own. */
const regionLabels = {
  construction: { zh: '建设', en: 'construction' },
  reporting: { zh: '进展填报', en: 'reporting' },
} as const satisfies Record<string, Words>

const regions: ReadonlySet<string> = new Set(Object.keys(regionLabels))

/** What a state of the machine is called, with the stage it belongs to. */
export function nameOfPlace(edition: Edition, value: StateValue): Words {
  const phase = nameOfTask(edition, phaseOf(value))
  const inner = typeof value === 'string' ? [] : Object.values(value).flatMap((each) => namesIn(each))
  const words = inner.map(wordsOf)
  return {
    zh: [phase.zh, ...words.map(({ zh }) => zh)].join('·'),
    en: [phase.en, ...words.map(({ en }) => en)].join(' · '),
  }
}

/** What a state within a stage is called, given the path that leads to it; a region adds nothing to it. */
export function nameOfState(path: readonly string[]): Words {
  const words = path.filter((name) => !regions.has(name)).map(wordsOf)
  return { zh: words.map(({ zh }) => zh).join('·'), en: words.map(({ en }) => en).join(' · ') }
}

/** What a state or a region is called by itself. */
export function wordsOf(name: string): Words {
  const labels = { ...placeLabels, ...regionLabels }
  return Object.entries(labels).find(([id]) => id === name)?.[1] ?? { zh: name, en: name }
}

function namesIn(value: StateValue | undefined): string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return regions.has(value) ? [] : [value]
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(regions.has(name) ? [] : [name]),
    ...namesIn(inner),
  ])
}
