import { syntheticCase } from '../../local/demo/synthetic.ts'
import { applicationSchema } from '../../policy/edition/application.ts'
import type { Actor, ProjectState } from '../../policy/case/case.ts'
import { lineOf, seal, type Line, type Seal } from '../../policy/integrity/chain.ts'
import { addDays, endOfDay, morningOf, shanghaiDate } from '../../policy/time/dates.ts'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { file, passTime, step, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { remindersOn } from '../../policy/notices/reminders.ts'
import type { ProjectInput } from '../../workflows/contract.ts'

/**
 * The two instants at which the reports of a quarter wake every certified project: the midnight after the due date, when each
 * is marked overdue, and the morning a week later, when enterprises and districts are told. They lie in 2031, where the
 * clocks of these cases stand, so that no dispatcher that goes by the real clock carries anything.
 */
export const instants = { midnight: endOfDay('2031-04-15'), morning: morningOf('2031-04-22') }

/** The morning on which these projects are filed and certified. */
export const certifiedMs = Date.parse('2031-02-10T10:00+08:00')

/** A certified project that policy functions made, without a workflow: all that has happened, and where it stands. */
export type Certified = {
  steps: Step[]
  /** The lines that the steps left, chained. */
  lines: (Line & Seal)[]
  state: ProjectState
  /** Everything before this instant (milliseconds since 1970) has been done and told. */
  beforeMs: number
  input: ProjectInput
}

/** What projects are made from. */
export type Rules = { process: Process; editionHash: string }

/** Which project, of which district and enterprise, and how its clock goes. */
export type Wanted = {
  project: string
  district: string
  /** The number of its enterprise in the synthetic series. */
  enterprise: number
  /** As in `Certified`, and the real instant at which its clock shows that one. */
  beforeMs: number
  atMs: number
  /** As in `ProjectInput`. */
  spread?: number | undefined
}

/** Makes a project that was certified in the first quarter of 2031 and has reported nothing since. */
export function certify({ process, editionHash }: Rules, wanted: Wanted): Certified {
  const { project, beforeMs, atMs, spread } = wanted
  const steps = stepsOf(process, wanted)
  const { state: last } = steps.at(-1) ?? unreachable()
  const { deadlines } = remindersOn(process, last, addDays(shanghaiDate(beforeMs), -1))
  const state = { ...last, deadlines }
  const { application, enterprise } = state.case
  const lines = chained(project, steps)
  const by = clerkOf(enterprise.uscc)
  const input: ProjectInput = {
    project,
    edition: process.edition,
    editionHash,
    calendar: process.country,
    filing: { application, enterprise, by, request: 'bench', digest: 'bench' },
    carried: {
      state,
      filedAt: certifiedMs,
      lastAt: certifiedMs,
      head: lines.at(-1)?.link ?? null,
      receipts: [],
    },
    clockOffset: beforeMs - atMs,
    ...(spread !== undefined && { spread }),
  }
  return { steps, lines, state, beforeMs, input }
}

/** Who files for an enterprise. */
export function clerkOf(uscc: string): Actor {
  return { user: `clerk-${uscc}`, role: 'enterprise', uscc }
}

function stepsOf(process: Process, { project, district, enterprise: serial, beforeMs }: Wanted): Step[] {
  const { enterprise, application: body } = syntheticCase(district, 0, serial)
  const own = { name: `演示项目${project}`, site: `场地${project}`, completeOn: '2033-12-31' }
  const application = applicationSchema(process.edition).parse({ ...body, ...own })
  const clerk = clerkOf(enterprise.uscc)
  const officer = { user: `officer-${district}`, role: 'district', district }
  const events: (ProjectEvent & { by: Actor })[] = [
    { type: 'completeAssessment', score: 2.15, level: 2, by: clerk },
    { type: 'submit', by: clerk },
    { type: 'claim', by: officer },
    { type: 'approve', by: officer },
  ]
  const steps = [file(process, { application, enterprise, by: clerk }, certifiedMs)]
  const now = () => (steps.at(-1) ?? unreachable()).state
  for (const event of events) steps.push(step(process, now(), event, certifiedMs))
  steps.push(...passTime(process, now(), beforeMs - 1))
  return steps
}

function chained(project: string, steps: Step[]): Certified['lines'] {
  const at = new Date(certifiedMs).toISOString()
  const lines: Certified['lines'] = []
  for (const { entry, state } of steps) {
    const line = asKept(lineOf(entry, state, { project, at, request: '' }))
    lines.push({ ...line, ...seal(line, asKept(state), lines.at(-1)?.link ?? null) })
  }
  return lines
}

/** As it comes out of a workflow: without what is undefined. */
export function asKept<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function unreachable(): never {
  throw new RangeError('a project begins with a filing')
}
