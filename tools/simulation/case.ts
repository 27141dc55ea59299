import type { CaseDependencies } from '../../api/dependencies.ts'
import { fileProject } from '../../api/projects/filing.ts'
import { refusalOf } from '../../api/http/problem.ts'
import { sendEvent } from '../../api/projects/sending.ts'
import type { ProjectRecord } from '../../models/index.ts'
import { actionsFor } from '../../policy/case/actions.ts'
import { phaseOf, type Actor, type OpenTask, type ProjectState } from '../../policy/case/case.ts'
import { mayBeFiledAgain } from '../../policy/case/duplicates.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { errors } from '../../policy/errors.ts'
import { passTime, type Process } from '../../policy/case/lifecycle.ts'
import { outcomeOf } from '../../policy/case/projection.ts'
import type { Behaviour } from './behaviour.ts'
import { createPrng } from './prng.ts'
import { applicantOf } from './people.ts'
import { planTask } from './plans.ts'
import type { MadeUpProject } from './population.ts'
import type { Attempt, Refused } from './result.ts'
import { workingDay, type Planned } from './scene.ts'

/** Where a year is played, by which behaviour and chance. */
export type CaseStage = { deps: CaseDependencies; behaviour: Behaviour; seed: number }

type Intention = Planned[number] & { key: string }

/** How often something is sent again that did not arrive. */
const attempts = 4

/**
 * A made-up project on its way through a year: it is filed on its day, and everybody does about its tasks what they mean
 * to. All that happens to it follows from the rules, its number and the seed, whatever happens to others.
 */
export class PlayedCase {
  readonly project: MadeUpProject
  /** Its number in the record; null before it is filed, and if that is refused. */
  id: string | null = null
  /** As the rules say that it is. */
  state: ProjectState | null = null
  /** What was refused, by what was tried. */
  readonly refusals: Refused[] = []
  /** Lines of its history so far. */
  events = 0

  private readonly stage: CaseStage
  private readonly process: Process
  private readonly applicant: Actor
  private readonly planned = new Set<string>()
  private intentions: Intention[] = []
  private repeatOn: string | null = null
  private mended = false
  private commands = 0

  constructor(stage: CaseStage, project: MadeUpProject) {
    this.stage = stage
    this.project = project
    this.process = stage.deps.editions.current
    const { edition } = this.process
    this.applicant = applicantOf(edition, edition.stages[0]?.by ?? [], project.application)
  }

  /** Filed, and not at its end. */
  isOpen(): boolean {
    return this.state !== null && !this.state.done
  }

  /** Still on the way to a decision, as the result counts it: a certified case is open, but no longer this. */
  isUndecided(): boolean {
    if (!this.state) return false
    return outcomeOf(this.process.edition, phaseOf(this.state.value)) === null
  }

  /** Makes the steps that time has made by now; answers whether there were any. */
  passTime(): boolean {
    if (!this.state) return false
    const last = passTime(this.process, this.state, this.stage.deps.now()).at(-1)
    if (last) this.moveTo(last.state)
    return last !== undefined
  }

  /** Has everybody do what they mean to do today. */
  async play(): Promise<void> {
    const today = shanghaiDate(this.stage.deps.now())
    if (this.project.fileOn === today) await this.file()
    for (;;) {
      const next = this.nextThrough(today)
      if (!next) break
      await this.send(next)
    }
    if (this.repeatOn !== null && this.repeatOn <= today) await this.repeat()
  }

  private async file(): Promise<void> {
    const { repeatedAfter, fileOn } = this.project
    const record = await this.tryTo('file', (key) => this.fileOnce(key))
    if (!record) return
    this.id = record._id
    this.moveTo(record.state)
    if (repeatedAfter !== null) this.repeatOn = workingDay(this.process.country, fileOn, repeatedAfter)
  }

  /** Files the same project once more, unless it has ended and may be filed again. */
  private async repeat(): Promise<void> {
    this.repeatOn = null
    const phase = this.state && phaseOf(this.state.value)
    const end = this.process.edition.ends.find(({ id }) => id === phase)
    if (end && mayBeFiledAgain(end.outcome)) return
    const accepted = await this.tryTo('file', (key) => this.fileOnce(key))
    if (accepted) throw new Error(`${this.id} was filed a second time as ${accepted._id}`)
  }

  private fileOnce(idempotencyKey: string): Promise<ProjectRecord> {
    const { application } = this.project
    return fileProject(this.stage.deps, {
      application,
      under: this.stage.deps.editions.current,
      by: this.applicant,
      idempotencyKey,
      request: '',
    })
  }

  private async send({ by, body }: Intention): Promise<void> {
    const { id, state } = this
    const { deps } = this.stage
    // Nobody presses a button that is not there.
    if (id === null || !state || !actionsFor(this.process, state, by, deps.now()).includes(body.type)) return
    const sending = { project: id, body, by, ifRevision: state.revision, request: '' }
    const sent = await this.tryTo(body.type, (idempotencyKey) =>
      sendEvent(deps, { ...sending, idempotencyKey }),
    )
    if (!sent) return
    if (body.type === 'resubmit') this.mended = true
    this.moveTo(sent.record.state)
  }

  /** Answers with nothing if it is refused; what does not arrive is sent again under the same key. */
  private async tryTo<T>(tried: Attempt, work: (key: string) => Promise<T>): Promise<T | null> {
    this.commands += 1
    const key = `simulation-${this.stage.seed}-${this.project.index}-${this.commands}`
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(key)
      } catch (error) {
        const { code } = refusalOf(error)
        const { kind } = errors[code]
        if (kind === 'unavailable' && attempt < attempts) continue
        if (kind === 'unavailable' || kind === 'internal') throw error
        this.refusals.push({ tried, code })
        return null
      }
    }
  }

  private nextThrough(today: string): Intention | undefined {
    if (!this.state || this.state.done) return undefined
    const open = new Set(this.state.tasks.map((task) => keyOf(task, this.state)))
    for (const task of this.state.tasks) this.plan(task, this.state)
    this.intentions = this.intentions.filter(({ key }) => open.has(key))
    const next = this.intentions.find(({ on }) => on <= today)
    this.intentions = this.intentions.filter((intention) => intention !== next)
    return next
  }

  private plan(task: OpenTask, state: ProjectState): void {
    const key = keyOf(task, state)
    if (this.planned.has(key)) return
    const prefix = `${task.task}|${task.part ?? ''}|`
    const nth = [...this.planned].filter((each) => each.startsWith(prefix)).length
    this.planned.add(key)
    const { seed, behaviour } = this.stage
    const scene = {
      edition: this.process.edition,
      calendar: this.process.country,
      behaviour,
      state,
      incomplete: this.project.incomplete && !this.mended,
      // By the count of its kind, so that another rule, with more or fewer events, changes no chance of what comes later.
      prng: createPrng(seed, this.project.index, prefix, nth),
    }
    this.intentions.push(...planTask(scene, task).map((act) => ({ ...act, key })))
    this.intentions = this.intentions.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  }

  private moveTo(state: ProjectState): void {
    this.events += state.revision - (this.state?.revision ?? 0)
    this.state = state
  }
}

/** A completion whose date was moved is planned anew. */
function keyOf({ task, part, entry }: OpenTask, state: ProjectState | null): string {
  const moved = task === 'completion' ? (state?.case.supervision?.completeOn ?? '') : ''
  return [task, part ?? '', entry, moved].join('|')
}
