import type { mongo } from 'mongoose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { connectModels, createIndexes, type Models } from '../../models/index.ts'
import { createRecorder } from '../../models/recorder.ts'
import { saveTestEdition } from '../support/test-edition.ts'
import {
  startReplicaSet,
  untilItHas,
  type Member,
  type ReplicaSet,
  type TransactionKey,
} from './replica-set.ts'
import { expectGaplessNumbers, expectWhole } from './whole.ts'
import { startWriters } from './writers.ts'

// What a majority does not have goes with its primary. A recorder that took a primary's own word for it would acknowledge steps
// that the next one does not have, or lose intents whose steps are lost.

/** Recorders with connections of their own, as those of several processes, whose commands are heard. */
const count = 3
let set: ReplicaSet
let all: Models[] = []
beforeAll(async () => {
  set = await startReplicaSet()
  all = await Promise.all(
    Array.from({ length: count }, () => connectModels(set.uri, { monitorCommands: true })),
  )
  await createIndexes(models())
  await saveTestEdition(models())
})
afterAll(async () => {
  await Promise.all(all.map(({ connection }) => connection.close()))
  await set.stop()
})

function models(): Models {
  const [first] = all
  if (!first) throw new Error('nothing is connected yet')
  return first
}

type Command = mongo.CommandStartedEvent

/** Does something as soon as a recorder is about to send a command, before the command is on its way. */
function before<T>(isIt: (command: Command) => boolean, act: (command: Command) => T): Promise<T> {
  return new Promise((resolve) => {
    const clients = all.map(({ connection }) => connection.getClient())
    const hear = (command: Command) => {
      if (!isIt(command)) return
      for (const client of clients) client.off('commandStarted', hear)
      resolve(act(command))
    }
    for (const client of clients) client.on('commandStarted', hear)
  })
}

const isCommit = ({ commandName }: Command) => commandName === 'commitTransaction'
const writesNotices = ({ command }: Command) => command['insert'] === 'notices'
const transactionOf = ({ command }: Command) => command as TransactionKey

const signal = ({ pid }: Member, name: NodeJS.Signals) => process.kill(pid, name)
const kill = (member: Member) => signal(member, 'SIGKILL')

/** The moments at which the primary is killed. */
const strikes: Record<string, (primary: Member, others: readonly Member[]) => Promise<unknown>> = {
  'with a transaction half written': (primary) => before(writesNotices, () => kill(primary)),
  'before it hears that a transaction is to be committed': (primary) => before(isCommit, () => kill(primary)),
  // What it has sent lies before the door of those who stand still, and is gone when they die.
  async 'when it alone has a transaction, and with it the others'(primary, others) {
    const transaction = await before(isCommit, (command) => {
      for (const member of others) signal(member, 'SIGSTOP')
      return transactionOf(command)
    })
    await untilItHas(primary, transaction)
    for (const member of [primary, ...others]) kill(member)
    await Promise.all(others.map((member) => member.start()))
  },
  async 'as soon as another has a transaction'(primary, [other = primary]) {
    const transaction = await before(isCommit, transactionOf)
    await untilItHas(other, transaction)
    kill(primary)
  },
}

it('what was acknowledged is there once and whole, and nothing else, whenever the primary is killed', async () => {
  const recorders = all.map((each) => createRecorder(each))
  const writers = startWriters(recorders, 6)
  const struck = await Promise.race([writers.working, strikeInTurn(writers.acknowledged)])
  expect(struck).toEqual(Object.keys(strikes))
  await writers.stop()
  await expectWhole(models(), writers.writings)
  await expectGaplessNumbers(models())
})

/** Kills the primary in one moment after another, each time that the set is whole and more was acknowledged; answers when it did. */
async function strikeInTurn(acknowledged: () => number): Promise<string[]> {
  const struck: string[] = []
  const untilMoreIsAcknowledged = async () => {
    const enough = acknowledged() + 40
    await vi.waitFor(() => expect(acknowledged()).toBeGreaterThan(enough), { timeout: 60_000, interval: 20 })
  }
  for (const [moment, strike] of Object.entries(strikes)) {
    await untilMoreIsAcknowledged()
    const primary = await set.primary()
    await strike(primary, set.others(primary))
    struck.push(moment)
    expect([moment, (await set.primary()).host]).not.toEqual([moment, primary.host])
    // Not before there is another one: it would be elected again, for it has what nobody else has.
    await Promise.all([primary.start(), untilMoreIsAcknowledged()])
    await set.untilWhole()
  }
  return struck
}
