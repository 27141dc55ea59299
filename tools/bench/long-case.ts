import type { Actor, CaseEvent } from '../../policy/case/case.ts'
import { lineOf, seal, type Seal } from '../../policy/integrity/chain.ts'
import { addDays, morningOf, shanghaiDate } from '../../policy/time/dates.ts'
import { passTime, step, type Step } from '../../policy/case/lifecycle.ts'
import { audiencesOf, type Telling } from '../../policy/notices/notice.ts'
import { closedTasks, project as projectionOf } from '../../policy/case/projection.ts'
import { remindersOn } from '../../policy/notices/reminders.ts'
import type { StepRecord } from '../../models/step-record.ts'
import type { ProjectInput } from '../../workflows/contract.ts'
import { certify, certifiedMs, clerkOf, type Certified, type Rules } from './certified.ts'

/** A step and the instant at which it was made (milliseconds since 1970). */
type Made = Step & { atMs: number }

/** A case as policy functions have played it: its steps, what people were reminded of, and the input of its workflow. */
export type LongCase = { steps: Made[]; tellings: Telling[]; input: ProjectInput }

const district = '江津区'
const officer: Actor = { user: `officer-${district}`, role: 'district', district }
const years = 5
const extensions = new Map([
  ['2033-11-01', '2034-11-30'],
  ['2034-10-02', '2035-11-30'],
  ['2035-10-08', '2036-11-30'],
])

/** Plays five years of a certified project: twenty reports, three extensions, and the reminders of every day. */
export function playYears(rules: Rules, project: string): LongCase {
  const { made, take, pass, input } = begin(rules, project, 1)
  const { process } = rules
  const tellings: Telling[] = []
  const clerk = clerkOf(input.filing.enterprise.uscc)
  let percent = 0
  for (let on = shanghaiDate(certifiedMs); on < addDays('2031-02-10', years * 365); on = addDays(on, 1)) {
    const atMs = morningOf(on) + 3_600_000
    pass(atMs)
    const { state } = made()
    const { notices } = remindersOn(process, state, on)
    const { district: place, uscc } = state.case.application
    const scope = { district: place, uscc }
    const audiences = audiencesOf(process.edition, scope, notices)
    const at = new Date(atMs).toISOString()
    if (notices.length > 0)
      tellings.push({ project, scope, revision: state.revision, notices, audiences, at })
    if (/-(?:04|07|10|01)-10$/.test(on)) {
      percent += 4
      take({ type: 'report', percent, invested: {}, by: clerk }, atMs)
    }
    const completeOn = extensions.get(on)
    if (completeOn === undefined) continue
    take({ type: 'requestExtension', reason: '设备晚到', measures: '调整工期', completeOn, by: clerk }, atMs)
    take({ type: 'claim', by: officer }, atMs)
    take({ type: 'grantExtension', by: officer }, atMs)
  }
  return { steps: made.all, tellings, input }
}

/** Plays a case of so many events, in which an officer takes up a request and lays it down again and again. */
export function playEvents(
  rules: Rules,
  project: string,
  { enterprise, events }: { enterprise: number; events: number },
): LongCase {
  const { made, take, input } = begin(rules, project, enterprise)
  const clerk = clerkOf(input.filing.enterprise.uscc)
  const ask = { type: 'requestRevocation', reason: '项目终止', by: clerk } as const
  for (let atMs = certifiedMs + 60_000; made.all.length < events; atMs += 60_000) {
    const { type } = made().entry
    const asked = type === 'claim' || type === 'release' || type === ask.type
    take(asked ? { type: type === 'claim' ? 'release' : 'claim', by: officer } : ask, atMs)
  }
  return { steps: made.all, tellings: [], input }
}

/** A certified project, and how it goes on. */
function begin({ process, editionHash }: Rules, project: string, enterprise: number) {
  const beforeMs = certifiedMs + 1
  const certified: Certified = certify(
    { process, editionHash },
    { project, district, enterprise, beforeMs, atMs: Date.now() },
  )
  const all: Made[] = certified.steps.map((each) => ({ ...each, atMs: certifiedMs }))
  const made = Object.assign(() => all.at(-1) ?? unreachable(), { all })
  const take = (event: CaseEvent, atMs: number) =>
    all.push({ ...step(process, made().state, event, atMs), atMs })
  const pass = (atMs: number) =>
    all.push(...passTime(process, made().state, atMs).map((each) => ({ ...each, atMs })))
  return { made, take, pass, input: certified.input }
}

/** The steps of a case as its workflow would have them recorded, in one chain; `run` made them. */
export function recordsOf(
  { process, editionHash }: Rules,
  { steps, input }: LongCase,
  run: string,
): StepRecord[] {
  const { edition } = process
  const { project } = input
  let head: Seal['link'] | null = null
  return steps.map(({ state, entry, effects, notices, atMs }, index) => {
    const at = new Date(atMs).toISOString()
    const sealed = seal(lineOf(entry, state, { project, at, request: '' }), state, head)
    head = sealed.link
    const { application } = state.case
    const bodyCode = edition.bodies.find(({ name }) => name === application.district)?.code ?? ''
    return {
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
      series: { prefix: edition.certificate.prefix, bodyCode },
      projection: projectionOf(edition, state),
      closed: closedTasks(edition, steps[index - 1]?.state ?? null, state),
      at,
      filedAt: new Date(certifiedMs).toISOString(),
      request: '',
    }
  })
}

function unreachable(): never {
  throw new RangeError('a project begins with a filing')
}
