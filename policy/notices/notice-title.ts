import { entryRows, rowOf } from '../case/events.ts'
import type { EntryRow } from '../stages/event-row.ts'
import type { HistoryEntry } from '../case/case.ts'
import { shanghaiDate } from '../time/dates.ts'
import { decisionBy } from '../case/decisions.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { eventLabels, nameOfTask } from '../case/labels.ts'
import { noticeLabels, type Arisen, type Notice } from './notice.ts'
import { lengthWords } from '../words/length-words.ts'
import { begun } from './notice-words.ts'
import { dayWords } from '../words/date-words.ts'
import { phaseOf } from '../case/phase.ts'

type Named = Pick<Edition, 'stages' | 'ends' | 'roles'>

/**
 * The title of a notice on a day, wherever it is shown: in a mail, an inbox, a call, a case file and a history. Days that were
 * counted on another day are not told.
 */
export function titleOf(edition: Named, notice: Arisen, today: string): Words {
  return begun(wordsOf(edition, notice, today))
}

function wordsOf(edition: Named, notice: Arisen, today: string): Words {
  const task = nameOfTask(edition, notice.task, notice.part)
  const kind = noticeLabels[notice.kind]
  const due = dueWords(notice, task, today)
  switch (notice.kind) {
    case 'before':
    case 'due':
    case 'after':
      return due ?? { zh: `${task.zh}${kind.zh}`, en: `${task.en}: ${kind.en}` }
    case 'escalation':
    case 'urge':
      return headed(kind, due ?? task)
    case 'moved':
      return movedTitle(notice, task)
    case 'opened':
      return headed(openedLabel(notice), task)
    case 'hold':
    case 'endHold':
    case 'suspend':
    case 'resume':
    case 'released':
    case 'takeover':
    case 'withdrawn':
    case 'replaced':
      return headed(kind, task)
    case 'outcome':
      return outcomeTitle(edition, task, notice)
  }
}

/** The title of a line of the history: a decision as its notice has it, else what was done and which stage it led to. */
export function titleOfLine(
  edition: Named,
  { type, from, to }: Pick<HistoryEntry, 'type' | 'from' | 'to'>,
): Words {
  const [before, phase] = [phaseOf(from ?? to), phaseOf(to)]
  const decision = decisionBy(edition, type, before)
  if (decision && ownName(type))
    return begun(outcomeTitle(edition, nameOfTask(edition, decision.task), { event: type, phase }))
  const done = eventLabels[type]
  if (before === phase) return begun(done)
  const reached = nameOfTask(edition, phase)
  return begun({ zh: `${done.zh} → ${reached.zh}`, en: `${done.en} → ${reached.en}` })
}

function outcomeTitle(edition: Named, task: Words, decided: Decided): Words {
  return headed({ zh: `${task.zh}结果`, en: `outcome of the ${task.en}` }, decisionWords(edition, decided))
}

type Decided = Pick<Notice, 'event' | 'phase'>

/** The name of a decision after which the stage goes on; after the others what the case is now says it all. */
function ownName(event: Notice['event']): Words | undefined {
  const row: EntryRow | undefined = event === null ? undefined : entryRows[event]
  return row?.decides?.title
}

function decisionWords(edition: Named, { event, phase }: Decided): Words {
  return ownName(event) ?? nameOfTask(edition, phase)
}

function openedLabel({ event }: Notice): Words {
  return (event !== null && rowOf({ type: event })?.opens?.title) || noticeLabels.opened
}

function movedTitle({ event, dueOn, from }: Notice, task: Words): Words {
  const kind = (event !== null && rowOf({ type: event })?.announces?.title) || noticeLabels.moved
  if (dueOn === null) return headed(kind, task)
  const to = dayWords(dueOn)
  const before = from === null ? { zh: '', en: '' } : dayWords(from)
  return headed(kind, {
    zh: `${task.zh}${from === null ? '' : `由${before.zh}`}改为${to.zh}到期`,
    en: `${task.en} is due on ${to.en}${from === null ? '' : ` instead of ${before.en}`}`,
  })
}

function headed(head: Words, rest: Words): Words {
  return { zh: `${head.zh}：${rest.zh}`, en: `${head.en}: ${rest.en}` }
}

function dueWords({ dueOn, days, unit, at }: Arisen, task: Words, today: string): Words | null {
  if (dueOn === null) return null
  if (dueOn === today) return { zh: `${task.zh}今日到期`, en: `${task.en}: due today` }
  const isPast = dueOn < today
  if (days !== null && days !== 0 && shanghaiDate(at.getTime()) === today) {
    const length = lengthWords(Math.abs(days), unit)
    return isPast
      ? { zh: `${task.zh}已超期${length.zh}`, en: `${task.en}: overdue by ${length.en}` }
      : { zh: `${task.zh}还有${length.zh}到期`, en: `${task.en}: due in ${length.en}` }
  }
  const on = dayWords(dueOn)
  return isPast
    ? { zh: `${task.zh}已超期（${on.zh}到期）`, en: `${task.en}: overdue since ${on.en}` }
    : { zh: `${task.zh}将于${on.zh}到期`, en: `${task.en}: due on ${on.en}` }
}
