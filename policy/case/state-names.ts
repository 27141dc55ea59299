import type { StateValue } from 'xstate'
import { phaseOf } from './case.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { nameOfRole, nameOfTask } from './labels.ts'
import { stateLabels, regionLabels } from '../stages/index.ts'

const regions: ReadonlySet<string> = new Set(Object.keys(regionLabels))

/** What a state of the machine is called, with the stage it belongs to. */
export function nameOfStateValue(edition: Edition, value: StateValue): Words {
  const phase = nameOfTask(edition, phaseOf(value))
  const inner = typeof value === 'string' ? [] : Object.values(value).flatMap((each) => namesIn(each))
  const words = inner.map((name) => nameOfStateKey(edition, name))
  return {
    zh: [phase.zh, ...words.map(({ zh }) => zh)].join('·'),
    en: [phase.en, ...words.map(({ en }) => en)].join(' · '),
  }
}

/** What a state within a stage is called, given the path that leads to it; a region adds nothing to it. */
export function nameOfState(edition: Edition, path: readonly string[]): Words {
  const words = path.filter((name) => !regions.has(name)).map((name) => nameOfStateKey(edition, name))
  return { zh: words.map(({ zh }) => zh).join('·'), en: words.map(({ en }) => en).join(' · ') }
}

/** What a state or a region is called by itself; a region of a body by its role. */
export function nameOfStateKey(edition: Pick<Edition, 'roles'>, name: string): Words {
  return stateLabels[name] ?? regionLabels[name] ?? nameOfRole(edition, name)
}

function namesIn(value: StateValue | undefined): string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return regions.has(value) ? [] : [value]
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(regions.has(name) ? [] : [name]),
    ...namesIn(inner),
  ])
}
