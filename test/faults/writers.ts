import pMap from 'p-map'
import type { IntentKey } from '../../models/index.ts'
import { isOutageOfMongo } from '../../models/outages.ts'
import type { Recorder } from '../../models/recorder.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { audiencesOf } from '../../policy/notices/notice.ts'
import { chongqing } from '../fixtures.ts'
import { certified, stepsOf } from '../models/steps.ts'

/** A case that somebody brings on record, step by step: how many of them were announced and recorded, as far as anybody was told. */
export type Writing = {
  project: string
  announced: number
  acknowledged: number
  /** How many were handed over to be announced, and to be recorded, whatever has come of it. */
  tried: { announce: number; record: number }
}

/** The bodies whose certificates are numbered, each by all recorders. */
export const bodies = ['A', 'B'] as const

const way = certified()
/** How many steps certify a project. */
export const wayLength = way.steps.length

/** What the certificates of a body begin with. */
export const seriesOf = (bodyCode: string) => ({ prefix: 'CQ-2021', bodyCode })

/** The steps that certify a project, with whom to tell of each. */
export function stepsFor(project: string, bodyCode: string): StepRecord[] {
  return stepsOf(way, project).map((step) => ({
    ...step,
    series: seriesOf(bodyCode),
    audiences: audiencesOf(chongqing.edition, step.state.case.application, step.notices),
  }))
}

/** The command that a step answers. */
export function commandOf(project: string, revision: number): IntentKey {
  return { project, command: `command-${revision}` }
}

/**
 * Brings case after case on record through several recorders, some at once, until `stop`. Of those who hear that the record is
 * away some ask again at the next recorder until they are answered; every third never does, and leaves the case as it is.
 */
export function startWriters(recorders: readonly Recorder[], atOnce: number) {
  const writings: Writing[] = []
  let acknowledged = 0
  const stopping = new AbortController()
  let turn = 0

  function recorderInTurn(): Recorder {
    turn += 1
    const recorder = recorders[turn % recorders.length]
    if (!recorder) throw new Error('there is nobody who records')
    return recorder
  }

  /** One attempt at a step, as whoever has asked a workflow makes it. */
  async function attempt(writing: Writing, step: StepRecord): Promise<boolean> {
    const recorder = recorderInTurn()
    const { revision } = step.state
    const intent = commandOf(step.project, revision)
    writing.tried.announce = revision
    if (!(await isDone(() => recorder.announce(intent)))) return false
    writing.announced = revision
    writing.tried.record = revision
    return isDone(() => recorder.record({ steps: [step], intent }))
  }

  async function writeCase(asksAgain: boolean): Promise<void> {
    const project = `case-${writings.length}`
    const writing = { project, announced: 0, acknowledged: 0, tried: { announce: 0, record: 0 } }
    writings.push(writing)
    for (const step of stepsFor(project, bodies[writings.length % bodies.length] ?? '')) {
      if (stopping.signal.aborted) return
      while (!(await attempt(writing, step))) if (!asksAgain) return
      writing.acknowledged = step.state.revision
      acknowledged += 1
    }
  }

  const working = pMap(
    Array.from({ length: atOnce }).keys(),
    async (index) => {
      while (!stopping.signal.aborted) await writeCase(index % 3 > 0)
    },
    { concurrency: atOnce },
  )
  return {
    writings,
    acknowledged: () => acknowledged,
    /** Fails as soon as a recorder says anything but an answer or that MongoDB is away. */
    working,
    /** Ends when those who ask again have their last answer. */
    async stop(): Promise<void> {
      stopping.abort()
      await working
    },
  }
}

/** Whether something was answered; false where MongoDB was away, and nobody can know what has come of it. */
async function isDone(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!isOutageOfMongo(error)) throw error
    return false
  }
}
