import { dutiesOf, startsAnew, type Duty } from '../policy/duties.ts'
import type { Edition, Reminders, Stage } from '../policy/edition.ts'
import { eventRows, eventTypes } from '../policy/events.ts'
import { eventLabels, nameOfTask } from '../policy/labels.ts'
import { routesOf } from '../policy/machine.ts'
import { stageState } from '../policy/stages/index.ts'
import type { StageState } from '../policy/stages/kind.ts'
import { openSupervision } from '../policy/supervision.ts'
import { substitutesIn } from '../policy/takeover.ts'

type Unit = Duty['unit']

const units = { workingDays: '个工作日 working days', calendarDays: '天 days' } satisfies Record<Unit, string>
const periods = {
  month: '每月 each month',
  quarter: '每季度 each quarter',
  halfYear: '每半年 each half-year',
  year: '每年 each year',
}
const none = '—'
/** Stands for any period, and for any day, where only the rule is of interest. */
const anyPeriod = '2021Q1'
const anyDay = '2021-01-01'

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
  const routes = routesOf(edition)
  const payloads = payloadsOf(edition)
  const byKind = new Map<Stage['kind'], Set<string>>()
  for (const stage of edition.stages) {
    const known = byKind.get(stage.kind) ?? new Set()
    byKind.set(stage.kind, new Set([...known, ...eventsOf(stageState(stage, routes))]))
  }
  const rows = [...byKind].flatMap(([kind, types]) =>
    [...types].map((type) => {
      const { zh, en } = eventLabels[type as keyof typeof eventLabels]
      return [kind, `\`${type}\``, `${zh} ${en}`, payloads.get(type) ?? '由时间触发 by time']
    }),
  )
  return tableOf(['环节类型 kind', '事项 event', '名称 name', '内容 payload'], rows)
}

/** What is owed in any state of a stage, each task once. */
function dutiesIn(edition: Edition, stage: Stage): Duty[] {
  const { states = {} } = stageState(stage, routesOf(edition))
  const places = Object.keys(states['construction']?.states ?? {})
  const values =
    stage.kind === 'supervision'
      ? places.map((place) => ({ [stage.id]: { construction: place } }))
      : [stage.id]
  const kept = { claimedBy: null, supervision: openSupervision(anyDay, anyDay, anyDay) }
  const duties = values.flatMap((value) => dutiesOf(edition, { value, case: kept }, [anyPeriod]))
  return [...new Map(duties.filter(({ waits }) => !waits).map((duty) => [duty.task, duty])).values()]
}

function deadlineRow(edition: Edition, stage: Stage, duty: Duty): string[] {
  const { zh, en } = nameOfTask(edition, duty.task)
  return [
    `\`${duty.task}\` ${zh} ${en}`,
    dueOf(stage, duty),
    pausesOf(stage),
    remindersOf(duty.reminders, duty.unit),
    [endOf(stage, duty), ...takeoverIn(edition, stage, duty)].join('<br>'),
    `${duty.article} (${sourceOf(stage, duty.task)})`,
  ]
}

function dueOf(stage: Stage, { task, clock, unit }: Duty): string {
  if (clock?.kind === 'runs') {
    const longer = stage.kind === 'review' ? stage.ownExtension : undefined
    const once = longer
      ? `<br>可延长一次 once more, \`extendTime\`: ${longer.days} ${units[longer.unit]}（${longer.article}）`
      : ''
    return `${clock.days} ${units[unit]}${once}`
  }
  if (stage.kind !== 'supervision') return none
  const { reports, extension } = stage
  return task === 'progressReport'
    ? `${periods[reports.every]}，期末后 after its end: ${reports.within.days} ${units[reports.within.unit]}`
    : `项目计划完工日 the project's own date<br>可延期 may be moved: ${extension.atMost} 次 times, ${extension.months} 个月 months each`
}

function pausesOf(stage: Stage): string {
  if (stage.kind !== 'review') return none
  const pauses = [
    ...(stage.deadline && stage.returnTo
      ? [`退回期间 while returned，${afterwards(startsAnew(stage, 'return'))}`]
      : []),
    ...(stage.suspension?.grounds ?? []).map(
      ({ zh, en, article }) => `${zh} ${en}（${article}），${afterwards(startsAnew(stage, 'suspend'))}`,
    ),
  ]
  return pauses.join('<br>') || none
}

function afterwards(anew: boolean): string {
  return anew ? '之后重新计算 starts anew' : '之后接续计算 goes on'
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
  if (lapse === 'atDue') return '到期即转审批 goes to the decision'
  if (!lapse || stage.kind !== 'correction' || !stage.lapse) return '只作超期 overdue, nothing else'
  return `再过 after ${lapse.days} ${units[lapse.unit]}: \`${stage.lapse.to}\``
}

/** Who may act in the place of those who owe a decision. */
function takeoverIn(edition: Edition, stage: Stage, { decides }: Duty): string[] {
  const by = decides ? substitutesIn(edition, stage) : []
  return by.length > 0 ? [`可由 ${by.join(', ')} 接办 may be taken over`] : []
}

/** Whether the notice states the rule of a task, or it is a default. */
function sourceOf(stage: Stage, task: string): string {
  if (stage.kind !== 'supervision') return ('deadline' in stage && stage.deadline?.source) || stage.source
  switch (task) {
    case 'progressReport':
      return stage.reports.source
    case 'completion':
      return stage.completion.source
    case 'hearing':
      return stage.hearing.source
    default:
      return stage.decision.source
  }
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
