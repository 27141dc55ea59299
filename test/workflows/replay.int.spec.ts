import { mkdtemp, rm } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unheard } from '../../evidence/archive/witness.ts'
import { bundleWorkflows } from '../../bin/bundle.ts'
import { engines } from '../support/engines.ts'
import { quietRuntime } from '../support/runtime.ts'

const folder = new URL('histories/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))

const replay = (name: string, codePath: string) =>
  Worker.runReplayHistory(
    { workflowBundle: { codePath }, sinks: unheard },
    JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
    name,
  )

beforeAll(quietRuntime)

it('there is a history of each kind of life', () => {
  const certified = ['small', 'large', 'second-run']
  const supervised = ['completed', 'extended', 'revoked']
  const orders = ['held', 'restarted', 'adopted']
  const others = ['errands', 'errands-last-run', 'calendar-rollout', 'calendar-rollout-last-run', 'upkeep']
  const kinds = [...certified, ...supervised, ...orders, ...others, 'lapse', 'urged']
  const known = kinds.map((name) => `${name}.json`)
  expect(names).toEqual(expect.arrayContaining(known))
})

it.each(names)('what lived %s goes on under the code of today', async (name) => {
  await expect(replay(name, engines().workflowBundle)).resolves.toBeUndefined()
})

describe('under workflows that were changed without care', () => {
  let scratch: string
  let codePath: string
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'zhigai-changed-'))
    codePath = join(scratch, 'bundle.js')
    await bundleWorkflows(codePath, fileURLToPath(new URL('changed-workflows.ts', import.meta.url)))
  })
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  it.each(names)('%s does not', async (name) => {
    await expect(replay(name, codePath)).rejects.toThrow(DeterminismViolationError)
  })
})
