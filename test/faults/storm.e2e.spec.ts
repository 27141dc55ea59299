import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startCases } from '../../tools/bench/cases.ts'
import { rulesInForce } from '../../tools/bench/office.ts'
import { countWritten, findFaults, prepareStorm, type Expected } from '../../tools/bench/storm-record.ts'
import type { Models } from '../../models/index.ts'
import { outsideName } from '../../delivery/outgoing-message.ts'
import { startMailServer } from '../support/mail-server.ts'
import { install, type Installation } from './installation.ts'
import { startDispatchers } from './dispatchers.ts'
import { partOf, portOf, type Part } from './processes.ts'
import { withRecord, withTemporal } from './record.ts'

// The clocks of these cases stand in 2031. The installation's own dispatcher goes by the real one and finds nothing due, by day
// or by night; those of this test go by the clock of the cases.

const projects = 60
const spread = 20_000
/** What is killed, one after another; a dispatcher with each of them. */
const victims = ['worker', 'Temporal', 'MongoDB', 'worker', 'Temporal', 'MongoDB'] as const satisfies Part[]
const patience = { timeout: 90_000, interval: 100 }
const shanghai = (local: string) => Date.parse(`${local}+08:00`)

let installation: Installation
let server: Awaited<ReturnType<typeof startMailServer>>
beforeAll(async () => {
  server = await startMailServer()
  installation = await install()
})
afterAll(async () => {
  await installation.remove()
  await server.stop()
})

it('marks and tells everything once in a storm of reports, whatever is killed in it', async () => {
  await withRecord(installation, async (models) => {
    const expected = await beginStorm(models)
    const { lines, notices } = expected
    expect([lines.length, notices.length]).toEqual([projects, (projects / 2) * 9])
    const database = portOf(partOf(installation.run.pid, 'MongoDB'))
    const dispatchers = startDispatchers(`mongodb://127.0.0.1:${database}/zhigai?replicaSet=rs0`, server.url)
    try {
      await dispatchers.begin(shanghai('2031-04-22T09:00'))
      const struck = await strikeInTurn(models, expected, dispatchers.replace)
      expect(struck).toEqual(expect.arrayContaining(['worker', 'Temporal', 'MongoDB']))
      await untilLeft(models, expected, (left) => left === 0)
      await untilNothingWaits(models, shanghai('2031-04-23T00:00'))
      // What was written when the digest of the day had gone is in the next morning's.
      await dispatchers.begin(shanghai('2031-04-23T09:00'))
      await untilNothingWaits(models, Infinity)
    } finally {
      await dispatchers.dismiss()
    }
    expect(await findFaults(models, expected)).toEqual({ missing: [], unexpected: [], repeated: [] })
    await expectSentOnce(models, expected)
    await expectAMailOfEachMessage(models, expected)
  })
})

/** Brings certified projects there, which fall due together as soon as they have come. */
async function beginStorm(models: Models): Promise<Expected> {
  const storm = { name: 'storm', projects, spread, atMs: Date.now() + 10_000 }
  const { certified, expected } = await prepareStorm(models, await rulesInForce(models), storm)
  await withTemporal(installation, (client) => startCases(client, certified, 8))
  return expected
}

/** Kills something each time that more of the storm has been written since, until all is; answers what it has killed. */
async function strikeInTurn(
  models: Models,
  expected: Expected,
  replaceDispatcher: () => Promise<void>,
): Promise<Part[]> {
  const struck: Part[] = []
  let left = await untilLeft(models, expected, () => true)
  for (const part of victims) {
    const before = left
    left = await untilLeft(models, expected, (now) => now < before)
    if (left === 0) break
    const { pid } = await vi.waitFor(() => partOf(installation.run.pid, part), patience)
    process.kill(pid, 'SIGKILL')
    struck.push(part)
    await replaceDispatcher()
  }
  return struck
}

/** Waits until so much is left to be written as is asked for, and answers how much that is. */
async function untilLeft(
  models: Models,
  expected: Expected,
  isIt: (left: number) => boolean,
): Promise<number> {
  const total = expected.lines.length + expected.notices.length
  return vi.waitFor(async () => {
    const left = total - (await countWritten(models, expected))
    expect(left).toSatisfy(isIt)
    return left
  }, patience)
}

/** Waits until everything that is to go out before an instant has gone. */
async function untilNothingWaits({ notices, messages }: Models, beforeMs: number): Promise<void> {
  const due = beforeMs === Infinity ? {} : { sendAt: { $lt: new Date(beforeMs) } }
  await vi.waitFor(async () => {
    expect(await notices.countDocuments({ status: 'pending', ...due })).toBe(0)
    expect(await messages.countDocuments({ status: { $ne: 'sent' } })).toBe(0)
  }, patience)
}

/** The database's own log tells how often each notice became sent, in an inbox or by mail. */
async function expectSentOnce({ connection }: Models, { notices }: Expected): Promise<void> {
  const log = connection.getClient().db('local').collection('oplog.rs')
  const sendings = await log.find({ ns: 'zhigai.notices', op: 'u', 'o.diff.u.status': 'sent' }).toArray()
  const sent = sendings.map((entry) => (entry['o2'] as { _id: string })._id)
  expect(sent.toSorted()).toEqual(notices.toSorted())
}

/**
 * Each notice by mail is in one message, each message has arrived at its recipient and names every project in it. One that
 * arrived again, because somebody was killed before that was written down, says the same under the same Message-ID.
 */
async function expectAMailOfEachMessage(models: Models, { notices }: Expected): Promise<void> {
  const [messages, people] = await Promise.all([models.messages.find().lean(), models.people.find().lean()])
  const carried = messages.flatMap((message) => message.notices)
  expect(carried.toSorted()).toEqual(notices.filter((id) => id.endsWith(':email')).toSorted())
  const arrived = (await server.arrived()).map(({ to, mail }) => ({
    id: mail.messageId ?? '',
    says: [to, mail.subject, mail.text],
  }))
  const says = new Map(arrived.map((mail) => [mail.id, mail.says]))
  expect(arrived).toEqual(arrived.map(({ id }) => ({ id, says: says.get(id) })))
  expect([...says.keys()].toSorted()).toEqual(messages.map(({ _id }) => nameOf(_id)).toSorted())
  for (const { _id, recipient, notices: inIt } of messages) {
    const [to, , text] = says.get(nameOf(_id)) ?? []
    expect(to).toEqual([people.find((person) => person._id === recipient)?.email])
    for (const id of inIt) expect(text).toContain(`演示项目${id.split(':')[0]}\n`)
  }
}

function nameOf(message: string): string {
  return `<${outsideName(message)}@example.org>`
}
