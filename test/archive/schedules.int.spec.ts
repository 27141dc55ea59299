import { Client, Connection } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureSchedules, retentionWarning } from '../../archive/schedules.ts'
import { engines } from '../support/engines.ts'
import { quietRuntime } from '../support/runtime.ts'

const schedules = ['upkeep/archive', 'upkeep/reconcile', 'upkeep/anchor']
let connection: Connection
let temporal: Client
beforeAll(async () => {
  quietRuntime()
  connection = await Connection.connect({ address: engines().temporalAddress })
  temporal = new Client({ connection })
})
afterAll(async () => {
  await Promise.all(schedules.map((id) => temporal.schedule.getHandle(id).delete()))
  await connection.close()
})

it('duties have their schedules, made once and brought up to date, and one that is paused stays so', async () => {
  await ensureSchedules(temporal)
  await temporal.schedule.getHandle('upkeep/reconcile').pause('for a while')
  await ensureSchedules(temporal)
  const [archive, reconcile, anchor] = await Promise.all(
    schedules.map((id) => temporal.schedule.getHandle(id).describe()),
  )
  expect(archive).toMatchObject({
    spec: { timezone: 'Asia/Shanghai', intervals: [{ every: 900_000 }] },
    action: { workflowType: 'upkeep', args: [{ duty: 'archive' }] },
    policies: { overlap: 'SKIP', catchupWindow: 900_000 },
    state: { paused: false },
  })
  expect(anchor).toMatchObject({
    spec: { timezone: 'Asia/Shanghai' },
    action: { workflowType: 'upkeep', args: [{ duty: 'anchor' }] },
    policies: { overlap: 'SKIP', catchupWindow: 86_400_000 },
    state: { paused: false },
  })
  expect(reconcile).toMatchObject({ state: { paused: true, note: 'for a while' } })
})

it('a server that has no schedules is left without', async () => {
  const executable = { type: 'existing-path', path: engines().testServer } as const
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
  try {
    await expect(ensureSchedules(env.client)).resolves.toBeUndefined()
  } finally {
    await env.teardown()
  }
})

it('a namespace that keeps closed runs for a day is nothing to warn of', async () => {
  expect(await retentionWarning(temporal)).toBeNull()
})
