import { citationOf } from '../words/citation.ts'
import { decisionBy } from '../case/decisions.ts'
import { shanghaiDate } from '../time/dates.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { eventOf } from './notice-event.ts'
import type { Arisen, NoticeCase } from './notice.ts'
import { otherwiseOf, ruleOf } from './notice-rules.ts'
import { titleOf } from './notice-title.ts'
import { begun, named } from './notice-words.ts'
import { fullDayWords } from '../words/date-words.ts'
import { contactOf, officeOf } from '../edition/offices.ts'
import { kindOf } from '../stages/index.ts'

/**
 * A notice put into words: the one source of what mails, inboxes, calls and case files say. `reason` and `asked` are what
 * somebody wrote, and untrusted; everything else is ours or the register's.
 */
export type NoticeText = {
  title: Words
  addressee: Words
  /** Which case: enterprise, project, numbers. */
  facts: { label: Words; value: string }[]
  /** What has happened, and by whom. */
  happened: Words
  reason: string | null
  /** What was written to ask for what the task answers, where that is not the reason itself. */
  asked: string | null
  /** What is to be done until when. */
  until: Words
  /** What happens otherwise. */
  otherwise: Words
  /** The rule, with the title of its document. */
  basis: Words
  /** How a decision can be appealed against; null of what decides nothing. */
  remedies: Words | null
  /** Whom to ask. */
  contact: Words
  /** The authority that says so, and the day. */
  signedBy: Words
  on: string
}

/** Puts a notice into words as it is read on a day. */
export function textOf(edition: Edition, notice: Arisen, kase: NoticeCase, today: string): NoticeText {
  const name = (role: string) => officeOf(edition, role, kase)
  const office = signingOffice(edition, notice, kase)
  const isOwn = isOwnRoles(edition, notice.roles)
  return {
    title: titleOf(edition, notice, today),
    addressee: begun(named(notice.roles.map(name))),
    facts: factsOf(kase),
    happened: eventOf(edition, notice, kase),
    reason: notice.words,
    asked: notice.request && notice.request.reason !== notice.words ? notice.request.reason : null,
    until: untilOf(edition, notice, name),
    otherwise: otherwise(edition, notice, name),
    basis: citationOf(edition, notice.article),
    remedies: notice.kind === 'outcome' ? (edition.notices?.remedies ?? null) : null,
    contact: begun(contactOf(edition, isOwn ? office : edition.authority, isOwn ? kase.district : null)),
    signedBy: begun(office),
    on: shanghaiDate(notice.at.getTime()),
  }
}

function factsOf({ enterprise, uscc, name, project, certificate }: NoticeCase): NoticeText['facts'] {
  return [
    { label: { zh: '企业', en: 'Enterprise' }, value: enterprise },
    { label: { zh: '统一社会信用代码', en: 'Credit code' }, value: uscc },
    { label: { zh: '项目', en: 'Project' }, value: name },
    { label: { zh: '项目编号', en: 'Project number' }, value: project },
    ...(certificate === null
      ? []
      : [{ label: { zh: '认定证书编号', en: 'Certificate number' }, value: certificate }]),
  ]
}

/** Who says so: the officers who did it, else those who have the case; what the platform does is the authority's. */
function signingOffice(edition: Edition, { by, task }: Arisen, kase: NoticeCase): Words {
  const scopeOf = (role: string) => edition.roles.find(({ id }) => id === role)?.scope
  const officers = (roles: string[]) => roles.find((role) => !['own', undefined].includes(scopeOf(role)))
  const district = edition.roles.find(({ scope }) => scope === 'district')?.id
  const role = by === null ? (officers(ruleOf(edition, task)?.roles ?? []) ?? district) : officers([by.role])
  return role === undefined ? edition.authority : officeOf(edition, role, kase)
}

function isOwnRoles(edition: Edition, roles: string[]): boolean {
  return roles.every((role) => edition.roles.some(({ id, scope }) => id === role && scope === 'own'))
}

type Name = (role: string) => Words

const nothing: Words = { zh: '收到本通知后无须办理。', en: 'There is nothing to be done.' }

function untilOf(edition: Edition, notice: Arisen, name: Name): Words {
  const { kind, dueOn, roles } = notice
  const rule = ruleOf(edition, dutyTask(edition, notice))
  if (!rule || kind === 'hold' || kind === 'suspend' || kind === 'released') return nothing
  const isLate = dueOn !== null && dueOn < shanghaiDate(notice.at.getTime())
  const day = dueOn === null ? null : fullDayWords(dueOn)
  const by: Words = isLate
    ? { zh: '请立即', en: 'At once, please ' }
    : { zh: day ? `请于${day.zh}届满前` : '请', en: day ? `By the end of ${day.en}, please ` : 'Please ' }
  if (rule.roles.some((role) => roles.includes(role)))
    return { zh: `${by.zh}${rule.instruction.zh}。`, en: `${by.en}${rule.instruction.en}.` }
  if (kind !== 'escalation') return nothing
  const owner = named(rule.roles.map(name))
  return { zh: `请督促${owner.zh}尽快办理。`, en: `Please see to it that ${owner.en} does it.` }
}

/** What is to be done after a notice: its task, or, of a decision, what the case now owes. */
function dutyTask({ stages }: Edition, { kind, task, phase, event, dueOn }: Arisen): string {
  if (kind !== 'outcome') return task
  const stage = stages.find(({ id }) => id === phase)
  const law = stage && kindOf(stage)
  if (!law?.certifies) return ''
  // The certificate itself opens all that is owed there.
  const isOfStage = event !== null && decisionBy({ stages }, event, phase)?.task === phase
  return isOfStage || dueOn === null ? phase : (law.mainTask ?? phase)
}

function otherwise(edition: Edition, notice: Arisen, name: Name): Words {
  const { kind, unit } = notice
  const rule = ruleOf(edition, dutyTask(edition, notice))
  if (kind === 'withdrawn')
    return { zh: '该事项已终止，不再计算期限。', en: 'It is over, and no time counts.' }
  if (kind === 'hold')
    return {
      zh: '暂停期间任何人不能办理本项目，各项期限不计算；恢复办理时另行通知。',
      en: 'Meanwhile nobody can do anything in this case and no time counts; you will be told when it goes on.',
    }
  if (kind === 'released')
    return {
      zh: '该事项退回待办，由本机关人员另行签收办理，到期日不变。',
      en: 'The task waits for an officer of the office to claim it anew; its due date stays.',
    }
  if (rule) return otherwiseOf(rule, unit ?? 'calendarDays', name)
  return {
    zh: '未在法定期限内申请行政复议或者提起行政诉讼的，本决定即告确定。',
    en: 'If nothing is done against it in time, the decision is final.',
  }
}
