import { entryRows, rowOf } from '../case/events.ts'
import type { Edition, Words } from '../edition/edition.ts'
import type { Arisen, NoticeCase, NoticeKind } from './notice.ts'
import { termsOf, type KindSentence, type Terms } from './notice-terms.ts'
import type { EntryRow } from '../stages/event-row.ts'
import { capital } from '../words/capital.ts'

/** What has happened and by whom, as sentences. */
export function eventOf(edition: Edition, notice: Arisen, kase: NoticeCase): Words {
  return sentences[notice.kind](termsOf(edition, notice, kase))
}

const reminding: KindSentence = (terms) => {
  const { notice, task, due, why } = terms
  const { days, dueOn } = notice
  const { zh, en } = why?.(terms) ?? { zh: '', en: '' }
  if (dueOn === null) return { zh: `${zh}${task.zh}待办。`, en: `${en}The ${task.en} waits.` }
  if (days !== null && days < 0)
    return {
      zh: `${zh}${task.zh}已于${due.zh}到期，至今未办。`,
      en: `${en}The ${task.en} was due on ${due.en} and is not done.`,
    }
  return { zh: `${zh}${task.zh}将于${due.zh}到期。`, en: `${en}The ${task.en} is due on ${due.en}.` }
}

const opened: KindSentence = (terms) => {
  const { notice, task, due } = terms
  const opens = notice.event === null ? undefined : rowOf({ type: notice.event })?.opens
  if (opens) return opens.says(terms)
  if (notice.days === null || notice.days >= 0)
    return { zh: `${task.zh}现由你单位办理。`, en: `The ${task.en} is yours now.` }
  return {
    zh: `${task.zh}现由你单位办理，到期日${due.zh}已过。`,
    en: `The ${task.en} is yours now; it was due on ${due.en}.`,
  }
}

/** The date that stood, where there was one. */
function stood({ from }: Terms): Words {
  return from.zh === '' ? { zh: '', en: '' } : { zh: `，原定到期日为${from.zh}`, en: `, due on ${from.en},` }
}

/** The date that stands, where there is one. */
function stands({ due }: Terms): Words {
  return due.zh === '' ? due : { zh: `，到期日为${due.zh}`, en: `, due on ${due.en},` }
}

/** From which date to which, where there was one before. */
function change({ from, due }: Terms): Words {
  if (from.zh === '') return { zh: `为${due.zh}`, en: `is ${due.en}` }
  if (from.zh === due.zh) return { zh: `仍为${due.zh}`, en: `is ${due.en} as before` }
  return { zh: `由${from.zh}改为${due.zh}`, en: `is moved from ${from.en} to ${due.en}` }
}

const sentences = {
  opened,
  before: reminding,
  due: reminding,
  after: reminding,
  escalation: (terms) => ({
    zh: `${terms.owner.zh}应办的事项逾期，现予上报：${reminding(terms).zh}`,
    en: `Reported to you because ${terms.owner.en} is late: ${reminding(terms).en}`,
  }),
  urge: (terms) => ({
    zh: `${terms.by.zh}予以催办：${reminding(terms).zh}`,
    en: `Urged by ${terms.by.en}: ${reminding(terms).en}`,
  }),
  takeover: (terms) => ({
    zh: `${terms.task.zh}可由上级主管部门接办${stands(terms).zh}：原承办单位有人员须回避，或已逾期，或未设期限。回避的人员不得办理。`,
    en: `The ${terms.task.en}${stands(terms).en} may be taken over by the authority above: four eyes shut out an officer of those who owe it, or it is late or has no due date. Who is shut out decides nothing.`,
  }),
  withdrawn: ({ task, by }) => ({
    zh: `${by.zh}已撤回所提申请，${task.zh}不再办理。`,
    en: `${capital(by.en)} has taken the request back; the ${task.en} is over.`,
  }),
  replaced: ({ task, by }) => ({
    zh: `${by.zh}已另行提出申请，原${task.zh}不再办理，须按新的申请重新签收。`,
    en: `${capital(by.en)} has made another request in its place; the ${task.en} is over, and the new one is to be claimed anew.`,
  }),
  moved: (terms) => {
    const { event } = terms.notice
    const isTaken = event !== null && rowOf({ type: event })?.moreTime === true
    if (!isTaken && event !== 'recalculate')
      return {
        zh: `决定作出时原定日期已过，${terms.task.zh}以决定作出之日${terms.due.zh}为最后一日。`,
        en: `The date had passed when this was decided: the day of the decision, ${terms.due.en}, is the last for the ${terms.task.en}.`,
      }
    const how = isTaken ? `${terms.by.zh}延长办理时限` : '工作日历调整'
    const who = isTaken ? `${capital(terms.by.en)} takes longer` : 'The calendar has changed'
    return {
      zh: `${how}，${terms.task.zh}的到期日${change(terms).zh}。`,
      en: `${who}: the due date of the ${terms.task.en} ${change(terms).en}.`,
    }
  },
  hold: (terms) => ({
    zh: `${terms.by.zh}暂停办理本项目，${terms.task.zh}停止计算期限${stood(terms).zh}。`,
    en: `${capital(terms.by.en)} holds this case; the ${terms.task.en}${stood(terms).en} stands still.`,
  }),
  endHold: (terms) => ({
    zh: `${terms.by.zh}恢复办理本项目，${terms.task.zh}的到期日${change(terms).zh}。`,
    en: `${capital(terms.by.en)} lets this case go on; the due date of the ${terms.task.en} ${change(terms).en}.`,
  }),
  suspend: (terms) => ({
    zh: `${terms.by.zh}因${terms.ground.zh}暂停${terms.task.zh}的计时${stood(terms).zh}，所需时间不计入办理期限。`,
    en: `${capital(terms.by.en)} stops the clock of the ${terms.task.en}${stood(terms).en} for: ${terms.ground.en}. That time does not count.`,
  }),
  resume: (terms) => ({
    zh: `${terms.by.zh}恢复${terms.task.zh}的计时，到期日${change(terms).zh}。`,
    en: `${capital(terms.by.en)} starts the clock of the ${terms.task.en} again; its due date ${change(terms).en}.`,
  }),
  released: (terms) => ({
    zh: `你签收的${terms.task.zh}已由${terms.by.zh}的其他人员退回待办${stands(terms).zh}。`,
    en: `Another officer of ${terms.by.en} has released the ${terms.task.en}${stands(terms).en} that you had claimed.`,
  }),
  outcome: (terms) => {
    const { event } = terms.notice
    const row: EntryRow | undefined = event === null ? undefined : entryRows[event]
    return row?.decides?.says(terms) ?? { zh: `${terms.phase.zh}。`, en: `${terms.phase.en}.` }
  },
} satisfies Record<NoticeKind, KindSentence>
