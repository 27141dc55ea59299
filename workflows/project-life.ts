import { ApplicationFailure, condition, proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { findRefusal } from '../policy/actions.ts'
import type { CaseEvent, ProjectState } from '../policy/case.ts'
import { dueEvent, nextWake } from '../policy/deadlines.ts'
import type { Edition } from '../policy/edition.ts'
import { errors, type Refusal } from '../policy/errors.ts'
import { createProcess, file, step, type Process, type Step } from '../policy/lifecycle.ts'
import { project as projectionOf } from '../policy/projection.ts'
import type { Adoption, Command, ProjectInput, Receipt } from './contract.ts'

// Not a local activity: that would write before Temporal has the event, and a crash could leave a step on record that the
// workflow never took (docs/decisions/0006-the-record-follows-the-history.md).
const { recordStep } = proxyActivities<Activities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '5 seconds' },
})

/** How many commands a project remembers, so that one that is sent again is not carried out again. */
const receiptsKept = 100

/**
 * The state of a running project. Every step is made before the first `await` of its handler: between a validator and its
 * handler nothing else runs, after an `await` anything may.
 */
export class ProjectLife {
  private input: ProjectInput
  private readonly process: Process
  private readonly receipts: Map<string, Receipt>
  private readonly filedAt: number
  private readonly filing: Step | null
  private state: ProjectState
  private recorded: boolean
  private events = 0

  constructor(input: ProjectInput) {
    const { edition, calendar, filing, carried } = input
    this.input = input
    this.process = createProcess(edition, calendar)
    this.receipts = new Map(carried?.receipts)
    this.filedAt = carried?.filedAt ?? Date.now()
    const opening = carried ?? file(this.process, filing, this.filedAt)
    this.filing = 'entry' in opening ? opening : null
    this.state = opening.state
    this.recorded = carried !== null
  }

  /** Has the filing recorded, in the first run. */
  async begin(): Promise<void> {
    if (!this.filing) return
    await this.record(this.filing, this.input.filing.request)
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
    const stale: Refusal = { code: 'stale-revision', revision: this.state.revision }
    const refusal = findRefusal(this.process, this.state, event, by)
    if (refusal?.code === 'not-found') throw failureOf(refusal)
    if (ifRevision !== null && ifRevision !== this.state.revision) throw failureOf(stale)
    if (refusal) throw failureOf(refusal)
  }

  /** Makes the step of a command and answers when it is on record. */
  async carryOut({ event, by, command, digest, request }: Command): Promise<Receipt> {
    const known = this.receipts.get(command)
    if (known) return known
    const receipt = { revision: this.state.revision + 1, digest }
    this.receipts.set(command, receipt)
    await this.record(this.take({ ...event, by }), request)
    return receipt
  }

  /** Stand-in: remembers the calendars for the next run, and moves nothing. */
  adopt({ calendars: { country, local, versions } }: Adoption): { moved: number } {
    this.input = { ...this.input, calendar: country, local, versions }
    return { moved: 0 }
  }

  /** Sleeps until a deadline has something to say, and says it; a timer may fire early and is then set again. */
  async waitForTime(): Promise<void> {
    const wake = nextWake(this.state)
    const hasSooner = () => this.isOver() || nextWake(this.state) < wake
    if (wake === Infinity) return condition(hasSooner)
    if (await condition(hasSooner, Math.max(wake - Date.now(), 1))) return
    const event = dueEvent(this.state, Date.now())
    if (event) await this.record(this.take(event), '')
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
    return { ...this.input, carried: { state: this.state, filedAt: this.filedAt, receipts } }
  }

  private take(event: CaseEvent): Step {
    const made = step(this.process, this.state, event, Date.now())
    this.state = made.state
    this.events += 1
    return made
  }

  private record({ state, entry, effects }: Step, request: string): Promise<unknown> {
    const { project, edition, editionHash, versions } = this.input
    return recordStep({
      project,
      edition: edition.id,
      editionHash,
      state,
      entry,
      effects,
      ...(versions && { versions }),
      series: { prefix: edition.certificate.prefix, bodyCode: bodyCodeOf(edition, state) },
      projection: projectionOf(edition, state),
      at: new Date(Date.now()).toISOString(),
      filedAt: new Date(this.filedAt).toISOString(),
      request,
    })
  }
}

function failureOf(refusal: Refusal): ApplicationFailure {
  return ApplicationFailure.nonRetryable(errors[refusal.code].en, refusal.code, refusal)
}

function bodyCodeOf({ bodies }: Edition, state: ProjectState): string {
  return bodies.find(({ name }) => name === state.case.application.district)?.code ?? ''
}
