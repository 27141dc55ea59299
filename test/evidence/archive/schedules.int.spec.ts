import { Client } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { msToTs } from '@temporalio/common/lib/time.js'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ensureSchedules, retentionWarning } from '../../../evidence/archive/schedules.ts'
import { connectTemporal, engines } from '../../support/engines.ts'
import { quietRuntime } from '../../support/runtime.ts'

const schedules = ['scheduled-job/archive', 'scheduled-job/reconcile', 'scheduled-job/anchor']
let temporal: Client
beforeAll(async () => {
  quietRuntime()
  temporal = await connectTemporal()
})
afterAll(async () => {
  await Promise.all(schedules.map((id) => temporal.schedule.getHandle(id).delete()))
  await temporal.connection.close()
})

it('duties have their schedules, made once and brought up to date, and one that is paused stays so', async () => {
  await ensureSchedules(temporal)
  await temporal.schedule.getHandle('scheduled-job/reconcile').pause('for a while')
  await ensureSchedules(temporal)
  const [archive, reconcile, anchor] = await Promise.all(
    schedules.map((id) => temporal.schedule.getHandle(id).describe()),
  )
  expect(archive).toMatchObject({
    spec: { timezone: 'Asia/Shanghai', intervals: [{ every: 900_000 }] },
    action: { workflowType: 'scheduledJob', args: [{ job: 'archive' }] },
    policies: { overlap: 'SKIP', catchupWindow: 900_000 },
    state: { paused: false },
  })
  expect(anchor).toMatchObject({
    spec: { timezone: 'Asia/Shanghai' },
    action: { workflowType: 'scheduledJob', args: [{ job: 'anchor' }] },
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

it('what was closed while no worker was there is kept as soon as one comes', async () => {
  await ensureSchedules(temporal)
  const archive = temporal.schedule.getHandle('scheduled-job/archive')
  await vi.waitFor(async () => expect((await archive.describe()).info.numActionsTaken).toBeGreaterThan(0))
  await archive.pause('for a while')
  const { numActionsTaken } = (await archive.describe()).info
  await ensureSchedules(temporal)
  expect((await archive.describe()).info.numActionsTaken).toBe(numActionsTaken)
})

it.each([
  ['1 day', /的历史只保留24小时，应不少于3天 · .* keeps closed runs for 24 h only; 3 days are the least/],
  ['3 days', /^null$/],
] as const)('what is said of a namespace that keeps closed runs for %s', async (retention, said) => {
  const namespace = `keeps-${retention.replace(' ', '-')}`
  await temporal.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(retention),
  })
  const look = () => retentionWarning(new Client({ connection: temporal.connection, namespace }))
  expect(String(await vi.waitFor(look, { timeout: 20_000, interval: 200 }))).toMatch(said)
})
