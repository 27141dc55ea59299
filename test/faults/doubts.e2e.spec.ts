import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { prepareProjects } from './cases.ts'
import { createDesk, type Desk } from './desk.ts'
import { install, type Installation } from './installation.ts'
import { partOf } from './processes.ts'
import { findDisagreements } from './record.ts'

// A step that is written before Temporal has its event outlives a crash that the event does not: the record would show an
// approval, even a certificate, of which the workflow knows nothing.

const inFlight = 50
let installation: Installation
let desk: Desk

beforeAll(async () => {
  installation = await install()
  desk = await createDesk(installation)
})
afterAll(() => installation.remove())

it('shows nothing that no workflow took, when Temporal and the API are killed and nobody asks again', async () => {
  const projects = await prepareProjects(desk, inFlight, 0)
  const sent = projects.map(({ next }) => desk.attempt(next))
  await Promise.race(sent)
  for (const part of ['Temporal', 'api'] as const)
    process.kill(partOf(installation.run.pid, part).pid, 'SIGKILL')
  const answers = await Promise.all(sent)
  expect(answers.some(({ status }) => status === 0 || status === 503)).toBe(true)
  await desk.read('/readyz')
  const ids = projects.map(({ id }) => id)
  // What was taken and not yet written is written by itself; how soon is no matter.
  let disagreeing = ids
  for (const limit = Date.now() + 90_000; disagreeing.length > 0 && Date.now() < limit; await delay(1_000)) {
    disagreeing = await findDisagreements(installation, desk, disagreeing)
  }
  expect(disagreeing).toEqual([])
})
