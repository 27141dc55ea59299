import type { StateValue } from 'xstate'
import { phaseOf, type Actor, type ProjectState } from '../case/case.ts'
import type { Edition, Words } from '../edition/edition.ts'
import type { ErrorCode } from '../errors.ts'
import type { EventType } from '../case/events.ts'
import { eventLabels, nameOfRole, nameOfTask } from '../case/labels.ts'
import { statesUnder } from '../case/routes.ts'
import type { DenialReason, Denial } from './denial.ts'
import { nameOfStateValue } from '../case/state-names.ts'
import type { StageState } from '../stages/kind.ts'

/** What it is about an event that is not offered. */
export const becauseKinds = ['state', 'role', 'person', 'time', 'rule'] as const

/** Why an event is not offered, in plain sentences; `allowed` names the phases or roles in which it would be. */
export type Because = Words & {
  kind: (typeof becauseKinds)[number]
  code: ErrorCode
  /** Where the rule stands in the notice. */
  article: string
  allowed: string[]
  /** The day from which it will be offered, where that is known. */
  possibleFrom?: string
}

/** An event that is not offered to a person: where, and by which denial. */
export type Matter = {
  edition: Edition
  state: ProjectState
  type: EventType
  denial: Denial
  about: Actor
  /** An enterprise asks: it is not told names. */
  isOwn: boolean
}

/** What a denial comes to, in sentences: the words of the refusal, of the explanation and of the button. */
export function becauseOf(matter: Matter): Because {
  const { edition, state, denial } = matter
  const { reason, refusal } = denial
  const phase = phaseOf(state.value)
  const stage = [...edition.stages, ...edition.ends].find(({ id }) => id === phase)
  return {
    kind: kinds[reason],
    code: refusal.code,
    ...('words' in denial ? denial.words : sentences[denial.reason](matter)),
    article: ('article' in denial && denial.article) || (stage?.article ?? ''),
    allowed:
      kinds[reason] === 'state'
        ? placesWith(edition, matter.type).map((each) => each.phase)
        : (refusal.allowed ?? []),
    ...(refusal.possibleFrom !== undefined && { possibleFrom: refusal.possibleFrom }),
  }
}

const kinds = {
  unseen: 'person',
  held: 'state',
  over: 'state',
  elsewhere: 'state',
  usedUp: 'time',
  role: 'role',
  hasFiled: 'person',
  hasAsked: 'person',
  hasDecided: 'person',
  inOtherHands: 'person',
  nobodyToUrge: 'rule',
  urgedToday: 'time',
  tooLate: 'time',
  noMoreExtensions: 'time',
  tooLateToExtend: 'time',
} as const satisfies Record<Denial['reason'], Because['kind']>

const sentences: Record<DenialReason, (matter: Matter) => Words> = {
  unseen: () => ({
    zh: '此件不在其可见范围内：另一区县、另一企业，或无此角色。',
    en: 'The case is not theirs to see: another district, another enterprise, or a role without any.',
  }),
  held: ({ state: { held } }) => ({
    zh: `此件自 ${held?.on ?? ''} 起由管理员暂停办理，恢复后再办。`,
    en: `An administrator holds the case since ${held?.on ?? ''}: wait until it goes on.`,
  }),
  over: ({ edition, state }) => {
    const { zh, en } = nameOfTask(edition, phaseOf(state.value))
    return {
      zh: `此件已办结（${zh}），不再办理任何事项。`,
      en: `The case is over (${en}): nothing is done to it.`,
    }
  },
  elsewhere: wordsOfElsewhere,
  role: ({ edition, about, denial: { refusal } }) => {
    const [zh, en] = [listOf(edition, refusal.allowed, 'zh'), listOf(edition, refusal.allowed, 'en')]
    const whose = refusal.allowed?.length ? { zh: `由${zh}办理`, en: `It is for: ${en}` } : nobody
    const own = nameOfRole(edition, about.role)
    return { zh: `${whose.zh}，不由${own.zh}办理。`, en: `${whose.en}; not for: ${own.en}.` }
  },
  hasFiled: () => ({
    zh: '本人曾为此件申报、测评、提交或补正，不得再作决定（双人原则）。',
    en: 'Who filed, assessed, submitted or corrected this case does not decide it: another person does (four eyes).',
  }),
  hasAsked: () => ({
    zh: '本人就是提出此项申请的人，须由他人决定（双人原则）。',
    en: 'Who asked for it does not decide it: another person does (four eyes).',
  }),
  hasDecided: ({ edition, state, about }) => {
    const stage = state.case.decisions.find(({ user }) => user === about.user)?.stage ?? ''
    const { zh, en } = nameOfTask(edition, stage)
    return {
      zh: `本人已在「${zh}」环节作过决定，不得再办理本环节（双人原则）。`,
      en: `Who decided this case in “${en}” does not have this stage too: another person does (four eyes).`,
    }
  },
  inOtherHands: ({
    isOwn,
    denial: {
      refusal: { by: claimedBy },
    },
  }) => {
    const holder =
      isOwn || typeof claimedBy !== 'string'
        ? { zh: '另一位经办人', en: 'another officer' }
        : named(claimedBy)
    return {
      zh: `此件已由${holder.zh}签收，须由签收人办理，或先退回待办再签收。`,
      en: `The task is in the hands of ${holder.en}; it must be released and claimed first.`,
    }
  },
  nobodyToUrge: ({ edition, denial: { refusal } }) => {
    const [zh, en] = [listOf(edition, refusal.allowed, 'zh'), listOf(edition, refusal.allowed, 'en')]
    const may = refusal.allowed?.length
      ? { zh: `现可由${zh}催办`, en: `It may be urged by: ${en}` }
      : { zh: '现无人可以催办', en: 'Nobody may urge it now' }
    return {
      zh: `此时没有可由其催办的事项：只能催办范围小于自己的一方，且该事项须有期限。${may.zh}。`,
      en: `Nothing here is theirs to urge: only a task with a due date that waits for somebody of a narrower scope. ${may.en}.`,
    }
  },
  urgedToday: ({ denial: { refusal } }) => ({
    zh: `今日已催办，${refusal.possibleFrom ?? '明日'} 起可再催。`,
    en: `The case was urged today, and once a day is all: again from ${refusal.possibleFrom ?? 'tomorrow'}.`,
  }),
}

const nobody = { zh: '此环节无人办理此事项', en: 'It is for nobody in this stage' }

function named(user: string): Words {
  return { zh: ` ${user} `, en: user }
}

/** Where the case is, and where the event exists at all. */
function wordsOfElsewhere({ edition, state, type }: Matter): Words {
  const here = nameOfStateValue(edition, state.value)
  const event = eventLabels[type]
  const where = placesWith(edition, type).map((place) => namesOf(edition, place))
  if (where.length === 0) {
    return {
      zh: `本版规则没有「${event.zh}」这一事项。`,
      en: `There is no “${event.en}” under this edition.`,
    }
  }
  return {
    zh: `此件现处于「${here.zh}」；「${event.zh}」只在以下状态办理：${where.map(({ zh }) => zh).join('；')}。`,
    en: `The case is at “${here.en}”; “${event.en}” exists only at: ${where.map(({ en }) => en).join('; ')}.`,
  }
}

/** A phase, and the states within it as dotted paths; the phase itself is the empty one. */
type Place = { phase: string; paths: string[] }

function namesOf(edition: Edition, { phase, paths }: Place): Words {
  const values = paths.includes('') ? [phase] : paths.map((path) => nested([phase, ...path.split('.')]))
  const names = [
    ...new Map(
      values.map((value) => nameOfStateValue(edition, value)).map((words) => [words.en, words]),
    ).values(),
  ]
  return { zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') }
}

/** The state value that a path of names stands for. */
function nested([first = '', ...rest]: string[]): StateValue {
  return rest.length === 0 ? first : { [first]: nested(rest) }
}

/** Where an event exists at all. */
function placesWith(edition: Edition, type: EventType): Place[] {
  const statesOf = statesUnder(edition)
  return edition.stages
    .map((stage) => ({ phase: stage.id, paths: statePathsWith(statesOf(stage), type) }))
    .filter(({ paths }) => paths.length > 0)
}

function statePathsWith({ on = {}, states = {} }: StageState, type: EventType): string[] {
  const inner = Object.entries(states).flatMap(([name, state]) =>
    statePathsWith(state, type).map((path) => (path ? `${name}.${path}` : name)),
  )
  return on[type] ? ['', ...inner] : inner
}

function listOf(edition: Edition, roles: string[] = [], language: keyof Words): string {
  return roles.map((role) => nameOfRole(edition, role)[language]).join(language === 'zh' ? '、' : ', ')
}
