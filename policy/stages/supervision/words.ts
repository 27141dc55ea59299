import type { StageOf, Words } from '../../edition/edition.ts'
import { taskStateLabels } from '../common/words.ts'
import { capital } from '../../words/capital.ts'
import type { Sentence } from '../event-row.ts'
import type { TaskRule } from '../kind.ts'
import type { ReportRules } from './kept.ts'

/** The words for where a certified project stands. */
export const stateLabels = {
  ...taskStateLabels,
  building: { zh: '建设中', en: 'under construction' },
  overdue: { zh: '已超期', en: 'overdue' },
  explained: { zh: '超期已说明', en: 'overdue and explained' },
  extensionDecision: { zh: '延期审批', en: 'extension being decided' },
  hearing: { zh: '陈述申辩', en: 'hearing' },
  revocationDecision: { zh: '撤销审批', en: 'revocation being decided' },
  current: { zh: '进展按期', en: 'reports in time' },
  late: { zh: '进展逾期', en: 'report late' },
} as const satisfies Record<string, Words>

/** The words for its regions. */
export const regions = {
  construction: { zh: '建设', en: 'construction' },
  reporting: { zh: '进展填报', en: 'reporting' },
} as const satisfies Record<string, Words>

/** The words for its tasks. */
export const tasks = {
  progressReport: { zh: '项目进展填报', en: 'progress report' },
  completion: { zh: '项目完工', en: 'completion' },
  extensionDecision: { zh: '延期审批', en: 'decision on an extension' },
  revocationDecision: { zh: '撤销审批', en: 'decision on a revocation' },
  hearing: { zh: '陈述申辩', en: 'hearing' },
} as const satisfies Record<string, Words>

/** A task of a certified project. */
export type SupervisionTask = keyof typeof tasks

const instructions = {
  progressReport: { zh: '填报项目进展', en: 'report the progress of the project' },
  completion: {
    zh: '完成建设并报告完工；不能按期完工的，说明原因和整改措施并申请延期，或者申请撤销认定',
    en: 'complete the project and report it; if it cannot be completed in time, say why, what is done about it, and ask for an extension or for a revocation',
  },
  extensionDecision: { zh: '作出审批决定', en: 'decide' },
  revocationDecision: { zh: '作出审批决定', en: 'decide' },
  hearing: { zh: '提交陈述、申辩', en: 'say what is to be said against it' },
} as const satisfies Record<SupervisionTask, Words>

const all: Words = {
  zh: '按期填报项目进展并完成建设',
  en: 'report the progress in time and complete the project',
}

const unheard: Words = {
  zh: '逾期未提交的，视为放弃陈述、申辩，本项目转入撤销审批',
  en: 'Silence until then counts as having nothing to say, and the revocation is then decided',
}

const proposed: Sentence = ({ asker }) => ({
  zh: `${asker.zh}拟撤销本项目的认定，`,
  en: `${capital(asker.en)} proposes to revoke the certification. `,
})

/** The rule of a stage for each of its tasks; for the stage itself, all that the holder owes. */
export function ruleOfSupervision(stage: StageOf<'supervision'>, task: string): TaskRule | undefined {
  const { by, officers, reports, completion, decision, hearing } = stage
  if (task === stage.id)
    return { roles: by, instruction: all, reminders: undefined, lapse: null, source: stage.source }
  const rules = {
    progressReport: reports && { roles: by, ...reports },
    completion: completion && { roles: by, ...completion },
    extensionDecision: decision && { roles: officers, ...decision },
    revocationDecision: decision && { roles: officers, ...decision },
    hearing: hearing && { roles: by, ...hearing },
  } satisfies Record<SupervisionTask, object | undefined>
  const rule = isTask(task) ? rules[task] : undefined
  if (!isTask(task) || !rule) return undefined
  const { roles, reminders, source } = rule
  const isHearing = task === 'hearing'
  return {
    roles,
    instruction: instructions[task],
    reminders,
    source,
    lapse: isHearing ? unheard : null,
    ...(isHearing && { why: proposed }),
  }
}

function isTask(task: string): task is SupervisionTask {
  return Object.hasOwn(tasks, task)
}

/** How often reports are due. */
export const periods = {
  month: { zh: '每月', en: 'each month' },
  quarter: { zh: '每季度', en: 'each quarter' },
  halfYear: { zh: '每半年', en: 'each half-year' },
  year: { zh: '每年', en: 'each year' },
} as const satisfies Record<ReportRules['every'], Words>

/** How the date of a task comes about that no length of time gives. */
export function dateRuleOf({ reports, extension }: StageOf<'supervision'>, task: string): Words {
  if (task === 'progressReport' && reports) {
    const { zh, en } = periods[reports.every]
    const { days } = reports.within
    return { zh: `${zh}，期末后 ${days} 天`, en: `${en}, ${days} days after its end` }
  }
  if (!extension) return { zh: '项目计划完工日', en: "the project's own date" }
  const { atMost, months } = extension
  return {
    zh: `项目计划完工日；可延期 ${atMost} 次，每次至多 ${months} 个月`,
    en: `the project's own date; it may be moved ${atMost} times, by ${months} months each`,
  }
}
