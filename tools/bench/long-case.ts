import type { CaseEvent } from '../../policy/case/case.ts'
import { addDays, morningOf, shanghaiDate } from '../../policy/time/dates.ts'
import { passTime, step } from '../../policy/case/lifecycle.ts'
import { audiencesOf, type NotificationBatch } from '../../policy/notices/notice.ts'
import { remindersOn } from '../../policy/notices/reminders.ts'
import type { ProjectInput } from '../../workflows/contract.ts'
import { certifiedMs, certify, clerkOf, lastOf, officer, type Made, type Rules } from './certified.ts'

/** A case as policy functions have played it: its steps, what people were reminded of, and the input of its workflow. */
export type LongCase = { steps: Made[]; batches: NotificationBatch[]; input: ProjectInput }

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
  const batches: NotificationBatch[] = []
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
    if (notices.length > 0) batches.push({ project, scope, revision: state.revision, notices, audiences, at })
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
  return { steps: made.all, batches, input }
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
  return { steps: made.all, batches: [], input }
}

/** A certified project, and how it goes on. */
function begin(rules: Rules, project: string, enterprise: number) {
  const { process } = rules
  const { made: all, input } = certify(rules, {
    project,
    enterprise,
    beforeMs: certifiedMs + 1,
    atMs: Date.now(),
  })
  const made = Object.assign(() => lastOf(all), { all })
  const take = (event: CaseEvent, atMs: number) =>
    all.push({ ...step(process, made().state, event, atMs), atMs })
  const pass = (atMs: number) =>
    all.push(...passTime(process, made().state, atMs).map((each) => ({ ...each, atMs })))
  return { made, take, pass, input }
}
