import type { OpenTask } from '../../policy/case/case.ts'
import { addDays } from '../../policy/time/dates.ts'
import { planOf } from '../../policy/edition/plan.ts'
import type { StageOf } from '../../policy/edition/edition.ts'
import { addMonths } from '../../policy/time/periods.ts'
import { applicantOf, officerOf } from './people.ts'
import { planDecision } from './plan-procedure.ts'
import { after, before, dueOf, type Planned, type Scene } from './scene.ts'

type Supervision = StageOf<'supervision'>

/** What is meant to be done about a task of a certified project. */
export function planSupervision(scene: Scene, stage: Supervision, task: OpenTask): Planned {
  switch (task.task) {
    case 'progressReport':
      return planReport(scene, stage, task)
    case 'completion':
      return [...planCompletion(scene, stage, task), ...planRevocation(scene, stage, task)]
    case 'hearing':
      return planHearing(scene, stage, task)
    case 'extensionDecision':
      return planDecision(scene, stage, task, ({ grants }) =>
        scene.prng.happens(grants)
          ? { type: 'grantExtension' }
          : { type: 'refuseExtension', reason: '延期理由不充分' },
      )
    case 'revocationDecision':
      return planDecision(scene, stage, task, ({ revokes }) =>
        scene.prng.happens(revokes)
          ? { type: 'revoke', reason: '项目已停止实施' }
          : { type: 'refuseRevocation', reason: '项目仍在实施' },
      )
    default:
      throw new RangeError(`nobody knows what to do about ${task.task}`)
  }
}

function planReport(scene: Scene, { by: roles }: Supervision, task: OpenTask): Planned {
  const { edition, behaviour, prng, state } = scene
  const { days, lateBy, ...shares } = behaviour.enterprises.report
  const by = applicantOf(edition, roles, state.case.application)
  const body = { type: 'report', percent: prng.whole([10, 95]), invested: {} } as const
  const due = dueOf(scene, task)
  switch (prng.pick(shares)) {
    case 'inTime':
      return [{ on: before(scene, due, days, task.on), by, body }]
    case 'late':
      return [{ on: after(scene, due, lateBy), by, body }]
    case 'never':
      return []
  }
}

function planCompletion(scene: Scene, stage: Supervision, task: OpenTask): Planned {
  const { inTime, extends: asks, overruns, silent, days } = scene.behaviour.enterprises.completion
  const due = laterOf(dueOf(scene, task), task.on)
  const by = applicantOf(scene.edition, stage.by, scene.state.case.application)
  switch (scene.prng.pick({ inTime, asks, overruns, silent })) {
    case 'inTime':
      return [{ by, ...completing(scene, before(scene, due, days, task.on)) }]
    case 'asks':
      return [
        { by, ...asking(scene, stage, task, before(scene, due, days, task.on)) },
        { by, ...completing(scene, after(scene, due, days)) },
      ]
    case 'overruns':
      return planOverrun(scene, stage, task, due).map((act) => ({ by, ...act }))
    case 'silent':
      return []
  }
}

function planOverrun(
  scene: Scene,
  stage: Supervision,
  task: OpenTask,
  due: string,
): Omit<Planned[number], 'by'>[] {
  const { explainsAfter, afterwards, afterwardsDays } = scene.behaviour.enterprises.completion
  const explainOn = after(scene, due, explainsAfter)
  const nextOn = after(scene, explainOn, afterwardsDays)
  const explained = { on: explainOn, body: { type: 'explainOverdue', ...overrun } } as const
  switch (scene.prng.pick(afterwards)) {
    case 'completes':
      return [explained, completing(scene, nextOn)]
    case 'asksForExtension':
      return [
        explained,
        asking(scene, stage, task, nextOn),
        completing(scene, after(scene, nextOn, afterwardsDays)),
      ]
    case 'asksForRevocation':
      return [explained, { on: nextOn, body: { type: 'requestRevocation', reason: '项目已停止实施' } }]
  }
}

const overrun = { reason: '设备到货延迟', measures: '增加班次，倒排工期' } as const

function completing({ edition, state, prng }: Scene, on: string) {
  const { effects } = planOf(edition, state.case.application)
  const reached = prng.happens(0.1) ? effects.slice(0, -1) : effects
  return { on, body: { type: 'complete', completedOn: on, effects: reached } as const }
}

function asking(scene: Scene, { extension }: Supervision, task: OpenTask, on: string) {
  const from = laterOf(dueOf(scene, task), on)
  const wanted = addDays(from, scene.prng.whole(scene.behaviour.enterprises.completion.extensionDays))
  const last = addMonths(from, extension?.months ?? 1)
  const completeOn = wanted < last ? wanted : last
  return { on, body: { type: 'requestExtension', ...overrun, completeOn } as const }
}

/** Some districts find that a certified project is not what it was said to be. */
function planRevocation(scene: Scene, { officers }: Supervision, task: OpenTask): Planned {
  const { share, days } = scene.behaviour.officers.startsRevocation
  const isExtended = scene.state.case.supervision?.extensions.length !== 0
  if (isExtended || !scene.prng.happens(share)) return []
  const by = officerOf(scene.edition, officers, 'inspection', scene.state.case.application)
  const body = { type: 'requestRevocation', reason: '现场检查未见项目实施' } as const
  return [{ on: after(scene, task.on, days), by, body }]
}

function planHearing(scene: Scene, { by: roles }: Supervision, task: OpenTask): Planned {
  const { answers, days } = scene.behaviour.enterprises.hearing
  if (!scene.prng.happens(answers)) return []
  const by = applicantOf(scene.edition, roles, scene.state.case.application)
  return [
    { on: after(scene, task.on, days), by, body: { type: 'respond', statement: '项目仍在实施，附进展材料' } },
  ]
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b
}
