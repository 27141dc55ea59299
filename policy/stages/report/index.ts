import type { Case } from '../../case/case.ts'
import type { CaseEvent, ProjectEvent } from '../../case/events.ts'
import type { StageOf, Words } from '../../edition/edition.ts'
import type { Refusal } from '../../errors.ts'
import type { Duty } from '../../time/duty.ts'
import { also, withdrawal } from '../arrows.ts'
import { dutyOfStage, ruleOfStage } from '../duty-of-stage.ts'
import type { Arrow, Kind, Routes } from '../kind.ts'
import type { Commission } from './commissions.ts'
import { findReportFaults } from './faults.ts'

type Report = StageOf<'report'>

const tasks = { commission: { zh: '委托第三方', en: 'commission of the report' } } as const satisfies Record<
  string,
  Words
>

/** A third party, chosen by one role or by several jointly, looks at the case and grades it. */
export const report: Kind<Report> = {
  zh: '第三方报告',
  en: 'report of a third party',
  inOrder: true,
  hands: true,
  stateLabels: {
    commissioning: { zh: '待委托', en: 'to be commissioned' },
    making: { zh: '报告编制中', en: 'report being made' },
  },
  tasks,
  parts: ({ commissionedBy: { roles, jointly } }) => (jointly ? roles : []),
  answers: ({ grades }) => Object.fromEntries(grades.map(({ id, to }) => [id, to])),
  state: (stage, routes) => ({
    initial: 'commissioning',
    states: {
      commissioning: {
        on: { commission: [{ target: 'making', guard: asks(stage, 'isAgreed') }, {}] },
      },
      making: {
        on: { release: [{ target: 'commissioning' }], deliverReport: gradings(stage, routes) },
      },
    },
    on: { ...withdrawal(stage, routes), urge: [{}] },
  }),
  guards: {
    isAgreed: (stage, kept, event) => assigneeAgreed(stage, kept, event) !== undefined,
    isGraded: (_stage, _kept, event, _moment, grade) =>
      event.type === 'deliverReport' && event.grade === grade,
  },
  enter: (kept) => ({ ...kept, commissions: [] }),
  remember: (stage, kept, event) => {
    if (event.type === 'release') return { ...kept, commissions: [] }
    if (event.type !== 'commission') return kept
    const user = assigneeAgreed(stage, kept, event)
    return {
      ...kept,
      commissions: namedAfter(kept, event),
      ...(user !== undefined && {
        assignments: [...kept.assignments, { task: stage.id, part: null, user }],
      }),
    }
  },
  duties: (stage, { value, case: kept }) =>
    typeof value !== 'string' && Object.values(value)[0] === 'making'
      ? [dutyOfStage(stage, kept)]
      : commissionDuties(stage, kept),
  rule: (_edition, stage, task) => {
    const { commissionedBy } = stage
    return task === 'commission'
      ? ruleOfStage(
          { ...stage, by: commissionedBy.roles, deadline: commissionedBy.deadline },
          instructions.commission,
        )
      : ruleOfStage(stage, instructions.report)
  },
  officers: ({ commissionedBy: { roles } }, part) => (part === null ? roles : [part]),
  reminders: ({ deadline, commissionedBy }) =>
    Object.entries({ deadline, commissionedBy: commissionedBy.deadline }).flatMap(([field, rule]) =>
      rule?.reminders ? [[field, rule.reminders]] : [],
    ),
  findRefusal: findGradeRefusal,
  faults: findReportFaults,
}

const instructions = {
  commission: { zh: '选定第三方人员', en: 'choose who makes the report' },
  report: { zh: '编制并提交报告', en: 'make the report and deliver it' },
} as const satisfies Record<string, Words>

/** Each role that has not named anybody yet, or somebody else than another, still has to; where one is enough, any of them. */
function commissionDuties(stage: Report, { commissions = [] }: Pick<Case, 'commissions'>): Duty[] {
  const { roles, jointly, deadline } = stage.commissionedBy
  const duty = (by: string[], part: string | null): Duty => ({
    ...dutyOfStage({ ...stage, by, deadline }, { assignments: [] }, part),
    task: 'commission',
  })
  if (!jointly) return [duty(roles, null)]
  const latest = commissions.at(-1)?.assignee
  const named = new Set(commissions.filter(({ assignee }) => assignee === latest).map(({ part }) => part))
  return roles.filter((role) => !named.has(role)).map((role) => duty([role], role))
}

/** What each role has named after an event; a role that names somebody else has changed its mind. */
function namedAfter(
  { commissions = [] }: Case,
  { part, assignee, by }: Extract<CaseEvent, { type: 'commission' }>,
): Commission[] {
  const own = part ?? by.role
  return [...commissions.filter((each) => each.part !== own), { part: own, assignee }]
}

/** The person on whom, with an event, everybody who must has agreed. */
function assigneeAgreed({ commissionedBy }: Report, kept: Case, event: CaseEvent): string | undefined {
  if (event.type !== 'commission') return undefined
  const named = namedAfter(kept, event).filter(({ assignee }) => assignee === event.assignee)
  const needed = commissionedBy.jointly ? commissionedBy.roles.length : 1
  return named.length >= needed ? event.assignee : undefined
}

/** The arrows of each grade; the last takes what no other does, since a grade of another stage is refused before. */
function gradings({ id: stage, grades }: Report, routes: Routes): Arrow[] {
  return grades.flatMap(({ id }, at) => {
    const isLast = at === grades.length - 1
    const isGraded = { asks: [{ stage, question: 'isGraded', of: id }] }
    return routes.of(stage, id).map((arrow) => (isLast ? arrow : also(arrow, isGraded)))
  })
}

function findGradeRefusal({ grades }: Report, _kept: Case, event: ProjectEvent): Refusal | undefined {
  if (event.type !== 'deliverReport' || grades.some(({ id }) => id === event.grade)) return undefined
  return { code: 'fact-not-possible', field: 'grade', allowed: grades.map(({ id }) => id), words: otherGrade }
}

const otherGrade: Words = {
  zh: '此环节的报告没有这一结论。',
  en: 'The report of this stage has no such grade.',
}

function asks({ id: stage }: Report, question: string) {
  return { asks: [{ stage, question }] }
}
