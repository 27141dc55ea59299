import { documentsOf, type Documents } from '../../evidence/archive/expected.ts'
import { syntheticCase } from '../../local/demo/synthetic.ts'
import { editionOfHash } from '../../models/known-editions.ts'
import type { Models } from '../../models/index.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import type { Actor, ProjectState } from '../../policy/case/case.ts'
import { closedTasks, project as projectionOf } from '../../policy/case/projection.ts'
import { lineOf, seal, type Seal } from '../../policy/integrity/chain.ts'
import { addDays, endOfDay, morningOf, shanghaiDate } from '../../policy/time/dates.ts'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { file, passTime, step, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { audiencesOf } from '../../policy/notices/notice.ts'
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

/** The district of the cases that are made up by the rules alone. */
export const district = '江津区'

/** A step and the instant at which it was made (milliseconds since 1970). */
export type Made = Step & { atMs: number }

/** A certified project that policy functions made, without a workflow: all that has happened, and where it stands. */
export type Certified = {
  made: Made[]
  records: StepRecord[]
  state: ProjectState
  /** Everything before this instant (milliseconds since 1970) has been done and told. */
  beforeMs: number
  input: ProjectInput
}

/** What projects are made from. */
export type Rules = { process: Process; editionHash: string }

/** Which project, of which enterprise, and how its clock goes. */
export type Wanted = {
  project: string
  /** The number of its enterprise in the synthetic series. */
  enterprise: number
  /** As in `Certified`, and the real instant at which its clock shows that one. */
  beforeMs: number
  atMs: number
  /** As in `ProjectInput`. */
  spread?: number | undefined
}

/** Makes a project that was certified in the first quarter of 2031 and has reported nothing since. */
export function certify(rules: Rules, wanted: Wanted): Certified {
  const { process, editionHash } = rules
  const { project, beforeMs, atMs, spread } = wanted
  const made = stepsOf(process, wanted)
  const records = recordsOf(rules, project, made)
  const { state: last } = lastOf(made)
  const { deadlines } = remindersOn(process, last, addDays(shanghaiDate(beforeMs), -1))
  const state = { ...last, deadlines }
  const { application, enterprise } = state.case
  const by = clerkOf(enterprise.uscc)
  const head = lastOf(records).seal.link
  const input: ProjectInput = {
    project,
    edition: process.edition,
    editionHash,
    calendar: process.country,
    filing: { application, enterprise, by, request: 'bench', digest: 'bench' },
    carried: { state, filedAt: certifiedMs, lastAt: certifiedMs, head, unrecorded: [], receipts: [] },
    clockOffset: beforeMs - atMs,
    ...(spread !== undefined && { spread }),
  }
  return { made, records, state, beforeMs, input }
}

/** As many projects as are wanted from a number on, certified a moment ago and with nothing due for weeks. */
export function certifySome(rules: Rules, name: string, from: number, count: number): Certified[] {
  return Array.from({ length: count }, (_, index) =>
    certify(rules, {
      project: `p-${name}-${from + index}`,
      enterprise: 1000 + from + index,
      beforeMs: certifiedMs + 1,
      atMs: Date.now(),
    }),
  )
}

/** Who files for an enterprise. */
export function clerkOf(uscc: string): Actor {
  return { user: `clerk-${uscc}`, role: 'enterprise', uscc }
}

/** The officer who decides. */
export const officer: Actor = { user: `officer-${district}`, role: 'district', district }

function stepsOf(process: Process, { project, enterprise: serial, beforeMs }: Wanted): Made[] {
  const { enterprise, application: body } = syntheticCase(district, 0, serial)
  const own = { name: `演示项目${project}`, site: `场地${project}`, completeOn: '2033-12-31' }
  const application = applicationSchema(process.edition).parse({ ...body, ...own })
  const clerk = clerkOf(enterprise.uscc)
  const events: (ProjectEvent & { by: Actor })[] = [
    { type: 'completeAssessment', score: 2.15, level: 2, by: clerk },
    { type: 'submit', by: clerk },
    { type: 'claim', by: officer },
    { type: 'approve', by: officer },
  ]
  const steps = [file(process, { application, enterprise, by: clerk }, certifiedMs)]
  for (const event of events) steps.push(step(process, lastOf(steps).state, event, certifiedMs))
  steps.push(...passTime(process, lastOf(steps).state, beforeMs - 1))
  return steps.map((each) => ({ ...each, atMs: certifiedMs }))
}

/** The steps of a case as its workflow would have them recorded, in one chain; `run` made them. */
export function recordsOf(
  { process: { edition }, editionHash }: Rules,
  project: string,
  made: readonly Made[],
  run = 'bench',
): StepRecord[] {
  let head: Seal['link'] | null = null
  return made.map(({ state, entry, effects, notices, atMs }, index) => {
    const at = new Date(atMs).toISOString()
    const { application } = state.case
    const sealed = seal(asKept(lineOf(entry, state, { project, at, request: '' })), asKept(state), head)
    head = sealed.link
    return asKept({
      project,
      edition: edition.id,
      editionHash,
      state,
      entry,
      seal: sealed,
      run,
      effects,
      notices,
      audiences: audiencesOf(edition, application, notices),
      versions: { country: 1, local: 0 },
      series: {
        prefix: edition.certificate.prefix,
        bodyCode: edition.bodies.find(({ name }) => name === application.district)?.code ?? '',
      },
      projection: projectionOf(edition, state),
      closed: closedTasks(edition, made[index - 1]?.state ?? null, state),
      at,
      filedAt: new Date(certifiedMs).toISOString(),
      request: '',
    })
  })
}

/** Puts cases, of one edition that is on record, into the record as their workflows would have left them, whoever was told of what. */
export async function recordCertified(
  models: Models,
  cases: readonly Pick<Certified, 'records'>[],
): Promise<void> {
  const editionHash = cases[0]?.records[0]?.editionHash
  if (editionHash === undefined) return
  const edition = await editionOfHash(models, editionHash)
  const documents = cases.map(({ records }) =>
    documentsOf([
      { kind: 'edition', input: { edition, editionHash }, done: true },
      ...records.map((made) => {
        const certificate = made.effects.includes('issueCertificate') ? `bench-${made.project}` : null
        return { kind: 'step', step: made, certificate, done: true } as const
      }),
    ]),
  )
  const all = <K extends keyof Documents>(name: K) => documents.flatMap((each) => [...each[name].values()])
  await Promise.all([
    models.projects.insertMany(all('projects').map((each) => ({ ...each, anchored: false }))),
    models.tasks.insertMany(all('tasks')),
    models.history.insertMany(all('history')),
    models.snapshots.insertMany(all('snapshots')),
    models.certificates.insertMany(all('certificates')),
  ])
}

/** As it comes out of a workflow: without what is undefined. */
function asKept<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** The last of a list that is not empty. */
export function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1)
  if (last === undefined) throw new RangeError('a project begins with a filing')
  return last
}
