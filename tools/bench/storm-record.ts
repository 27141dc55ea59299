import { setTimeout as pause } from 'node:timers/promises'
import { defaultPreferences } from '../../api/people/people.ts'
import type { Models, PersonRecord } from '../../models/index.ts'
import type { Audience } from '../../policy/access/scope.ts'
import { passTime, type Process } from '../../policy/case/lifecycle.ts'
import { audiencesOf, taskIdOf, type Notice } from '../../policy/notices/notice.ts'
import { recipientsOf } from '../../policy/notices/recipients.ts'
import { remindersOn } from '../../policy/notices/reminders.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import {
  certify,
  clerkOf,
  district,
  instants,
  recordCertified,
  type Certified,
  type Rules,
} from './certified.ts'

/** Later than any day that a bench plays: whoever was seen then is here. */
const afterAll = new Date('2100-01-01')
/** How many of the projects of a storm an enterprise has, and which is the first of the synthetic series. */
const projectsEach = 3
const firstEnterprise = 1000
const lookEveryMs = 500

/** What a storm must leave in the record, by `_id`: every line that says overdue, old or new, and every notice. */
export type Expected = { projects: string[]; lines: string[]; notices: string[] }

/** What is wrong after a storm: places that are empty, places that nobody expects, and things said twice. */
export type Faults = Record<'missing' | 'unexpected' | 'repeated', string[]>

/** A storm to be made: of how many projects, when (milliseconds since 1970), and spread over how long. */
export type Storm = { name: string; projects: number; atMs: number; spread: number }

/**
 * Makes projects that a real instant wakes all together, and puts them and the people who are told on record. Half of them
 * stand before the midnight that marks them overdue, half before the morning on which everybody is told of it.
 */
export async function prepareStorm(
  models: Models,
  rules: Rules,
  { name, projects, atMs, spread }: Storm,
): Promise<{ certified: Certified[]; expected: Expected }> {
  const certified = Array.from({ length: projects }, (_, index) =>
    certify(rules, {
      project: `p-${name}-${index}`,
      enterprise: firstEnterprise + Math.floor(index / projectsEach),
      beforeMs: Math.floor(index / projectsEach) % 2 === 0 ? instants.midnight : instants.morning,
      atMs,
      spread,
    }),
  )
  const people = peopleOf(certified)
  const writes = people.map(({ _id, ...person }) => ({
    updateOne: { filter: { _id }, update: { $set: person }, upsert: true },
  }))
  await models.people.bulkWrite(writes)
  await recordCertified(models, certified)
  return { certified, expected: expectationsOf(rules, certified, people) }
}

/** Who files for each enterprise, and the officers of the district; all of them want mail. */
function peopleOf(certified: Certified[]): PersonRecord[] {
  const codes = new Set(certified.map(({ state }) => state.case.enterprise.uscc))
  const clerks = [...codes].map((uscc) =>
    personOf(clerkOf(uscc).user, { role: 'enterprise', district: null, uscc }),
  )
  const officers = ['chen', 'tang'].map((user) => personOf(user, { role: 'district', district, uscc: null }))
  return [...clerks, ...officers]
}

function expectationsOf({ process }: Rules, certified: Certified[], people: PersonRecord[]): Expected {
  const each = certified.map((project) => expectedOf(process, project, people))
  const before = certified.flatMap(({ made, input: { project } }) =>
    made.filter(({ entry }) => entry.type === 'overdue').map(({ entry }) => `${project}:${entry.revision}`),
  )
  return {
    projects: certified.map(({ input }) => input.project),
    lines: [...before, ...each.flatMap(({ lines }) => lines)],
    notices: each.flatMap(({ notices }) => notices),
  }
}

/** A person with a mail address, as somebody who has signed in once and given it. */
function personOf(user: string, capacity: Audience): PersonRecord {
  const email = `${user.toLowerCase().replaceAll(/[^a-z0-9-]/g, '')}@example.org`
  const capacities = [{ ...capacity, issuedAt: afterAll, seenAt: afterAll, ended: false }]
  return { ...defaultPreferences, _id: user, capacities, turn: 1, removals: [], email, feed: null }
}

/** What the instant that a project stands before must bring about: lines of its history and notices, by their `_id`. */
function expectedOf(
  process: Process,
  { state, beforeMs, input: { project } }: Certified,
  people: PersonRecord[],
): { lines: string[]; notices: string[] } {
  const steps = passTime(process, state, beforeMs)
  const { notices: reminders } = remindersOn(process, steps.at(-1)?.state ?? state, shanghaiDate(beforeMs))
  const told = [...steps.flatMap(({ notices }) => notices), ...reminders]
  const audiences = audiencesOf(process.edition, state.case.application, told)
  return {
    lines: steps.map(({ entry }) => `${project}:${entry.revision}`),
    notices: told.flatMap((notice) =>
      recipientsOf(notice, audiences, people, beforeMs)
        .flatMap((recipient) =>
          'mailbox' in recipient ? [`${recipient.mailbox}:inbox`] : placesOf(people, recipient.user),
        )
        .map((place) => noticeId(project, notice, place)),
    ),
  }
}

function noticeId(project: string, notice: Notice, place: string): string {
  return `${taskIdOf(notice, project)}:${notice.deduplicationKey}:${place}`
}

/** Recipient and channel of somebody who is told. */
function placesOf(people: PersonRecord[], user: string): string[] {
  const hasMail = people.some(({ _id, email }) => _id === user && email !== null)
  return [`${user}:inbox`, ...(hasMail ? [`${user}:email`] : [])]
}

/** How much of what is expected is there. */
export async function countWritten({ history, notices }: Models, expected: Expected): Promise<number> {
  const [lines, told] = await Promise.all([
    history.countDocuments({ _id: { $in: expected.lines } }),
    notices.countDocuments({ _id: { $in: expected.notices } }),
  ])
  return lines + told
}

/** Looks twice a second until all that is expected is there, and answers when that was (milliseconds since 1970). */
export async function untilWritten(
  models: Models,
  expected: Expected,
  onMore: (count: number) => void,
): Promise<number> {
  const total = expected.lines.length + expected.notices.length
  for (let before = 0; ; await pause(lookEveryMs)) {
    const written = await countWritten(models, expected)
    onMore(written - before)
    if (written === total) return Date.now()
    before = written
  }
}

/** Compares the record with what is expected, each thing by its `_id` and by what it says. */
export async function findFaults({ history, notices }: Models, expected: Expected): Promise<Faults> {
  const ofThem = { project: { $in: expected.projects } }
  const [lines, told] = await Promise.all([
    history.find({ ...ofThem, type: 'overdue' }, { project: 1, payload: 1 }).lean(),
    notices
      .find(ofThem, { project: 1, task: 1, part: 1, deduplicationKey: 1, recipient: 1, channel: 1 })
      .lean(),
  ])
  const found = [...lines, ...told].map(({ _id }) => _id)
  const wanted = [...expected.lines, ...expected.notices]
  const sayings = [
    ...lines.map(({ project, payload }) => JSON.stringify([project, payload])),
    ...told.map(({ _id, ...saying }) => JSON.stringify(Object.values(saying))),
  ]
  return {
    missing: without(wanted, found),
    unexpected: without(found, wanted),
    repeated: sayings.filter((saying, index) => sayings.indexOf(saying) !== index),
  }
}

function without(list: string[], others: string[]): string[] {
  const there = new Set(others)
  return list.filter((each) => !there.has(each))
}
