import type { Edition, Words } from '../edition/edition.ts'
import { lengthWords } from '../words/length-words.ts'
import { inBoth } from './notice-words.ts'
import { kindOf } from '../stages/index.ts'
import type { TaskRule } from '../stages/kind.ts'

/** The rule of an edition for a task: a stage, or what is owed in one. */
export function ruleOf(edition: Edition, task: string): TaskRule | undefined {
  const named = edition.stages.find(({ id }) => id === task)
  const stage = named ?? edition.stages.find((each) => Object.hasOwn(kindOf(each).tasks ?? {}, task))
  return stage && kindOf(stage).rule(edition, stage, task)
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
