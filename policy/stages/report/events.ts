import { z } from 'zod'
import { oneOf } from '../../edition/application.ts'
import type { Edition } from '../../edition/edition.ts'
import { line } from '../../edition/text.ts'
import { inBoth } from '../../words/bilingual.ts'
import { capital } from '../../words/capital.ts'
import { event, everything, nothing, numbered, text } from '../event-row.ts'

/** Officers choose who makes the report, and that third party makes it. */
export const reportEvents = {
  commission: event({
    zh: '委托',
    en: 'commission',
    payload: () => ({
      assignee: line(100).meta({ description: 'The account of the person who is to make the report.' }),
    }),
    probe: () => ({ assignee: '' }),
    permission: { who: 'officers' },
    disclosure: nothing,
    buttonGroup: 'answer',
  }),
  deliverReport: event({
    zh: '提交报告',
    en: 'deliver the report',
    payload: (edition) => ({ grade: gradeSchema(edition), findings: text }),
    probe: () => ({ grade: '', findings: '' }),
    permission: { who: 'stageRoles', claimant: true },
    assignment: 'releases',
    disclosure: everything,
    decides: {
      outcome: 'reported',
      says: ({ by, task, phase, certificate }) => ({
        zh: `${by.zh}已提交${task.zh}，本项目${phase.zh}${numbered(certificate).zh}。`,
        en: `${capital(by.en)} has delivered the ${task.en}: ${phase.en}${numbered(certificate).en}.`,
      }),
    },
    buttonGroup: 'answer',
  }),
}

function gradeSchema({ stages }: Edition): z.ZodType<string> {
  const grades = stages.flatMap((stage) => ('grades' in stage ? stage.grades : []))
  return grades.length > 0
    ? oneOf(grades)
    : z.never(
        inBoth('本版规则没有第三方报告', 'cannot be given: this edition knows no report of a third party'),
      )
}
