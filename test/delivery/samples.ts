import type { NoticeRecord } from '../../models/index.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { ruleOf } from '../../policy/notices/notice-rules.ts'
import type { Notice, NoticeCase, NoticeKind } from '../../policy/notices/notice.ts'
import { aLine, at } from './fixture.ts'
import { supervisionOf } from '../fixtures.ts'
import { answersOf } from '../../policy/case/routes.ts'

/** A notice with a name that says what it is. */
export type Sample = { name: string; notice: NoticeRecord }

/** The case that the samples are about. */
export function aCase(edition: Edition): NoticeCase {
  return {
    project: '01980a6e-7c1b-7000-8000-000000000001',
    name: '齿轮生产线数字化改造',
    enterprise: '重庆嘉陵齿轮有限公司',
    uscc: '91500112MA5ABCD195',
    district: edition.bodies.find(({ name }) => name === '渝北区')?.name ?? edition.bodies[0]?.name ?? '',
    certificate: `${edition.certificate.prefix}-500112-0001-7`,
  }
}

/** The day on which the samples are read. */
export const today = '2021-04-01'

const dates = { before: '2021-04-09', due: today, after: '2021-03-25' } as const
const days = { before: 5, due: 0, after: -5 } as const

/** Every kind of notice about every kind of task of an edition, and every decision. */
export function samplesOf(edition: Edition): Sample[] {
  const supervised = supervisionOf(edition) ? supervisedTasks : []
  const tasks = [
    ...edition.stages.filter(({ kind }) => kind !== 'supervision').map(({ id }) => id),
    ...supervised,
  ]
  const samples = [...tasks.flatMap((task) => aboutTask(edition, task)), ...decided(edition)]
  return samples.map(({ name, notice }) => ({
    name,
    notice: aLine({ at: new Date(at(`${today}T08:30`)), ...notice }),
  }))
}

/** The tasks of a certified project, which are no stages of their own. */
const supervisedTasks = ['progressReport', 'completion', 'extensionDecision', 'revocationDecision', 'hearing']

type Draft = { name: string; notice: Partial<Notice> }

const held = { user: 'adm', role: 'administrator' }

function aboutTask(edition: Edition, task: string): Draft[] {
  const { roles = [] } = ruleOf(edition, task) ?? {}
  const stage = edition.stages.find(({ id }) => id === task)
  const phase = stage?.id ?? supervisionOf(edition)?.id ?? ''
  const part = task === 'progressReport' ? '2021Q1' : null
  const article = stage?.article ?? supervisionOf(edition)?.article ?? ''
  const request = requestOf(edition, task)
  const about = { task, part, roles, phase, article, request, unit: 'workingDays' as const }
  const draft = (kind: NoticeKind, more: Partial<Notice> = {}): Draft => ({
    name: [kind, task, ...(more.event ? [more.event] : [])].join(' '),
    notice: { ...about, kind, dueOn: dates.before, days: 5, ...more },
  })
  const superior = edition.roles.find(({ scope }) => scope === 'all')?.id ?? ''
  const officer = { user: 'zhao', role: superior }
  return [
    draft('opened'),
    ...(['before', 'due', 'after'] as const).map((kind) =>
      draft(kind, { dueOn: dates[kind], days: days[kind] }),
    ),
    draft('escalation', { roles: [superior], dueOn: dates.after, days: -5 }),
    draft('takeover', { roles: [...roles, superior], by: officer }),
    ...(['withdrawn', 'replaced'] as const).map((kind) => draft(kind, { by: officer, words: '填写有误' })),
    draft('urge', { event: 'urge', by: officer, words: '请尽快' }),
    draft('moved', { event: 'recalculate', by: held, from: dates.after, words: '国办发明电' }),
    draft('hold', {
      event: 'hold',
      by: held,
      from: dates.before,
      dueOn: null,
      days: null,
      words: '核查数据',
    }),
    draft('endHold', { event: 'endHold', by: held, from: dates.before, words: '核查完毕' }),
    ...(task === 'hearing'
      ? [draft('opened', { event: 'requestRevocation', by: anOfficer(edition), words: '虚报投资' })]
      : []),
    ...(stage?.kind === 'correction'
      ? [draft('opened', { event: 'return', by: anOfficer(edition), words: '缺发票' })]
      : []),
    ...(stage?.kind === 'review'
      ? officersTime(edition, { ...about, by: { user: 'wang', role: stage.by[0] ?? '' } })
      : []),
  ]
}

/** What such a task answers: what an officer wants, or the enterprise. */
function requestOf(edition: Edition, task: string): Notice['request'] {
  const own = edition.roles.find(({ scope }) => scope === 'own')?.id ?? ''
  if (task === 'extensionDecision') return { role: own, reason: '设备到货延期' }
  const isRevocation = task === 'hearing' || task === 'revocationDecision'
  return isRevocation ? { role: anOfficer(edition).role, reason: '虚报投资' } : null
}

function anOfficer({ roles, bodies }: Edition) {
  return {
    user: 'wang',
    role: roles.find(({ scope }) => scope === 'district')?.id ?? '',
    district: bodies[0]?.name,
  }
}

/** What the applicant is told of the officer's time. */
function officersTime(edition: Edition, about: Partial<Notice>): Draft[] {
  const roles = edition.roles.filter(({ scope }) => scope === 'own').map(({ id }) => id)
  const stage = edition.stages.find(({ id }) => id === about.task)
  const suspension = stage?.kind === 'review' ? stage.suspension : undefined
  const draft = (kind: NoticeKind, more: Partial<Notice>): Draft => ({
    name: `${kind} ${about.task ?? ''} ${more.event ?? ''}`,
    notice: { ...about, kind, roles, days: null, words: '投资额需要核对', ...more },
  })
  return [
    draft('moved', {
      event: 'extendTime',
      from: dates.after,
      dueOn: dates.before,
      article: '行政许可法 第四十二条',
    }),
    ...(suspension?.grounds ?? []).map(({ id, article }) =>
      draft('suspend', { event: 'suspend', ground: id, article, from: dates.before, dueOn: null }),
    ),
    draft('released', { event: 'release', roles: stage?.by ?? [], dueOn: dates.before, words: '病假' }),
    ...(suspension ? [draft('resume', { event: 'resume', dueOn: dates.before, words: null })] : []),
  ]
}

/** Every decision with every outcome that it can have. */
function decided(edition: Edition): Draft[] {
  const roles = edition.roles.filter(({ scope }) => scope === 'own').map(({ id }) => id)
  const certified = supervisionOf(edition)?.id ?? ''
  const end = (outcome: string) => edition.ends.find((each) => each.outcome === outcome)?.id ?? ''
  const { roles: deciders = [] } = ruleOf(edition, 'revocationDecision') ?? {}
  const draft = (task: string, event: Notice['event'], more: Partial<Notice>): Draft => ({
    name: `outcome ${task} ${event ?? ''}`,
    notice: {
      kind: 'outcome',
      task,
      event,
      roles,
      required: true,
      dueOn: null,
      days: null,
      article: edition.stages.at(-1)?.article ?? '',
      ...more,
    },
  })
  const reviews = edition.stages.flatMap((stage) => {
    if (stage.kind === 'correction' && stage.lapse)
      return [draft(stage.id, 'lapse', { outcome: 'lapsed', phase: stage.lapse.to, by: null })]
    if (stage.kind !== 'review') return []
    const by = { user: 'wang', role: stage.by[0] ?? '' }
    return [
      draft(stage.id, 'approve', { outcome: 'granted', phase: certified, by, dueOn: '2021-10-31' }),
      ...(answersOf(edition, stage)['reject'] !== undefined
        ? [draft(stage.id, 'reject', { outcome: 'refused', phase: end('rejected'), by, words: '投资不实' })]
        : []),
    ]
  })
  const by = { user: 'wang', role: deciders[0] ?? '' }
  return [
    ...reviews,
    draft('extensionDecision', 'grantExtension', {
      outcome: 'granted',
      phase: certified,
      by,
      from: '2021-10-31',
      dueOn: '2022-03-31',
    }),
    draft('extensionDecision', 'refuseExtension', {
      outcome: 'refused',
      phase: certified,
      by,
      dueOn: '2021-10-31',
      words: '措施不足',
    }),
    draft('revocationDecision', 'revoke', {
      outcome: 'revoked',
      phase: end('revoked'),
      by,
      words: '虚报投资',
    }),
    draft('revocationDecision', 'refuseRevocation', {
      outcome: 'refused',
      phase: certified,
      by,
      dueOn: '2021-10-31',
      words: '申辩成立',
    }),
  ]
}
