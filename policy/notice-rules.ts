import type { Edition, Reminders, Words } from './edition.ts'
import { inBoth, lengthWords } from './notice-words.ts'
import { supervisionOf } from './supervision.ts'

/** What there is to do about a task, in an edition's own words where they differ. */
export type TaskRule = {
  /** Who owes it. */
  roles: string[]
  /** What is to be done, to follow “please”. */
  deed: Words
  reminders: Reminders | undefined
  /** What happens to the case itself if nothing is done; nothing does, if it is null. */
  lapse: Words | null
}

const deeds = {
  selfAssessment: { zh: '完成测评', en: 'complete the assessment' },
  filing: { zh: '填报并提交申请', en: 'complete and submit the application' },
  correction: { zh: '补正后重新提交', en: 'correct the application and submit it again' },
  review: { zh: '办结', en: 'decide the case' },
  supervision: {
    zh: '按期填报项目进展并完成建设',
    en: 'report the progress in time and complete the project',
  },
  progressReport: { zh: '填报项目进展', en: 'report the progress of the project' },
  completion: {
    zh: '完成建设并报告完工；不能按期完工的，说明原因和整改措施并申请延期，或者申请撤销认定',
    en: 'complete the project and report it; if it cannot be completed in time, say why, what is done about it, and ask for an extension or for a revocation',
  },
  decision: { zh: '作出审批决定', en: 'decide' },
  hearing: { zh: '提交陈述、申辩', en: 'say what is to be said against it' },
} as const satisfies Record<string, Words>

/** The rule of an edition for a task: a stage, or what is owed in the stage of certified projects. */
export function ruleOf(edition: Edition, task: string): TaskRule | undefined {
  const stage = edition.stages.find(({ id }) => id === task)
  if (!stage) return ruleOfSupervised(edition, task)
  const deadline = 'deadline' in stage ? stage.deadline : undefined
  const lapse = stage.kind === 'correction' ? lapseWords(edition, stage.lapse) : null
  return { roles: stage.by, deed: deeds[stage.kind], reminders: deadline?.reminders, lapse }
}

function ruleOfSupervised(edition: Edition, task: string): TaskRule | undefined {
  const stage = supervisionOf(edition)
  if (!stage) return undefined
  const { by, officers, reports, completion, decision, hearing } = stage
  switch (task) {
    case 'progressReport':
      return { roles: by, deed: deeds.progressReport, reminders: reports.reminders, lapse: null }
    case 'completion':
      return { roles: by, deed: deeds.completion, reminders: completion.reminders, lapse: null }
    case 'extensionDecision':
    case 'revocationDecision':
      return { roles: officers, deed: deeds.decision, reminders: decision.reminders, lapse: null }
    case 'hearing':
      return { roles: by, deed: deeds.hearing, reminders: hearing.reminders, lapse: unheard }
    default:
      return undefined
  }
}

const unheard: Words = {
  zh: '逾期未提交的，视为放弃陈述、申辩，本项目转入撤销审批',
  en: 'Silence until then counts as having nothing to say, and the revocation is then decided',
}

function lapseWords(
  { ends }: Edition,
  lapse: { days: number; unit: 'workingDays' | 'calendarDays'; to: string } | undefined,
): Words | null {
  const end = ends.find(({ id }) => id === lapse?.to)
  if (!lapse || !end) return null
  const length = lengthWords(lapse.days, lapse.unit)
  return {
    zh: `逾期满${length.zh}仍未办理的，本项目按“${end.zh}”处理`,
    en: `If nothing is done within another ${length.en}, the case ends as “${end.en}”`,
  }
}

/** What happens if a task is not done in time: to the case, and who is told. `name` says what the roles are called. */
export function otherwiseOf(
  { lapse, reminders }: TaskRule,
  unit: 'workingDays' | 'calendarDays',
  name: (role: string) => Words,
): Words {
  const late: Words = { zh: '逾期的，标记为超期', en: 'What is late is marked overdue' }
  const told = (reminders?.escalate ?? []).map(({ after, to }) => {
    const length = lengthWords(after, unit)
    return inBoth((language) => {
      const who = to.map((role) => name(role)[language]).join(language === 'zh' ? '、' : ' and ')
      if (language === 'zh') return after === 0 ? `逾期次日告知${who}` : `逾期满${length.zh}告知${who}`
      return after === 0 ? `${who} is told the day after` : `${who} is told after ${length.en}`
    })
  })
  const all = [...(lapse ? [lapse] : [late]), ...told]
  return inBoth(
    (language) =>
      `${all.map((each) => each[language]).join(language === 'zh' ? '，' : '; ')}${language === 'zh' ? '。' : '.'}`,
  )
}
