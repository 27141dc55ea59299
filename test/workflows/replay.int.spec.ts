import { readdirSync, readFileSync } from 'node:fs'
import { DeterminismViolationError } from '@temporalio/workflow'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleOf, engines } from '../support/engines.ts'
import { createReplayer, type Replayer } from '../support/replayer.ts'
import { quietRuntime } from '../support/runtime.ts'

const folder = new URL('histories/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))

let today: Replayer
let changed: Replayer
beforeAll(async () => {
  quietRuntime()
  today = createReplayer(engines().workflowBundle)
  changed = createReplayer(await bundleOf(new URL('changed-workflows.ts', import.meta.url)))
})
afterAll(() => Promise.all([today.close(), changed.close()]))

const replay = (name: string, by: Replayer) =>
  by.replay(name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')))

it('there is a history of each kind of life', () => {
  const certified = ['small', 'large', 'second-run']
  const supervised = ['completed', 'extended', 'revoked']
  const orders = ['held', 'restarted', 'adopted']
  const others = [
    'operation',
    'operation-last-run',
    'calendar-rollout',
    'calendar-rollout-last-run',
    'scheduled-job',
  ]
  const kinds = [...certified, ...supervised, ...orders, ...others, 'lapse', 'urged']
  const known = kinds.map((name) => `${name}.json`)
  expect(names).toEqual(expect.arrayContaining(known))
})

it.each(names)('what lived %s goes on under the code of today', async (name) => {
  await expect(replay(name, today)).resolves.toBeUndefined()
})

it.each(names)('%s does not under workflows that were changed without care', async (name) => {
  await expect(replay(name, changed)).rejects.toThrow(DeterminismViolationError)
})
