import {
  ApplicationFailure,
  condition,
  proxyActivities,
  proxySinks,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { findRefusal } from '../policy/case/actions.ts'
import type { CaseEvent, ProjectState } from '../policy/case/case.ts'
import { lineOf, seal } from '../policy/integrity/chain.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import type { Digest } from '../policy/integrity/digest.ts'
import type { Edition } from '../policy/edition/edition.ts'
import { errors, type Refusal } from '../policy/errors.ts'
import {
  adopt,
  createProcess,
  file,
  passTime,
  stateAt,
  step,
  type Process,
  type Step,
} from '../policy/case/lifecycle.ts'
import { audiencesOf } from '../policy/notices/notice.ts'
import { findOrderRefusal, obey } from '../policy/case/orders.ts'
import { closedTasks, project as projectionOf } from '../policy/case/projection.ts'
import { nextWake, remindersOn } from '../policy/notices/reminders.ts'
import type { StepRecord } from '../models/step-record.ts'
import type { Adoption, Command, GivenOrder, ProjectInput, Receipt, ReplaySinks } from './contract.ts'
import { versionsOf, withNewer } from './contract-calendars.ts'
import { spreadOf } from './spread.ts'

// Not a local activity: that would write before Temporal has the event, and a crash could leave a step on record that the
// workflow never took (docs/decisions/0006-the-record-follows-the-history.md).
const { recordStep, tell } = proxyActivities<Activities>({
  // Of a worker that was killed, its successor writes so much later.
  startToCloseTimeout: '4 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '5 seconds' },
})

const { replayChecker } = proxySinks<ReplaySinks>()

/** How many commands a project remembers, so that one that is sent again is not carried out again. */
const receiptsKept = 100

/**
 * The state of a running project. Every step is made before the first `await` of its handler: between a validator and its
 * handler nothing else runs, after an `await` anything may.
 */
export class ProjectLife {
  private input: ProjectInput
  private process: Process
  private readonly receipts: Map<string, Receipt>
  private readonly filedAt: number
  /** What the run before has come to: its server's clock may have been ahead of this one's. */
  private readonly notBefore: number
  /** What is there before anybody can send anything: the filing, or why this run takes the place of another. */
  private readonly opening: StepRecord[]
  private state: ProjectState
  private head: Digest | null
  private recorded: boolean
  private events = 0

  constructor(input: ProjectInput) {
    const { filing, carried } = input
    this.input = input
    this.process = processOf(input)
    this.receipts = new Map(carried?.receipts)
    this.notBefore = carried?.lastAt ?? 0
    this.filedAt = carried?.filedAt ?? this.now()
    const opening = carried ?? file(this.process, filing, this.filedAt)
    this.state = opening.state
    this.head = carried?.head ?? null
    this.recorded = carried !== null
    this.opening =
      'entry' in opening ? [this.enter(null, opening, filing.request)] : this.takeUp(input.restart)
  }

  /** Has recorded what there is before anybody can send anything. */
  async begin(): Promise<void> {
    if (this.opening.length === 0) return
    await Promise.all(this.opening.map((made) => this.record(made)))
    this.recorded = true
  }

  /** Answers once the filing is on record. */
  async whenFiled(): Promise<Receipt> {
    await condition(() => this.recorded)
    return { revision: 1, digest: this.input.filing.digest }
  }

  /** Refuses what state, person or payload do not allow; a refusal leaves nothing in the history. */
  check({ event, by, command, ifRevision }: Command): void {
    if (this.receipts.has(command)) return
    const now = this.now()
    const state = stateAt(this.process, this.state, now)
    const stale: Refusal = { code: 'stale-revision', revision: state.revision }
    const refusal = findRefusal(this.process, state, event, by, now)
    if (refusal?.code === 'not-found') throw failureOf(refusal)
    if (ifRevision !== null && ifRevision !== state.revision) throw failureOf(stale)
    if (refusal) throw failureOf(refusal)
  }

  /** Makes the step of a command, after what time has done by then, and answers when it is on record. */
  async carryOut({ event, by, command, digest, request }: Command): Promise<Receipt> {
    const known = this.receipts.get(command)
    if (known) return known
    const late = this.letTimePass()
    const made = this.take({ ...event, by }, request)
    const receipt = { revision: this.state.revision, digest }
    this.receipts.set(command, receipt)
    await Promise.all([...late, made])
    return receipt
  }

  /** Counts by another version of the calendars from now on; one that is not newer changes nothing. */
  async adoptCalendars({ calendars, by, source, request }: Adoption): Promise<{ moved: number }> {
    const { country, local, versions } = calendars
    const known = versionsOf(this.input)
    if (versions.country <= known.country && versions.local <= known.local) return { moved: 0 }
    this.input = withNewer(this.input, { country, local, versions })
    this.process = processOf(this.input)
    const late = this.letTimePass()
    const before = this.state
    const made = before.done ? undefined : adopt(this.process, before, { by, source }, this.now())
    const entered = made ? [this.enter(before, made, request)] : []
    await Promise.all([...late, ...entered.map((each) => this.record(each))])
    return { moved: made?.entry.deadlines.length ?? 0 }
  }

  /** Refuses an order that the case is not in a state for. */
  checkOrder({ order }: GivenOrder): void {
    const refusal = findOrderRefusal(stateAt(this.process, this.state, this.now()), order)
    if (refusal) throw failureOf(refusal)
  }

  /** Does what an operator has ordered, after what time has done by then. */
  async obey(given: GivenOrder): Promise<{ revision: number }> {
    const late = this.letTimePass()
    const made = this.follow(given)
    const { revision } = this.state
    await Promise.all([...late, this.record(made)])
    return { revision }
  }

  /** Sleeps until time has something to do or to say; a timer may fire early and is then set again. */
  async waitForTime(): Promise<void> {
    const wake = nextWake(this.process, this.state)
    const hasSooner = () => this.isOver() || nextWake(this.process, this.state) < wake
    if (wake === Infinity) return condition(hasSooner)
    const at = wake + spreadOf(this.input.project, this.input.spread)
    if (await condition(hasSooner, Math.max(at - this.now(), 1))) return
    await Promise.all([...this.letTimePass(), this.remind()])
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
    const { state, filedAt, head } = this
    return { ...input, carried: { state, filedAt, lastAt: this.now(), head, receipts } }
  }

  /** Never goes back: within a run Temporal's own time does not, from run to run it is carried over. */
  private now(): number {
    return Math.max(Date.now() + (this.input.clockOffset ?? 0), this.notBefore)
  }

  private take(event: CaseEvent, request: string): Promise<unknown> {
    const before = this.state
    const made = step(this.process, before, event, this.now())
    this.events += 1
    return this.record(this.enter(before, made, request))
  }

  /** Makes the steps that time has made necessary; nothing that comes later is ahead of them, whenever the timer fires. */
  private letTimePass(): Promise<unknown>[] {
    return this.enterTime().map((made) => this.record(made))
  }

  /**
   * Has a step recorded. The chain goes on from the line as it is on record: a later build, to which the history is played
   * again, may make the same step otherwise.
   */
  private async record(made: StepRecord): Promise<void> {
    const { link } = await recordStep(made)
    if (link && made.state.revision === this.state.revision) this.head = link
  }

  private enterTime(): StepRecord[] {
    return passTime(this.process, this.state, this.now()).map((made) => {
      this.events += 1
      return this.enter(this.state, made, '')
    })
  }

  private follow({ order, request }: GivenOrder): StepRecord {
    const made = obey(this.process, this.state, order, this.now())
    return this.enter(this.state, made, request)
  }

  /** Takes up the case where another run left it, after what time has done since. */
  private takeUp(restart: GivenOrder | undefined): StepRecord[] {
    if (!restart) return []
    const late = this.enterTime()
    return this.state.done ? late : [...late, this.follow(restart)]
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
    await tell({ project, scope, revision, notices, audiences, at: this.instant() })
  }

  /** Makes a step what the case is from here on, and the next link of its chain; answers with what is to be recorded. */
  private enter(before: ProjectState | null, made: Step, request: string): StepRecord {
    const { project, edition, editionHash } = this.input
    const { state, entry, effects, notices } = made
    const at = this.instant()
    const sealed = seal(lineOf(entry, state, { project, at, request }), state, this.head)
    this.head = sealed.link
    this.state = state
    const { link, stateDigest } = sealed
    if (workflowInfo().unsafe.isReplaying) replayChecker.step({ revision: state.revision, link, stateDigest })
    return {
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
    }
  }

  private instant(): string {
    return new Date(this.now()).toISOString()
  }
}

function processOf({ edition, calendar, local }: ProjectInput): Process {
  return createProcess(edition, calendar, local)
}

function failureOf(refusal: Refusal): ApplicationFailure {
  return ApplicationFailure.nonRetryable(errors[refusal.code].en, refusal.code, refusal)
}

function bodyCodeOf({ bodies }: Edition, state: ProjectState): string {
  return bodies.find(({ name }) => name === state.case.application.district)?.code ?? ''
}
