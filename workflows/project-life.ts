import {
  ApplicationFailure,
  condition,
  proxyActivities,
  proxySinks,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { findRefusal, isStale, partMeant } from '../policy/case/actions.ts'
import type { CaseEvent, ProjectState } from '../policy/case/case.ts'
import { lineOf, seal } from '../policy/integrity/chain.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import type { Edition } from '../policy/edition/edition.ts'
import { errors, type Refusal } from '../policy/errors.ts'
import { adopt, file, passTime, stateAt, step, type Process, type Step } from '../policy/case/lifecycle.ts'
import { audiencesOf } from '../policy/notices/notice.ts'
import { findCommandRefusal, applyCommand } from '../policy/case/admin-commands.ts'
import { closedTasks, project as projectionOf } from '../policy/case/projection.ts'
import { nextWake, remindersOn } from '../policy/notices/reminders.ts'
import type { OnRecord } from '../models/step-record.ts'
import type {
  Adoption,
  AdminCommandInput,
  Answer,
  Command,
  ProjectInput,
  Receipt,
  ReplaySinks,
} from './contract.ts'
import { versionsOf, withNewer } from './contract-calendars.ts'
import { sharedRules } from '../policy/case/shared-rules.ts'
import { spreadOf } from './spread.ts'
import { Unrecorded } from './unrecorded.ts'

// Not local activities: they would write before Temporal has the step, and a crash could leave one on record that the workflow
// never took.
const { recordSteps, notify } = proxyActivities<Activities>({
  // Of a worker that was killed, its successor writes so much later.
  startToCloseTimeout: '4 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '5 seconds' },
})

const { replayChecker } = proxySinks<ReplaySinks>()

/** How many commands a project remembers, so that one that is sent again is not carried out again. */
const receiptsKept = 100

/**
 * The state of a running project. Every step is made before the first `await` of its handler: between a validator and its
 * handler nothing else runs, after an `await` anything may. Who sends a command is given its steps to record, so that an event
 * costs one workflow task; what nobody is there to be given goes on record by an activity.
 */
export class ProjectLife {
  private input: Omit<ProjectInput, 'carried'>
  private process: Process
  private readonly receipts: Map<string, Receipt>
  private readonly filedAt: number
  /** What the run before has come to: its server's clock may have been ahead of this one's. */
  private readonly notBefore: number
  private readonly unrecorded: Unrecorded
  private state: ProjectState
  private wake: { state: ProjectState; process: Process; at: number } | null = null
  private events = 0
  /** An operator has started this run: nobody is there to be given what it begins with. */
  private readonly isUnasked: boolean

  constructor(input: ProjectInput) {
    const { carried, ...rest } = input
    const { predecessor, restart, filing } = rest
    this.input = rest
    this.process = this.takeRules()
    this.isUnasked = predecessor !== undefined && (restart !== undefined || !carried)
    this.receipts = new Map(carried?.receipts)
    this.notBefore = carried?.lastAt ?? 0
    this.filedAt = carried?.filedAt ?? this.now()
    this.unrecorded = new Unrecorded(carried?.head, carried?.unrecorded)
    const opening = carried ?? file(this.process, filing, this.filedAt)
    this.state = opening.state
    if ('entry' in opening) this.enter(null, opening, filing.request)
    else if (restart) this.takeUp(restart)
  }

  /** Has on record what nobody is given, before anybody sends anything. */
  async begin(): Promise<void> {
    if (this.isUnasked) await this.record()
  }

  /** The filing, for whoever has it recorded. */
  whenFiled(): Answer {
    return this.answer({ revision: 1, digest: this.input.filing.digest })
  }

  /** Refuses what state, person or payload do not allow; a refusal leaves nothing in the history. */
  check({ event, by, command, ifRevision }: Command): void {
    if (this.receipts.has(command)) return
    const now = this.now()
    const state = stateAt(this.process, this.state, now)
    const stale: Refusal = { code: 'stale-revision', revision: state.revision }
    const refusal = findRefusal(this.process, state, event, by, now)
    if (refusal?.code === 'not-found') throw failureOf(refusal)
    if (isStale(state, ifRevision)) throw failureOf(stale)
    if (refusal) throw failureOf(refusal)
  }

  /** Makes the step of a command, after what time has done by then. */
  carryOut({ event, by, command, digest, request, onRecord }: Command): Answer {
    this.unrecorded.confirm(onRecord)
    const known = this.receipts.get(command)
    if (known) return this.answer(known)
    this.letTimePass()
    const about = partMeant(this.process, this.state, event, by, this.now())
    this.take({ ...event, ...about, by }, request)
    const receipt = { revision: this.state.revision, digest }
    this.receipts.set(command, receipt)
    return this.answer(receipt)
  }

  /** Takes note of how far the case is on record. */
  confirm(onRecord: OnRecord): void {
    this.unrecorded.confirm(onRecord)
  }

  /** Counts by another version of the calendars from now on; one that is not newer changes nothing. */
  async adoptCalendars({ calendars, by, source, request }: Adoption): Promise<{ moved: number }> {
    const { country, local, versions } = calendars
    const known = versionsOf(this.input)
    if (versions.country <= known.country && versions.local <= known.local) return { moved: 0 }
    this.input = withNewer(this.input, { country, local, versions })
    this.process = this.takeRules()
    this.letTimePass()
    const before = this.state
    const made = before.done ? undefined : adopt(this.process, before, { by, source }, this.now())
    if (made) this.enter(before, made, request)
    await this.record()
    return { moved: made?.entry.deadlines.length ?? 0 }
  }

  /** Refuses an admin command that the case is not in a state for. */
  checkAdminCommand({ command }: AdminCommandInput): void {
    const refusal = findCommandRefusal(stateAt(this.process, this.state, this.now()), command)
    if (refusal) throw failureOf(refusal)
  }

  /** Applies an admin command, after what time has done by then. */
  async applyAdminCommand(given: AdminCommandInput): Promise<{ revision: number }> {
    this.letTimePass()
    this.enterAdminCommand(given)
    const { revision } = this.state
    await this.record()
    return { revision }
  }

  /** Sleeps until time has something to do or to say; a timer may fire early and is then set again. */
  async waitForTime(): Promise<void> {
    const wake = this.nextWake()
    const hasSooner = () => this.isOver() || this.nextWake() < wake
    if (wake === Infinity) return condition(hasSooner)
    const at = wake + spreadOf(this.input.project, this.input.spread)
    if (await condition(hasSooner, Math.max(at - this.now(), 1))) return
    const hasMade = this.letTimePass()
    await Promise.all([hasMade ? this.record() : undefined, this.remind()])
  }

  /** The project has reached its end. */
  isDone(): boolean {
    return this.state.done
  }

  /** This run is over: the project is done, or the history is long enough to go on in a new run. */
  isOver(): boolean {
    return (
      this.state.done ||
      workflowInfo().continueAsNewSuggested ||
      this.events >= (this.input.eventsPerRun ?? Infinity)
    )
  }

  /** The input of the next run, with nothing lost. */
  handOver(): ProjectInput {
    const receipts = [...this.receipts].slice(-receiptsKept)
    const { restart: _restart, predecessor: _predecessor, ...input } = this.input
    const { state, filedAt } = this
    const { head } = this.unrecorded
    const unrecorded = this.unrecorded.all()
    return { ...input, carried: { state, filedAt, lastAt: this.now(), head, unrecorded, receipts } }
  }

  /** Never goes back: within a run Temporal's own time does not, from run to run it is carried over. */
  private now(): number {
    return Math.max(Date.now() + (this.input.clockOffset ?? 0), this.notBefore)
  }

  /** Asked at every turn of the workflow, and long to reckon: kept for as long as the case stays as it is. */
  private nextWake(): number {
    const { state, process } = this
    if (this.wake?.state !== state || this.wake.process !== process)
      this.wake = { state, process, at: nextWake(process, state) }
    return this.wake.at
  }

  private answer(receipt: Receipt): Answer {
    return { receipt, steps: this.unrecorded.all() }
  }

  /** Goes by the one copy of its rules that this worker has; its own may be forgotten. */
  private takeRules(): Process {
    const { edition, calendar, local } = this.input
    const { process, ...documents } = sharedRules(edition, calendar, local)
    this.input = { ...this.input, ...documents }
    return process
  }

  private take(event: CaseEvent, request: string): void {
    this.events += 1
    this.enter(this.state, step(this.process, this.state, event, this.now()), request)
  }

  /** Makes the steps that time has made necessary; nothing that comes later is ahead of them, whenever the timer fires. */
  private letTimePass(): boolean {
    const made = passTime(this.process, this.state, this.now())
    for (const each of made) this.enter(this.state, each, '')
    this.events += made.length
    return made.length > 0
  }

  /** Has every step recorded of which it is not known that it is, the oldest first. */
  private async record(): Promise<void> {
    const steps = this.unrecorded.all()
    if (steps.length > 0) this.unrecorded.confirm(await recordSteps(steps))
  }

  private enterAdminCommand({ command, request }: AdminCommandInput): void {
    this.enter(this.state, applyCommand(this.process, this.state, command, this.now()), request)
  }

  /** Takes up the case where another run left it, after what time has done since. */
  private takeUp(restart: AdminCommandInput): void {
    this.letTimePass()
    if (!this.state.done) this.enterAdminCommand(restart)
  }

  /** Has everybody reminded who is to be reminded today. */
  private async remind(): Promise<void> {
    if (this.state.done) return
    const { notices, deadlines } = remindersOn(this.process, this.state, shanghaiDate(this.now()))
    this.state = { ...this.state, deadlines }
    if (notices.length === 0) return
    const { project, edition } = this.input
    const { revision } = this.state
    const { district, uscc } = this.state.case.application
    const scope = { district, uscc }
    const audiences = audiencesOf(edition, scope, notices)
    await notify({ project, scope, revision, notices, audiences, at: this.instant() })
  }

  /** Makes a step what the case is from here on, and the next link of its chain. */
  private enter(before: ProjectState | null, made: Step, request: string): void {
    const { project, edition, editionHash } = this.input
    const { state, entry, effects, notices } = made
    const at = this.instant()
    const sealed = seal(lineOf(entry, state, { project, at, request }), state, this.unrecorded.head)
    this.state = state
    const { link, stateDigest } = sealed
    if (workflowInfo().unsafe.isReplaying) replayChecker.step({ revision: state.revision, link, stateDigest })
    this.unrecorded.add({
      project,
      edition: edition.id,
      editionHash,
      state,
      entry,
      seal: sealed,
      run: workflowInfo().runId,
      effects,
      notices,
      audiences: audiencesOf(edition, state.case.application, notices),
      versions: versionsOf(this.input),
      series: { prefix: edition.certificate.prefix, bodyCode: bodyCodeOf(edition, state) },
      projection: projectionOf(edition, state),
      closed: closedTasks(edition, before, state),
      at,
      filedAt: new Date(this.filedAt).toISOString(),
      request,
    })
  }

  private instant(): string {
    return new Date(this.now()).toISOString()
  }
}

function failureOf(refusal: Refusal): ApplicationFailure {
  return ApplicationFailure.nonRetryable(errors[refusal.code].en, refusal.code, refusal)
}

function bodyCodeOf({ bodies }: Edition, state: ProjectState): string {
  return bodies.find(({ name }) => name === state.case.application.district)?.code ?? ''
}
