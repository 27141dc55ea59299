import type { OpenTask } from '../../policy/case/case.ts'
import { fieldFor } from '../../policy/edition/form.ts'
import { planOf } from '../../policy/edition/plan.ts'
import type { StageOf } from '../../policy/edition/edition.ts'
import { assessedLevel } from '../../policy/stages/self-assessment/index.ts'
import type { Behaviour, OfficerBehaviour } from './behaviour.ts'
import { applicantOf, officerOf, scopeOfRoles } from './people.ts'
import { after, before, dueOf, workingDay, type Planned, type Scene } from './scene.ts'

type Preparation = Behaviour['enterprises']['assessment']

/** The enterprise measures itself, or gives up. */
export function planAssessment(scene: Scene, stage: StageOf<'selfAssessment'>, task: OpenTask): Planned {
  const score = scene.prng.whole([100, 380]) / 100
  const measure = { type: 'completeAssessment', score, level: assessedLevel(score) } as const
  return planPreparation(scene, stage, task, scene.behaviour.enterprises.assessment, measure)
}

/** The enterprise submits what it has prepared, or gives up. */
export function planSubmission(scene: Scene, stage: StageOf<'filing'>, task: OpenTask): Planned {
  return planPreparation(scene, stage, task, scene.behaviour.enterprises.submission, { type: 'submit' })
}

function planPreparation(
  scene: Scene,
  { by: roles }: { by: string[] },
  { on: openedOn }: OpenTask,
  { days, givesUp, withdraws }: Preparation,
  body: Planned[number]['body'],
): Planned {
  const by = applicantOf(scene.edition, roles, scene.state.case.application)
  const on = after(scene, openedOn, days)
  if (!scene.prng.happens(givesUp)) return [{ on, by, body }]
  return scene.prng.happens(withdraws) ? [{ on, by, body: withdrawal }] : []
}

const withdrawal = { type: 'withdraw', reason: '企业计划变更，撤回申请' } as const

/** The enterprise mends what was returned: in time, late, or never. */
export function planCorrection(scene: Scene, { by: roles }: StageOf<'correction'>, task: OpenTask): Planned {
  const { application } = scene.state.case
  const { days, lateBy, ...shares } = scene.behaviour.enterprises.correction
  const by = applicantOf(scene.edition, roles, application)
  const paper = { kind: 'report', number: `BZ-${task.entry}`, note: '补正材料' } as const
  const field = fieldFor(scene.edition, 'papers')
  const papers = [...planOf(scene.edition, application).papers, paper].slice(-(field?.copies ?? 1))
  const mended = field?.copies === undefined ? application : { ...application, [field.id]: papers }
  const body = { type: 'resubmit', application: mended } as const
  switch (scene.prng.pick(shares)) {
    case 'inTime':
      return [{ on: after(scene, task.on, days), by, body }]
    case 'late':
      return [{ on: after(scene, dueOf(scene, task), lateBy), by, body }]
    case 'withdraws':
      return [{ on: after(scene, task.on, days), by, body: withdrawal }]
    case 'never':
      return []
  }
}

/** Officers claim a case and decide it: as a rule in time, some late, some with more time or while experts are asked. */
export function planReview(scene: Scene, stage: Review, task: OpenTask): Planned {
  const { edition, state, prng } = scene
  const roles = task.part === null ? stage.by : [task.part]
  const officer = officersOf(scene, roles)
  const by = officerOf(edition, roles, stage.id, state.case.application)
  const { ownExtension, suspension } = { ownExtension: undefined, suspension: undefined, ...stage }
  const claimOn = after(scene, task.on, officer.claim)
  const claim = { on: claimOn, by, body: { type: 'claim' } } as const
  const decision = { by, body: decide(scene, stage, officer) }
  const { late, takesLonger, suspends } = officer
  const manner = prng.pick({
    late: stage.deadline ? late.share : 0,
    longer: stage.deadline && ownExtension ? takesLonger.share : 0,
    suspended: suspension ? suspends.share : 0,
    usual: Math.max(0, 1 - late.share - takesLonger.share - suspends.share),
  })
  switch (manner) {
    case 'late':
      return [claim, { on: after(scene, dueOf(scene, task), late.by), ...decision }]
    case 'longer':
      return [claim, ...longer(scene, ownExtension, task, claim, decision)]
    case 'suspended':
      return [claim, ...suspended(scene, suspension, claim, decision, officer)]
    case 'usual':
      return [claim, { on: after(scene, claimOn, officer.decide), ...decision }]
  }
}

/** One of those who must commissions a report; whoever was chosen makes it, and it comes to the first of the grades. */
export function planReport(scene: Scene, stage: StageOf<'report'>, task: OpenTask): Planned {
  const { edition, state } = scene
  const third = officerOf(edition, stage.by, stage.id, state.case.application)
  const officer = officersOf(scene, stage.commissionedBy.roles)
  const grade = stage.grades[0]?.id ?? ''
  if (task.task === stage.id) {
    const body = { type: 'deliverReport', grade, findings: '经核查，情况属实' } as const
    return [{ on: after(scene, task.on, officer.decide), by: third, body }]
  }
  const roles = task.part === null ? stage.commissionedBy.roles : [task.part]
  const by = officerOf(edition, roles, stage.id, state.case.application)
  return [
    { on: after(scene, task.on, officer.claim), by, body: { type: 'commission', assignee: third.user } },
  ]
}

type Review = StageOf<'review' | 'jointReview'>
type Decision = Omit<Planned[number], 'on'>

function longer(
  scene: Scene,
  ownExtension: StageOf<'review'>['ownExtension'],
  task: OpenTask,
  { on: claimOn, by }: Planned[number],
  decision: Decision,
): Planned {
  const due = dueOf(scene, task)
  const on = before(scene, due, [1, 3], claimOn)
  const body = { type: 'extendTime', reason: '案情复杂，经负责人批准延长' } as const
  return [
    { on, by, body },
    { on: after(scene, due, [1, ownExtension?.days ?? 1]), ...decision },
  ]
}

function suspended(
  scene: Scene,
  suspension: StageOf<'review'>['suspension'],
  { on, by }: Planned[number],
  decision: Decision,
  { suspends, decide: days }: OfficerBehaviour,
): Planned {
  const ground = suspension?.grounds[0]?.id ?? ''
  const resumeOn = after(scene, on, suspends.days)
  return [
    { on, by, body: { type: 'suspend', ground, reason: '组织专家评审' } },
    { on: resumeOn, by, body: { type: 'resume' } },
    { on: after(scene, resumeOn, days), ...decision },
  ]
}

function decide(
  { prng, incomplete }: Scene,
  { answers: given }: Review,
  { rejects, returns }: OfficerBehaviour,
): Planned[number]['body'] {
  const answers = Array.isArray(given) ? given : Object.keys(given)
  if (incomplete && answers.includes('return')) return { type: 'return', reason: '材料不全，请补正' }
  const answer = prng.pick({
    reject: answers.includes('reject') ? rejects : 0,
    return: answers.includes('return') ? returns : 0,
    approve: Math.max(0, 1 - rejects - returns),
  })
  switch (answer) {
    case 'reject':
      return { type: 'reject', reason: '经核实，投资与申报不符' }
    case 'return':
      return { type: 'return', reason: '请补充说明' }
    case 'approve':
      return { type: 'approve', opinion: '经核实，投资属实' }
  }
}

/** An officer claims what an enterprise asks for and decides it, in time or late. */
export function planDecision(
  scene: Scene,
  { officers }: StageOf<'supervision'>,
  task: OpenTask,
  decided: (officer: OfficerBehaviour) => Planned[number]['body'],
): Planned {
  const officer = officersOf(scene, officers)
  const by = officerOf(scene.edition, officers, 'supervision', scene.state.case.application)
  const claimOn = after(scene, task.on, officer.claim)
  const on = scene.prng.happens(officer.late.share)
    ? after(scene, dueOf(scene, task), officer.late.by)
    : workingDay(scene.calendar, claimOn, scene.prng.whole([0, 4]))
  return [
    { on: claimOn, by, body: { type: 'claim' } },
    { on, by, body: decided(officer) },
  ]
}

function officersOf({ edition, behaviour: { officers } }: Scene, roles: readonly string[]): OfficerBehaviour {
  return scopeOfRoles(edition, roles) === 'all' ? officers.municipal : officers.district
}
