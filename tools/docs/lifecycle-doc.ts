import type { StateValue } from 'xstate'
import type { Duty } from '../../policy/time/duty.ts'
import type { Edition, Reminders, Stage } from '../../policy/edition/edition.ts'
import { eventRows, eventTypes } from '../../policy/case/events.ts'
import { eventLabels, nameOfTask } from '../../policy/case/labels.ts'
import { answersOf, routesTo, statesUnder } from '../../policy/case/routes.ts'
import { kindOf } from '../../policy/stages/index.ts'
import type { Permission } from '../../policy/stages/event-row.ts'
import type { StageState } from '../../policy/stages/kind.ts'
import { substitutesIn } from '../../policy/access/takeover.ts'

type Unit = Duty['unit']

const units = { workingDays: '个工作日 working days', calendarDays: '天 days' } satisfies Record<Unit, string>
const none = '—'
/** Stands for any period, where only the rule is of interest. */
const anyPeriod = '2021Q1'

/** Every deadline of an edition as a table: how long, what stops the clock, who is reminded when, and where that stands. */
export function deadlinesTable(edition: Edition): string {
  const rows = edition.stages.flatMap((stage) =>
    dutiesIn(edition, stage)
      .filter(({ clock }) => clock !== null)
      .map((duty) => deadlineRow(edition, stage, duty)),
  )
  return tableOf(
    ['事项 task', '期限 due', '不计入 does not count', '提醒 reminders', '期满 at the end', '依据 article'],
    rows,
  )
}

/** The events of each kind of stage of an edition as a table, with what each carries; `?` marks what may be left out. */
export function eventsTable(edition: Edition): string {
  const statesOf = statesUnder(edition)
  const payloads = payloadsOf(edition)
  const byKind = new Map<Stage['kind'], Set<string>>()
  for (const stage of edition.stages) {
    const known = byKind.get(stage.kind) ?? new Set()
    byKind.set(stage.kind, new Set([...known, ...eventsOf(statesOf(stage))]))
  }
  const rows = [...byKind].flatMap(([kind, types]) =>
    [...types].map((type) => {
      const { zh, en } = eventLabels[type as keyof typeof eventLabels]
      const event = eventTypes.find((each) => each === type)
      const who = event ? senderOf(eventRows[event].permission) : byTime
      return [kind, `\`${type}\``, `${zh} ${en}`, who, payloads.get(type) ?? none]
    }),
  )
  return tableOf(['环节类型 kind', '事项 event', '名称 name', '谁可办 who may', '内容 payload'], rows)
}

const byTime = '由时间触发 by time'

const who = {
  stageRoles: '该环节的人 those of the stage (`by`)',
  officers: '该环节的经办角色 its officers (`officers`, or `by`)',
  parties: '双方 both sides',
  asker: '申请的一方 the side that asked',
  applicant: '企业 the applicant',
  anyOfficer: '任一经办人 any officer',
} satisfies Record<Permission['who'], string>

function senderOf(permission: Permission): string {
  const { fourEyes, claimant } = permission
  return [
    who[permission.who],
    ...(fourEyes ? ['双人原则 four eyes'] : []),
    ...(claimant ? ['签收人 the holder'] : []),
  ].join('；')
}

/** What is owed in any state of a stage, each task once. */
function dutiesIn(edition: Edition, stage: Stage): Duty[] {
  const law = kindOf(stage)
  const kept = { assignments: [], ...law.sample }
  const values = valuesOf(statesUnder(edition)(stage))
  const duties = (values.length > 0 ? values.map((value) => ({ [stage.id]: value })) : [stage.id]).flatMap(
    (value) => law.duties(stage, { value, case: kept }, [anyPeriod]),
  )
  const rules = duties.filter(({ waits, clock }) => !waits && clock?.kind !== 'standsStill')
  return [...new Map(rules.map((duty) => [duty.task, duty])).values()]
}

/** The values that a state can have within itself; of one with regions, each value of one with the first of the others. */
function valuesOf({ states = {}, type, initial }: StageState): StateValue[] {
  if (type === 'parallel') {
    const regions = Object.entries(states).map(([name, state]) => [name, valuesOf(state)] as const)
    const first = Object.fromEntries(regions.map(([name, [value = '']]) => [name, value]))
    return regions.flatMap(([name, values]) => values.map((value) => ({ ...first, [name]: value })))
  }
  const names = Object.keys(states).toSorted((a, b) => Number(b === initial) - Number(a === initial))
  return names.flatMap((name): StateValue[] => {
    const inner = states[name] ? valuesOf(states[name]) : []
    return inner.length === 0 ? [name] : inner.map((value) => ({ [name]: value }))
  })
}

function deadlineRow(edition: Edition, stage: Stage, duty: Duty): string[] {
  const { zh, en } = nameOfTask(edition, duty.task)
  return [
    `\`${duty.task}\` ${zh} ${en}`,
    dueOf(stage, duty),
    pausesOf(edition, stage),
    remindersOf(duty.reminders, duty.unit),
    [endOf(stage, duty), ...takeoverIn(edition, stage, duty)].join('<br>'),
    `${duty.article} (${kindOf(stage).rule(edition, stage, duty.task)?.source ?? stage.source})`,
  ]
}

function dueOf(stage: Stage, { task, clock, unit }: Duty): string {
  if (clock?.kind === 'runs') {
    const longer = kindOf(stage).ownExtension?.(stage)
    const once = longer
      ? `<br>可延长一次 once more, \`extendTime\`: ${longer.days} ${units[longer.unit]}（${longer.article}）`
      : ''
    const first = clock.firstDay === 'counts' ? '，当日起算 the first day counts' : ''
    return `${clock.days} ${units[unit]}${first}${once}`
  }
  const rule = kindOf(stage).dateRule?.(stage, task)
  return rule ? `${rule.zh}<br>${rule.en}` : none
}

function pausesOf(edition: Edition, stage: Stage): string {
  const law = kindOf(stage)
  const isTimed = 'deadline' in stage && stage.deadline !== undefined
  const returns = routesTo(answersOf(edition, stage)['return'])
  const suspension = 'suspension' in stage ? stage.suspension : undefined
  const pauses = [
    ...(isTimed ? returns.map(({ clock }) => `退回期间 while returned，${afterwardsOf(clock)}`) : []),
    ...(law.grounds?.(stage) ?? []).map(
      ({ zh, en, article }) => `${zh} ${en}（${article}），${afterwardsOf(suspension?.afterwards)}`,
    ),
  ]
  return [...new Set(pauses)].join('<br>') || none
}

function afterwardsOf(clock: 'resume' | 'restart' | undefined): string {
  return clock === 'resume' ? '之后接续计算 goes on' : '之后重新计算 starts anew'
}

function remindersOf(reminders: Reminders | undefined, unit: Unit): string {
  if (!reminders) return none
  const { opened, before, every, escalate = [], required } = reminders
  const ahead = before.filter((days) => days > 0)
  const lines = [
    ...(opened ? ['即时 at once'] : []),
    ...(ahead.length > 0 ? [`前 before: ${ahead.join(', ')} ${units[unit]}`] : []),
    ...(before.includes(0) ? ['当日 on the day'] : []),
    ...(every === undefined ? [] : [`后每 after, every: ${every} ${units[unit]}`]),
    ...escalate.map(({ after, to }) => {
      const when = after === 0 ? '次日 the day after' : `后 after: ${after} ${units[unit]}`
      return `上报 ${to.join(', ')}: ${when}`
    }),
    ...(required ? [] : ['可关闭 may be turned off']),
  ]
  return lines.join('<br>')
}

function endOf(stage: Stage, { lapse }: Duty): string {
  if (lapse === 'atDue' && kindOf(stage).takesEffect) return '决定生效 the decision takes effect'
  if (lapse === 'atDue') return '到期即转审批 goes to the decision'
  if (!lapse) return '只作超期 overdue, nothing else'
  return `再过 after ${lapse.days} ${units[lapse.unit]}: \`${lapse.to}\``
}

/** Who may act in the place of those who owe a decision. */
function takeoverIn(edition: Edition, stage: Stage, { decides }: Duty): string[] {
  const by = decides ? substitutesIn(edition, stage) : []
  return by.length > 0 ? [`可由 ${by.join(', ')} 接办 may be taken over`] : []
}

function eventsOf({ on = {}, states = {} }: StageState): string[] {
  return [...Object.keys(on), ...Object.values(states).flatMap(eventsOf)]
}

function payloadsOf(edition: Edition): Map<string, string> {
  return new Map(
    eventTypes.map((type) => {
      const names = Object.entries(eventRows[type].payload(edition)).map(
        ([name, field]) => `\`${name}\`${field.safeParse(undefined).success ? '?' : ''}`,
      )
      return [type, names.join(', ') || none]
    }),
  )
}

/** A table in Markdown. */
export function tableOf(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
