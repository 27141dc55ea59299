import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTurns, prepareFiling, prepareProjects, type Underway } from './cases.ts'
import { createRecordingClient, sendAll, type RecordingClient } from './recording-client.ts'
import { install, type Installation } from './installation.ts'
import { partOf, type Part } from './processes.ts'
import {
  expectGaplessSerials,
  expectHonestAnswers,
  expectToldOnce,
  findDisagreements,
  withRecord,
} from './record.ts'

const inFlight = 50
let installation: Installation
let client: RecordingClient
/** The projects that were filed while something was killed. */
const filed: string[] = []
/** Those whose events were under way: later faults must not touch what earlier ones left. */
const projects: Underway[] = []

beforeAll(async () => {
  installation = await install()
  client = await createRecordingClient(installation)
})
afterAll(() => installation.remove())

// First, while there are no other projects.
describe('an application that is sent until it is answered becomes one project', () => {
  it.each(['MongoDB', 'Temporal'] as const)('when %s is killed', async (engine) => {
    const requests = await inTurns(30, 8, (index) => prepareFiling(client, filed.length + index))
    const { pid } = partOf(installation.run.pid, engine)
    client.attempts.length = 0
    const traffic = sendAll(client, requests)
    await traffic.someAnswered
    const openWhenStruck = traffic.open()
    process.kill(pid, 'SIGKILL')
    const answers = await traffic.done
    expect(openWhenStruck).toBeGreaterThan(0)
    expectHonestAnswers(installation, client.attempts)
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201])
    filed.push(...answers.map(({ body }) => String(body['id'])))
    await expectToldOnce(
      installation,
      client,
      filed.map((id) => ({ id, told: ['file'] })),
    )
    await withRecord(installation, async ({ duplicateKeys, projects: recorded }) => {
      expect((await recorded.distinct('_id')).toSorted()).toEqual(filed.toSorted())
      expect((await duplicateKeys.distinct('project')).toSorted()).toEqual(filed.toSorted())
    })
  })
})

/** Sends an event to each of 50 projects, strikes when some are answered, and repeats the others until they are too. */
async function surviveDuring(strike: () => unknown): Promise<void> {
  const round = await prepareProjects(client, inFlight, 100 + projects.length)
  projects.push(...round)
  client.attempts.length = 0
  const traffic = sendAll(
    client,
    round.map(({ next }) => next),
  )
  await traffic.someAnswered
  const openWhenStruck = traffic.open()
  await strike()
  const answers = await traffic.done
  expect(openWhenStruck).toBeGreaterThan(0)
  expect([...new Set(answers.map(({ status }) => status))]).toEqual([200])
  expectHonestAnswers(installation, client.attempts)
  await expectToldOnce(installation, client, projects)
  const certified = projects.filter(({ told }) => told.includes('approve'))
  await expectGaplessSerials(installation, certified)
}

describe('an event that was acknowledged is told once, one that was not is repeated under its key', () => {
  it.each<Part>(['worker', 'api', 'MongoDB', 'Temporal'])('when the %s is killed', async (part) => {
    const victim = partOf(installation.run.pid, part).pid
    await surviveDuring(() => process.kill(victim, 'SIGKILL'))
    expect(partOf(installation.run.pid, part).pid).not.toBe(victim)
    // Its successor answers those that still wait.
    if (part === 'worker') expect(client.attempts.filter(({ status }) => status === 503)).toEqual([])
  })

  it('when the whole command is killed, and started again at once', async () => {
    const victim = installation.run.pid
    await surviveDuring(async () => {
      installation.run.kill('SIGKILL')
      await installation.run.ended
      await installation.again()
    })
    expect(installation.run.pid).not.toBe(victim)
  })
})

// A step that is written before Temporal has its event outlives a crash that the event does not: the record would show an
// approval, even a certificate, of which the workflow knows nothing. Last, since nobody asks again for what is open then.
it.each([
  ['Temporal', 1_000],
  ['MongoDB', 2_000],
] as const)(
  'shows what workflows took and nothing else, when %s and the API are killed and nobody asks again',
  async (engine, from) => {
    const last = await prepareProjects(client, inFlight, from)
    const sent = last.map(({ next }) => client.attempt(next))
    await Promise.race(sent)
    for (const part of [engine, 'api'] as const)
      process.kill(partOf(installation.run.pid, part).pid, 'SIGKILL')
    const answers = await Promise.all(sent)
    expect(answers.some(({ status }) => status === 0 || status === 503)).toBe(true)
    await client.read('/readyz')
    // What was taken and not yet written is written by itself; how soon is no matter.
    let disagreeing = last.map(({ id }) => id)
    for (const limit = Date.now() + 90_000; disagreeing.length > 0 && Date.now() < limit; await delay(200)) {
      disagreeing = await findDisagreements(installation, client, disagreeing)
    }
    expect(disagreeing).toEqual([])
  },
)
