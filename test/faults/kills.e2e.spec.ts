import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareProjects, type Underway } from './cases.ts'
import { createDesk, sendAll, type Desk } from './desk.ts'
import { install, type Installation } from './installation.ts'
import { partOf, type Part } from './processes.ts'
import { expectGaplessSerials, expectHonestAnswers, expectToldOnce } from './record.ts'

const inFlight = 50
let installation: Installation
let desk: Desk
/** Every project of this file: later faults must not touch what earlier ones left. */
const projects: Underway[] = []

beforeAll(async () => {
  installation = await install()
  desk = await createDesk(installation)
})
afterAll(() => installation.remove())

/** Sends an event to each of 50 projects, strikes when some are answered, and repeats the others until they are too. */
async function surviveDuring(strike: () => unknown): Promise<void> {
  const round = await prepareProjects(desk, inFlight, projects.length)
  projects.push(...round)
  desk.attempts.length = 0
  const traffic = sendAll(
    desk,
    round.map(({ next }) => next),
  )
  await traffic.someAnswered
  const openWhenStruck = traffic.open()
  await strike()
  const answers = await traffic.done
  expect(openWhenStruck).toBeGreaterThan(0)
  expect([...new Set(answers.map(({ status }) => status))]).toEqual([200])
  expectHonestAnswers(installation, desk.attempts)
  await expectToldOnce(installation, desk, projects)
  const certified = projects.filter(({ told }) => told.includes('approve'))
  await expectGaplessSerials(installation, certified)
}
describe('an event that was acknowledged is told once, one that was not is repeated under its key', () => {
  it.each<Part>(['worker', 'api', 'MongoDB', 'Temporal'])('when the %s is killed', async (part) => {
    const victim = partOf(installation.run.pid, part).pid
    await surviveDuring(() => process.kill(victim, 'SIGKILL'))
    expect(partOf(installation.run.pid, part).pid).not.toBe(victim)
    // Its successor answers those that still wait.
    if (part === 'worker') expect(desk.attempts.filter(({ status }) => status === 503)).toEqual([])
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
