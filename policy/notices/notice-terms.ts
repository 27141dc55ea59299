import type { Edition, Words } from '../edition/edition.ts'
import { nameOfTask } from '../case/labels.ts'
import { ruleOf } from './notice-rules.ts'
import { named } from './notice-words.ts'
import { fullDayWords } from '../words/date-words.ts'
import type { Arisen, NoticeCase } from './notice.ts'
import { officeOf } from '../edition/offices.ts'
import type { NoticeTerms } from '../stages/event-row.ts'
import { groundsIn, kindOf } from '../stages/index.ts'
import type { TaskRule } from '../stages/kind.ts'

/** The words that sentences about a notice are made of; what a notice does not have is empty. */
export type Terms = NoticeTerms & {
  notice: Arisen
  ground: Words
  /** Who owes the task. */
  owner: Words
  /** Why it is owed, where a rule says more than that it is. */
  why: TaskRule['why']
}

/** A sentence about a notice. */
export type KindSentence = (terms: Terms) => Words

/** The words of a notice about a case. */
export function termsOf(edition: Edition, notice: Arisen, kase: NoticeCase): Terms {
  const { task, part, by, dueOn, from, phase, request } = notice
  const none = { zh: '', en: '' }
  const owes = (id: string) =>
    named((ruleOf(edition, id)?.roles ?? []).map((role) => officeOf(edition, role, kase)))
  return {
    notice,
    task: nameOfTask(edition, task, part),
    by: by === null ? { zh: '本系统', en: 'the system' } : officeOf(edition, by.role, kase),
    due: dueOn === null ? none : fullDayWords(dueOn),
    from: from === null ? none : fullDayWords(from),
    phase: nameOfTask(edition, phase),
    ground: groundWords(edition, notice),
    certificate: kase.certificate,
    effect: effectWords(edition, task),
    asker: request ? officeOf(edition, request.role, kase) : edition.authority,
    owner: owes(task),
    why: ruleOf(edition, task)?.why,
    decider: owes('revocationDecision'),
  }
}

function effectWords({ stages }: Edition, task: string): Words | undefined {
  const stage = stages.find(({ id }) => id === task)
  return stage && kindOf(stage).takesEffect
}

function groundWords(edition: Edition, { ground }: Arisen): Words {
  return groundsIn(edition).find(({ id }) => id === ground) ?? { zh: ground ?? '', en: ground ?? '' }
}
