import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventTypes } from '../../policy/case/events.ts'
import { Stage } from '../../policy/edition/edition.ts'
import { stateLabels, taskLabels } from '../../policy/stages/index.ts'
import { readText } from '../fixtures.ts'

const root = new URL('../../', import.meta.url)
/** Everything that carries the rules out; tools and tests play editions that they know. */
const folders = 'policy workflows activities models delivery api evidence operations telemetry portal'.split(
  ' ',
)
const files = folders.flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !path.startsWith('policy/stages/')),
)
const kinds = Stage.options.map(({ shape }) => shape.kind.value)
const names = [...eventTypes, ...Object.keys(stateLabels), ...Object.keys(taskLabels)]

/** What code compares: `event.type === 'approve'`, `task !== 'hearing'`, `stage.kind === 'review'`. */
const comparing = (left: string, right: readonly string[]) =>
  new RegExp(`\\b(?:${left})\\)?\\s*[!=]==\\s*'(?:${right.join('|')})'`, 'g')
const ofNames = comparing('type|event|task|place|phase|state|stage|id', names)
const ofKinds = comparing('kind|of', kinds)

/** Time itself marks a deadline as missed, whatever the stage. */
const ofTime = new Set(['policy/case/lifecycle.ts'])

function comparisonsIn(code: string): string[] {
  const bare = code.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')
  return [ofNames, ofKinds].flatMap((pattern) => bare.match(pattern) ?? [])
}

describe('the law of a kind of stage stands in its folder alone', () => {
  it('is looked for everywhere, by every name', () => {
    expect(files).toEqual(expect.arrayContaining(['policy/case/machine.ts', 'api/projects/routes.ts']))
    expect(names).toEqual(expect.arrayContaining(['approve', 'claimed', 'hearing', 'completion']))
    expect(kinds).toEqual(expect.arrayContaining(['review', 'supervision']))
  })

  it.each([
    ["if (event.type === 'approve') return", ["type === 'approve'"]],
    ["const is = duty.task !== 'hearing'", ["task !== 'hearing'"]],
    ["stages.find((each) => each.kind === 'review')", ["kind === 'review'"]],
    ["// an event.type === 'approve' in a comment", []],
    ["notice.kind === 'urge'", []],
  ])('%s', (code, found) => {
    expect(comparisonsIn(code)).toEqual(found)
  })

  it.each(files.filter((file) => !ofTime.has(file)))('%s compares no name of one', (file) => {
    expect(comparisonsIn(readText(file))).toEqual([])
  })
})
