import { afterAll, beforeAll, describe, expect, it, onTestFailed, vi } from 'vitest'
import { fileProject, inTurns, prepareFiling, typeOf, type Filed } from './cases.ts'
import { createRecordingClient, sendAll, type RecordingClient } from './recording-client.ts'
import { install, type Installation } from './installation.ts'
import { partOf, type Part } from './processes.ts'
import {
  expectGaplessSerials,
  expectHonestAnswers,
  expectTold,
  expectToldOnce,
  untilLevel,
  withRecord,
} from './record.ts'
import { roundsOf, type Round } from './rounds.ts'

/** Projects that are certified within the rounds: what each must tell, and whether the last event may still come to it. */
type Case = Filed & { told: string[]; isInDoubt: boolean }

const inFlight = 50
let installation: Installation
let client: RecordingClient
/** The projects that were filed while something was killed. */
const filed: string[] = []
/** Those whose events were under way: later faults must not touch what earlier ones left. */
const cases: Case[] = []

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

/** As many cases as are to be in flight, each with an event before it; new ones stand in for those that are through. */
async function prepareRound(): Promise<Case[]> {
  const going = cases.filter(({ life, told, isInDoubt }) => !isInDoubt && told.length <= life.length)
  const [serial, isFirst] = [100 + cases.length, cases.length === 0]
  const fresh = await inTurns(inFlight - going.length, 8, async (index): Promise<Case> => {
    const project = await fileProject(client, serial + index)
    // The first ones are brought evenly to each point of their life.
    const done = project.life.slice(0, isFirst ? (index >> 1) % project.life.length : 0)
    for (const request of done) await client.expectOk(request)
    return { ...project, told: ['file', ...done.map(typeOf)], isInDoubt: false }
  })
  cases.push(...fresh)
  return [...going, ...fresh]
}

/** Sends an event to each of 50 projects, and strikes when some are answered; of those that are not, some are repeated until they are. */
async function surviveDuring(
  strike: () => unknown,
  { after, asksAgain }: Pick<Round, 'after' | 'asksAgain'>,
): Promise<void> {
  const round = await prepareRound()
  const events = round.flatMap(({ life, told }) => life[told.length - 1] ?? [])
  client.attempts.length = 0
  const traffic = sendAll(client, events, { asksAgain: (index) => asksAgain[index] ?? true, some: after })
  await traffic.someAnswered
  const openWhenStruck = traffic.open()
  await strike()
  const answers = await traffic.done
  expect([events.length, openWhenStruck > 0]).toEqual([inFlight, true])
  expectHonestAnswers(installation, client.attempts)
  const repeated = answers.filter((_answer, index) => asksAgain[index] ?? true)
  expect(repeated.filter(({ status }) => status !== 200)).toEqual([])
  const found = await untilLevel(installation, client, idsOf(round))
  for (const [index, each] of round.entries()) {
    const isTaken = found[index]?.accepted.length === each.told.length
    // Of what was not answered it is told by the workflow whether it was done.
    if (answers[index]?.status === 200 || isTaken)
      each.told.push(...events.slice(index, index + 1).map(typeOf))
    else each.isInDoubt = true
  }
  expectTold(found, round)
}

const idsOf = (some: readonly Case[]) => some.map(({ id }) => id)

/** Kills parts in a round; answers which of them nothing has taken the place of. */
async function strikeAt(
  parts: readonly Part[],
  round: Pick<Round, 'after' | 'asksAgain'>,
): Promise<readonly Part[]> {
  const { run } = installation
  onTestFailed(() => console.error(run.lines.slice(-20).join('\n')))
  const find = () => parts.map((part) => partOf(run.pid, part).pid)
  const victims = await vi.waitFor(find, { timeout: 60_000, interval: 100 })
  await surviveDuring(() => {
    for (const victim of victims) process.kill(victim, 'SIGKILL')
  }, round)
  // Its successor answers those that still wait.
  if (parts.join() === 'worker') expect(client.attempts.filter(({ status }) => status === 503)).toEqual([])
  const successors = find()
  return parts.filter((_part, index) => victims[index] === successors[index])
}

// A step that is written before Temporal has its event outlives a crash that the event does not: the record would show an
// approval, even a certificate, of which the workflow knows nothing.
describe('an event that was acknowledged is told once, and one that nobody asks for again once or never', () => {
  it.each(roundsOf(inFlight, 1))('round $name', async ({ parts, ...round }) => {
    expect(await strikeAt(parts, round)).toEqual([])
  })

  // In between: its successor has seen nothing die yet, and gives none of its parts up.
  it('when the whole command is killed, and started again at once', async () => {
    const victim = installation.run.pid
    await surviveDuring(
      async () => {
        installation.run.kill('SIGKILL')
        await installation.run.ended
        await installation.again()
      },
      { after: 5, asksAgain: [] },
    )
    expect(installation.run.pid).not.toBe(victim)
  })

  it.each(roundsOf(inFlight, 2))('round $name', async ({ parts, ...round }) => {
    expect(await strikeAt(parts, round)).toEqual([])
  })

  it('and so it is with all of them in the end, with nothing on its way any more', async () => {
    const found = await untilLevel(installation, client, idsOf(cases))
    const doubted = cases.filter(({ isInDoubt }) => isInDoubt)
    for (const each of doubted) {
      const accepted = found.find(({ id }) => id === each.id)?.accepted ?? []
      const next = each.life
        .slice(each.told.length - 1)
        .slice(0, 1)
        .map(typeOf)
      if (accepted.length === each.told.length) each.told.push(...next)
    }
    expectTold(found, cases)
    await expectGaplessSerials(
      installation,
      cases.filter(({ told }) => told.includes('approve')),
    )
    await withRecord(installation, async ({ intents }) => {
      const nothing = async () => expect(await intents.find().lean()).toEqual([])
      await vi.waitFor(nothing, { timeout: 60_000, interval: 500 })
    })
    expect(doubted.length).toBeGreaterThan(0)
  })
})
