import type { OpenTask } from '../../policy/case/case.ts'
import { stageAt } from '../../policy/stages/index.ts'
import { planAssessment, planCorrection, planReport, planReview, planSubmission } from './plan-procedure.ts'
import { planSupervision } from './plan-supervision.ts'
import type { Planned, Scene } from './scene.ts'

/** What those whose turn it is mean to do about a task, in the order of the days; nothing, if they let it lie. */
export function planTask(scene: Scene, task: OpenTask): Planned {
  return planAs(scene, task).toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}

function planAs(scene: Scene, task: OpenTask): Planned {
  const { stages } = scene.edition
  const stage = stages.find(({ id }) => id === task.task) ?? stageAt(scene.edition, scene.state.value)
  switch (stage?.kind) {
    case 'selfAssessment':
      return planAssessment(scene, stage, task)
    case 'filing':
      return planSubmission(scene, stage, task)
    case 'review':
    case 'jointReview':
      return planReview(scene, stage, task)
    case 'report':
      return planReport(scene, stage, task)
    case 'correction':
      return planCorrection(scene, stage, task)
    case 'supervision':
      return planSupervision(scene, stage, task)
    // Nobody in the simulation objects.
    case 'publicNotice':
    case undefined:
      return []
  }
}
