import {
  isSameTask,
  phaseOf,
  type CaseEvent,
  type Deadline,
  type HistoryEntry,
  type OpenTask,
  type ProjectState,
} from '../case/case.ts'
import { dutyBehind } from '../time/deadlines.ts'
import { decisionBy } from '../case/decisions.ts'
import { dutiesOf, type Duty } from '../time/duties.ts'
import type { Edition } from '../edition/edition.ts'
import { asksForDecision, rowOf } from '../case/events.ts'
import type { Notice } from './notice.ts'
import { rankOf } from '../edition/ranks.ts'
import { daysLeft, requestBehind } from './reminders.ts'
import { kindOf } from '../stages/index.ts'
import { takeoverOf } from '../access/takeover.ts'
import { calendarOf, type Timekeeper } from '../time/timekeeper.ts'

type Told = { before: ProjectState | null; state: ProjectState; entry: HistoryEntry; event: CaseEvent | null }

/** What a step has everybody told at once: tasks that are theirs now, decisions, an officer's urging, due dates that a calendar moved. */
export function announcementsOf(keeper: Timekeeper, told: Told): Notice[] {
  return [
    ...openings(keeper, told),
    ...takeovers(keeper, told),
    ...recalls(keeper, told),
    ...outcomes(keeper, told),
    ...urgings(keeper, told),
    ...releases(keeper, told),
    ...moves(keeper, told),
    ...lastDays(keeper, told),
  ]
}

/**
 * What an officer of a role may urge: the tasks that wait for somebody whose view is narrower than theirs, so that a
 * district urges its enterprises and the authority urges both (三（四）).
 */
export function urgeable(edition: Edition, state: ProjectState, role: string): Duty[] {
  const periods = state.deadlines.flatMap(({ period }) => period ?? [])
  return dutiesOf(edition, state, periods).filter(
    ({ clock, waits, roles }) =>
      clock !== null && !waits && roles.every((holder) => rankOf(edition, holder) < rankOf(edition, role)),
  )
}

/** The roles that may urge somebody in a state. */
export function urgersIn(edition: Edition, state: ProjectState): string[] {
  return edition.roles.map(({ id }) => id).filter((role) => urgeable(edition, state, role).length > 0)
}

function openings(keeper: Timekeeper, told: Told): Notice[] {
  const { before, state, entry } = told
  // Those of a case that goes on are told with it.
  if (entry.type === 'endHold') return []
  return state.deadlines.flatMap((deadline) => {
    const isNew = !before?.deadlines.some(
      ({ task, entry: opened }) => task === deadline.task && opened === deadline.entry,
    )
    const duty = dutyBehind(keeper, state, deadline)
    if (!duty || !isNew || !(duty.reminders?.opened || (deadline.overdue && duty.reminders))) return []
    return [
      { ...about(keeper, duty, told), kind: 'opened' as const, occasion: 'opened', words: wordsOf(entry) },
    ]
  })
}

/**
 * Both sides hear at once that a task may be taken over: those who owe it, and those who may act in their place. They hear it
 * anew when it is so again: a clock that stood still may have gone on in between.
 */
function takeovers(keeper: Timekeeper, told: Told): Notice[] {
  const { before, state, entry } = told
  const takeover = takeoverOf(keeper.edition, state)
  if (!takeover) return []
  const { duty, by } = takeover
  const notice = about(keeper, duty, told)
  const known = before && takeoverOf(keeper.edition, before)
  if (known && openedAt(before, known.duty) === notice.entry) return []
  const roles = [...duty.roles, ...by]
  const occasion = `takeover-${entry.revision}`
  return [{ ...notice, kind: 'takeover', occasion, roles, user: null, required: true, words: null }]
}

/**
 * A request is taken back, or another takes its place: who has the decision in hand hears of it, and the holder that it need
 * not answer any more.
 */
function recalls(keeper: Timekeeper, told: Told): Notice[] {
  const { before, state, entry, event } = told
  const request = before?.case.supervision?.request
  const isTakenBack = event !== null && rowOf(event)?.takesBack === true
  if (!before || !request || !event || !(isTakenBack || asksForDecision(event))) return []
  if (isTakenBack && state.case.supervision?.request?.kind === 'revocation') return []
  const duty = dutiesOf(keeper.edition, before, []).find(({ ofRequest }) => ofRequest)
  if (!duty) return []
  const words = wordsOf(entry)
  const kind = isTakenBack ? 'withdrawn' : 'replaced'
  const occasion = `${event.type}-${state.revision}`
  const clock = { entry: openedAt(before, duty), dueOn: null, days: null, required: true }
  const of = { ...about(keeper, duty, told), ...clock, kind, occasion, words } as const
  const substitutes = takeoverOf(keeper.edition, before)?.by ?? []
  const applicants = applicantsOf(keeper.edition)
  return [
    ...(duty.claimedBy !== null
      ? [{ ...of, roles: [...duty.roles, ...substitutes], user: duty.claimedBy }]
      : []),
    ...(isTakenBack && !applicants.includes(request.role) ? [{ ...of, roles: applicants, user: null }] : []),
  ]
}

/** Decisions that the applicant hears of at once, whatever it has turned off. */
function outcomes({ edition }: Timekeeper, told: Told): Notice[] {
  const { state, entry } = told
  const decision = decisionBy(edition, entry.type, phaseOf(entry.from ?? entry.to))
  const isOver = edition.ends.some(({ id }) => id === phaseOf(state.value))
  const stage = edition.stages.find(({ id }) => id === phaseOf(state.value))
  const law = stage && kindOf(stage)
  const isTold = isOver || law?.certifies || law?.takesEffect
  // A hearing that lapses decides nothing.
  if (!decision || !isTold || (!isOver && decision.outcome === 'lapsed')) return []
  const completion = state.deadlines.find(({ task }) => task === law?.mainTask)
  const moved = entry.deadlines.find(({ why }) => why === 'granted')
  return [
    {
      ...stepOf(told),
      ...decision,
      kind: 'outcome',
      period: null,
      user: null,
      dueOn: completion?.dueOn ?? null,
      from: moved?.from ?? null,
      dateOf: completion ? { task: completion.task, entry: completion.entry } : null,
      days: null,
      unit: null,
      required: true,
      entry: entry.revision,
      occasion: entry.type,
      roles: applicantsOf(edition),
      article: entry.article,
      words: wordsOf(entry),
    },
  ]
}

/** What is late, where something is; else what is due next for each who owes. */
function urgings(keeper: Timekeeper, told: Told): Notice[] {
  const { state, entry, event } = told
  if (!event || !('by' in event) || !rowOf(event)?.urges) return []
  const open = urgeable(keeper.edition, state, event.by.role).map((duty) => ({
    duty,
    deadline: state.deadlines.find((each) => isSameTask(each, duty)),
  }))
  const late = open.filter(({ deadline }) => deadline?.overdue)
  const soonest = open.filter(({ duty, deadline }) =>
    open.every(
      (other) => other.duty.roles.join() !== duty.roles.join() || !isSooner(other.deadline, deadline),
    ),
  )
  return (late.length > 0 ? late : soonest).map(({ duty }) => ({
    ...about(keeper, duty, told),
    kind: 'urge',
    occasion: `urge@${entry.on}`,
    words: ('note' in event && event.note) || null,
  }))
}

/** Whoever had a task in hand is told that somebody else has released it, and why. */
function releases(keeper: Timekeeper, told: Told): Notice[] {
  const { before, entry, event } = told
  const holder = before?.case.claimedBy
  if (!event || !('by' in event) || !rowOf(event)?.othersSayWhy) return []
  if (!before || !holder || holder === event.by.user) return []
  const held = dutiesOf(keeper.edition, before, []).filter(({ claimedBy }) => claimedBy === holder)
  return held.map((duty) => ({
    ...about(keeper, duty, told),
    kind: 'released',
    occasion: `released-${entry.revision}`,
    required: true,
    words: ('reason' in event && event.reason) || null,
  }))
}

function isSooner(a: Deadline | undefined, b: Deadline | undefined): boolean {
  return a !== undefined && (b === undefined || a.dueOn < b.dueOn)
}

/** Due dates that a calendar has moved, clocks that stand still because the case is held, and that they go on. */
function moves(keeper: Timekeeper, told: Told): Notice[] {
  const { before, state, entry } = told
  const kind = moving[entry.type]
  if (kind === undefined) return officersMoves(keeper, told)
  return entry.deadlines.flatMap((change) => {
    const duty = dutyBehind(keeper, state, change)
    if (!duty) return []
    const stood = before?.held?.clocks.find(({ deadline }) => isSameTask(deadline, change))?.deadline.dueOn
    const occasion = `${kind}-${entry.revision}`
    return [
      {
        ...about(keeper, duty, told),
        kind,
        occasion,
        from: change.from ?? stood ?? null,
        words: wordsOf(entry),
      },
    ]
  })
}

/** What moves the dates of a case, or stops its clocks, without an officer of the case. */
const moving: Partial<Record<HistoryEntry['type'], 'moved' | 'hold' | 'endHold'>> = {
  recalculate: 'moved',
  hold: 'hold',
  endHold: 'endHold',
}

/** An officer who takes longer, or stops the clock, tells the applicant why (行政许可法 第四十二条、第四十五条), and when it goes on. */
function officersMoves({ edition }: Timekeeper, told: Told): Notice[] {
  const { state, entry, event } = told
  const kind = event ? rowOf(event)?.announces?.kind : undefined
  if (!event || !kind) return []
  return entry.deadlines.map(({ task, period, from, to: dueOn, unit, article }) => ({
    ...stepOf(told),
    kind,
    task,
    period,
    entry: openedAt(state, { task, period }),
    occasion: `${kind}-${entry.revision}`,
    roles: applicantsOf(edition),
    user: null,
    dueOn,
    from,
    dateOf: null,
    days: null,
    unit,
    required: true,
    article,
    ground: 'ground' in event ? event.ground : null,
    words: wordsOf(entry),
  }))
}

/** A decision came after the date that it was about: its day is the last, and the holder hears so. */
function lastDays(keeper: Timekeeper, told: Told): Notice[] {
  const { before, state, entry } = told
  const decidedOn = state.case.supervision?.decidedOn
  const stage = keeper.edition.stages.find(({ id }) => id === phaseOf(state.value))
  const completion = state.deadlines.find(({ task }) => task === (stage && kindOf(stage).mainTask))
  if (decidedOn === undefined || decidedOn === before?.case.supervision?.decidedOn || !completion) return []
  const duty = dutyBehind(keeper, state, completion)
  if (!duty) return []
  const occasion = `moved-${entry.revision}`
  const planned = state.case.supervision?.completeOn ?? null
  return [{ ...about(keeper, duty, told), kind: 'moved', from: planned, occasion, words: wordsOf(entry) }]
}

function applicantsOf({ roles }: Edition): string[] {
  return roles.filter(({ scope }) => scope === 'own').map(({ id }) => id)
}

function about(keeper: Timekeeper, duty: Duty, told: Told) {
  const { state, entry } = told
  const { task, period, roles, unit, article } = duty
  const isThis = (each: { task: string; period: string | null }) => isSameTask(each, duty)
  const dueOn = state.deadlines.find(isThis)?.dueOn ?? null
  const days = dueOn === null ? null : daysLeft(calendarOf(keeper, roles), unit, entry.on, dueOn)
  const opened = openedAt(state, duty)
  const required = duty.reminders?.required ?? false
  const what = {
    task,
    period,
    entry: opened,
    roles,
    user: duty.claimedBy,
    request: requestBehind(duty, state),
  }
  return { ...stepOf(told), ...what, dueOn, from: null, dateOf: null, days, unit, required, article }
}

/** The revision at which a task was opened. */
function openedAt({ tasks, revision }: ProjectState, sought: Pick<OpenTask, 'task' | 'period'>): number {
  return tasks.find((each) => isSameTask(each, sought))?.entry ?? revision
}

/** The step that a notice tells of. */
function stepOf({ state, entry: { type: event, by } }: Told) {
  return { phase: phaseOf(state.value), event, by, outcome: null, ground: null, request: null }
}

function wordsOf({ payload: { reason, source } }: HistoryEntry): string | null {
  const words = reason ?? source
  return typeof words === 'string' ? words : null
}
