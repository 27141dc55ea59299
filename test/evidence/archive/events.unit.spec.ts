import { readdirSync, readFileSync } from 'node:fs'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { describe, expect, it } from 'vitest'
import {
  BrokenHistory,
  inputOf,
  readHistory,
  type DecodedEvent,
  type History,
} from '../../../evidence/archive/events.ts'
import { decodeHistory, encodeHistory } from '../../../evidence/archive/histories.ts'
import { handoverOf } from '../../../operations/handover.ts'
import { projectWorkflowType } from '../../../workflows/contract.ts'

const folder = new URL('../../workflows/histories/', import.meta.url)
/** Histories of cases alone: of other workflows nothing is read. */
const names = readdirSync(folder)
  .map((file) => file.replace('.json', ''))
  .filter((name) => typeOf(historyOf(name)) === projectWorkflowType)

/** A recorded history, as the archive gives it back. */
function historyOf(name: string): History {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8')
  return decodeHistory(encodeHistory(historyFromJSON(JSON.parse(text))))
}

function typeOf({ events }: History): string | null | undefined {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name
}

/** Without the events of which something is said. */
function without(history: History, ...fields: (keyof NonNullable<History['events']>[number])[]): History {
  return { events: history.events?.filter((event) => fields.every((field) => !event[field])) ?? [] }
}

const ofKind = <K extends DecodedEvent['kind']>(deeds: DecodedEvent[], kind: K) =>
  deeds.filter((deed): deed is Extract<DecodedEvent, { kind: K }> => deed.kind === kind)

function sayAll(deeds: DecodedEvent[]): string[] {
  return deeds.map((deed) => {
    if (deed.kind === 'step') return `${deed.step.state.revision} ${deed.step.entry.type}`
    return deed.kind === 'command' ? `${deed.command.event.type} → ${deed.receipt?.revision}` : deed.kind
  })
}

describe.each(names)('%s', (name) => {
  const deeds = readHistory(historyOf(name))
  const input = inputOf(historyOf(name))

  it('begins with its input', () => {
    expect(deeds[0]).toMatchObject({ kind: 'input', input: { project: input?.project } })
    expect(input?.editionHash).toEqual(expect.any(String))
  })
  it('has every step once, in order', () => {
    const steps = ofKind(deeds, 'step')
    const first = input?.carried ? input.carried.state.revision + 1 : 1
    expect(steps.map(({ step }) => step.state.revision)).toEqual(steps.map((_step, index) => first + index))
    expect(steps.every(({ step }) => step.project === input?.project)).toBe(true)
  })
  it('has commands whose receipts name the steps that they made', () => {
    const known = new Map(input?.carried?.receipts)
    const commands = ofKind(deeds, 'command')
    // One that has lived by its filing alone has taken another calendar.
    expect(commands.length + ofKind(deeds, 'adoption').length).toBeGreaterThan(0)
    for (const { command, receipt } of commands.filter((each) => !known.has(each.command.command))) {
      const made = ofKind(deeds, 'step').find(({ step }) => step.state.revision === receipt?.revision)
      expect(made?.step.entry).toMatchObject({ type: command.event.type, by: { user: command.by.user } })
    }
  })
  it('hears of each step but the last ones that it is on record', () => {
    const steps = ofKind(deeds, 'step')
    const unheard = steps.filter(({ isHeard }) => !isHeard)
    expect(unheard).toEqual(unheard.length > 0 ? steps.slice(-unheard.length) : [])
    expect(unheard.length).toBeLessThan(steps.length)
  })
})

it('a run that went on from another has what that one did in its receipts', () => {
  const history = historyOf('second-run')
  expect(sayAll(readHistory(history))).toEqual([
    'input',
    'completeAssessment → 2',
    'claim → 4',
    '4 claim',
    'return → 5',
    '5 return',
  ])
  const { input, unheard } = handoverOf(history)
  expect(input.carried).toMatchObject({ state: { revision: 5 }, head: expect.stringMatching(/^sha256:/) })
  expect(new Map(input.carried?.receipts).size).toBe(4)
  expect(unheard).toMatchObject({ steps: [{ state: { revision: 5 } }], batches: [] })
})

it('reminders stand between steps', () => {
  const batches = ofKind(readHistory(historyOf('revoked')), 'notification')
  expect(batches.length).toBeGreaterThan(5)
  for (const { batch, isHeard } of batches) {
    expect(batch.notices.length).toBeGreaterThan(0)
    expect(isHeard).toBe(true)
  }
})

it('what was not answered is told as not answered', () => {
  const cut = without(historyOf('small'), 'workflowExecutionUpdateCompletedEventAttributes')
  const deeds = readHistory(cut)
  expect(ofKind(deeds, 'step')).toEqual([])
  expect(ofKind(deeds, 'command').map(({ receipt }) => receipt)).toEqual([null, null, null, null, null])
})

it('events that have no payload and bytes that are no history are refused', () => {
  const history = historyOf('small')
  const [first] = history.events ?? []
  const empty = { ...first?.workflowExecutionStartedEventAttributes, input: null }
  const broken = { events: [{ ...first, workflowExecutionStartedEventAttributes: empty }] }
  expect(() => readHistory(broken)).toThrow(BrokenHistory)
  expect(inputOf(broken)).toBeNull()
  expect(() => decodeHistory(Buffer.from('no history'))).toThrow(BrokenHistory)
})
