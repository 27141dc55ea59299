import {
  findTask,
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
import { asksForDecision, rowOf } from '../case/events.ts'
import type { Notice } from './notice.ts'
import { daysLeft, requestBehind } from './reminders.ts'
import { urgeable } from './urging.ts'
import { taskOf } from '../case/assignments.ts'
import { isCertifiedAt, kindOf, stageAt } from '../stages/index.ts'
import { ownRolesOf } from '../access/visibility.ts'
import { takeoverOf, takeoversOf } from '../access/takeover.ts'
import { calendarOf, type DeadlineContext } from '../time/deadline-context.ts'

type AnnouncedStep = {
  before: ProjectState | null
  state: ProjectState
  entry: HistoryEntry
  event: CaseEvent | null
}

/** What a step has everybody told at once: tasks that are theirs now, decisions, an officer's urging, due dates that a calendar moved. */
export function announcementsOf(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  return [
    ...openings(context, made),
    ...takeovers(context, made),
    ...recalls(context, made),
    ...outcomes(context, made),
    ...urgings(context, made),
    ...releases(context, made),
    ...moves(context, made),
    ...lastDays(context, made),
  ]
}

function openings(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { before, state, entry } = made
  // Those of a case that goes on are told with it.
  if (entry.type === 'endHold') return []
  return state.deadlines.flatMap((deadline) => {
    const isNew = !before?.deadlines.some(
      ({ task, entry: opened }) => task === deadline.task && opened === deadline.entry,
    )
    const duty = dutyBehind(context, state, deadline)
    if (!duty || !isNew || !(duty.reminders?.opened || (deadline.overdue && duty.reminders))) return []
    return [
      {
        ...about(context, duty, made),
        kind: 'opened' as const,
        deduplicationKey: 'opened',
        words: wordsOf(entry),
      },
    ]
  })
}

/**
 * Both sides hear at once that a task may be taken over: those who owe it, and those who may act in their place. They hear it
 * anew when it is so again: a clock that stood still may have gone on in between.
 */
function takeovers(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { before, state, entry } = made
  return takeoversOf(context.edition, state).flatMap(({ duty, by }): Notice[] => {
    const notice = about(context, duty, made)
    const known = before && takeoverOf(context.edition, before, duty)
    if (known && openedAt(before, known.duty) === notice.entry) return []
    const roles = [...duty.roles, ...by]
    const deduplicationKey = `takeover-${entry.revision}`
    return [{ ...notice, kind: 'takeover', deduplicationKey, roles, user: null, required: true, words: null }]
  })
}

/**
 * A request is taken back, or another takes its place: who has the decision in hand hears of it, and the holder that it need
 * not answer any more.
 */
function recalls(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { before, state, entry, event } = made
  const stage = before && stageAt(context.edition, before.value)
  const request = stage && kindOf(stage).request?.(before.case)
  const isTakenBack = event !== null && rowOf(event)?.takesBack === true
  if (!before || !request || !event || !(isTakenBack || asksForDecision(event))) return []
  const duty = dutiesOf(context.edition, before, []).find(({ ofRequest }) => ofRequest)
  // What is being decided stays, where only what waited for it is taken back.
  const stays =
    duty && state.tasks.some((open) => isSameTask(open, duty) && open.entry === openedAt(before, duty))
  if (!duty || stays) return []
  const words = wordsOf(entry)
  const kind = isTakenBack ? 'withdrawn' : 'replaced'
  const deduplicationKey = `${event.type}-${state.revision}`
  const clock = { entry: openedAt(before, duty), dueOn: null, days: null, required: true }
  const of = {
    ...about(context, duty, made),
    ...clock,
    kind,
    deduplicationKey,
    words,
  } as const
  const substitutes = takeoverOf(context.edition, before, duty)?.by ?? []
  const applicants = ownRolesOf(context.edition)
  return [
    ...(duty.claimedBy !== null
      ? [{ ...of, roles: [...duty.roles, ...substitutes], user: duty.claimedBy }]
      : []),
    ...(isTakenBack && !applicants.includes(request.role) ? [{ ...of, roles: applicants, user: null }] : []),
  ]
}

/** Decisions that the applicant hears of at once, whatever it has turned off. */
function outcomes({ edition }: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { state, entry } = made
  const decision = decisionBy(edition, entry.type, phaseOf(entry.from ?? entry.to))
  const isOver = edition.ends.some(({ id }) => id === phaseOf(state.value))
  const stage = stageAt(edition, state.value)
  const law = stage && kindOf(stage)
  const isAnnounced = isOver || law?.takesEffect || (stage && isCertifiedAt(edition, stage))
  // A hearing that lapses decides nothing.
  if (!decision || !isAnnounced || (!isOver && decision.outcome === 'lapsed')) return []
  const completion = state.deadlines.find(({ task }) => task === law?.mainTask)
  const moved = entry.deadlines.find(({ why }) => why === 'granted')
  return [
    {
      ...stepOf(made),
      ...decision,
      kind: 'outcome',
      part: null,
      user: null,
      dueOn: completion?.dueOn ?? null,
      from: moved?.from ?? null,
      dateOf: completion ? { task: completion.task, entry: completion.entry } : null,
      days: null,
      unit: null,
      required: true,
      entry: entry.revision,
      deduplicationKey: entry.type,
      roles: ownRolesOf(edition),
      article: entry.article,
      words: wordsOf(entry),
    },
  ]
}

/** What is late, where something is; else what is due next for each who owes. */
function urgings(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { state, entry, event } = made
  if (!event || !('by' in event) || !rowOf(event)?.urges) return []
  const open = urgeable(context.edition, state, event.by.role).map((duty) => ({
    duty,
    deadline: findTask(state.deadlines, duty),
  }))
  const late = open.filter(({ deadline }) => deadline?.overdue)
  const soonest = open.filter(({ duty, deadline }) =>
    open.every(
      (other) => other.duty.roles.join() !== duty.roles.join() || !isSooner(other.deadline, deadline),
    ),
  )
  return (late.length > 0 ? late : soonest).map(({ duty }) => ({
    ...about(context, duty, made),
    kind: 'urge',
    deduplicationKey: `urge@${entry.on}`,
    words: ('note' in event && event.note) || null,
  }))
}

/** Whoever had a task in hand is told that somebody else has released it, and why. */
function releases(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { before, entry, event } = made
  if (!before || !event || !('by' in event) || !rowOf(event)?.othersSayWhy) return []
  const task = taskOf(context.edition, before, event)
  const held = dutiesOf(context.edition, before, []).filter(
    (duty) => task && isSameTask(duty, task) && duty.claimedBy !== null && duty.claimedBy !== event.by.user,
  )
  return held.map((duty) => ({
    ...about(context, duty, made),
    kind: 'released',
    deduplicationKey: `released-${entry.revision}`,
    required: true,
    words: ('reason' in event && event.reason) || null,
  }))
}

function isSooner(a: Deadline | undefined, b: Deadline | undefined): boolean {
  return a !== undefined && (b === undefined || a.dueOn < b.dueOn)
}

/** Due dates that a calendar has moved, clocks that stand still because the case is held, and that they go on. */
function moves(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { before, state, entry } = made
  const kind = moving[entry.type]
  if (kind === undefined) return officersMoves(context, made)
  return entry.deadlines.flatMap((change) => {
    const duty = dutyBehind(context, state, change)
    if (!duty) return []
    const stood = before?.held?.clocks.find(({ deadline }) => isSameTask(deadline, change))?.deadline.dueOn
    const deduplicationKey = `${kind}-${entry.revision}`
    return [
      {
        ...about(context, duty, made),
        kind,
        deduplicationKey,
        from: change.from ?? stood ?? null,
        words: wordsOf(entry),
      },
    ]
  })
}

/** What moves the dates of a case, or holds it, without an officer of the case. */
const moving: Partial<Record<HistoryEntry['type'], 'moved' | 'hold' | 'endHold'>> = {
  recalculate: 'moved',
  hold: 'hold',
  endHold: 'endHold',
}

/** An officer who takes longer, or stops the clock, tells the applicant why (行政许可法 第四十二条、第四十五条), and when it goes on. */
function officersMoves({ edition }: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { state, entry, event } = made
  const kind = event ? rowOf(event)?.announces?.kind : undefined
  if (!event || !kind) return []
  return entry.deadlines.map(({ task, part, from, to: dueOn, unit, article }) => ({
    ...stepOf(made),
    kind,
    task,
    part,
    entry: openedAt(state, { task, part }),
    deduplicationKey: `${kind}-${entry.revision}`,
    roles: ownRolesOf(edition),
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
function lastDays(context: DeadlineContext, made: AnnouncedStep): Notice[] {
  const { before, state, entry } = made
  const stage = stageAt(context.edition, state.value)
  const law = stage && kindOf(stage)
  const moved = law?.lastDay?.(state.case)
  const completion = state.deadlines.find(({ task }) => task === law?.mainTask)
  if (!moved || moved.on === (before && law?.lastDay?.(before.case)?.on) || !completion) return []
  const duty = dutyBehind(context, state, completion)
  if (!duty) return []
  const deduplicationKey = `moved-${entry.revision}`
  const notice = { ...about(context, duty, made), deduplicationKey, words: wordsOf(entry) }
  return [{ ...notice, kind: 'moved', from: moved.planned }]
}

function about(context: DeadlineContext, duty: Duty, made: AnnouncedStep) {
  const { state, entry } = made
  const { task, part, roles, unit, article } = duty
  const isThis = (each: { task: string; part: string | null }) => isSameTask(each, duty)
  const dueOn = state.deadlines.find(isThis)?.dueOn ?? null
  const days = dueOn === null ? null : daysLeft(calendarOf(context, roles), unit, entry.on, dueOn)
  const opened = openedAt(state, duty)
  const required = duty.reminders?.required ?? false
  const what = {
    task,
    part,
    entry: opened,
    roles,
    user: duty.claimedBy,
    request: requestBehind(context, duty, state),
  }
  return { ...stepOf(made), ...what, dueOn, from: null, dateOf: null, days, unit, required, article }
}

/** The revision at which a task was opened. */
function openedAt({ tasks, revision }: ProjectState, sought: Pick<OpenTask, 'task' | 'part'>): number {
  return findTask(tasks, sought)?.entry ?? revision
}

/** The step that a notice tells of. */
function stepOf({ state, entry: { type: event, by } }: AnnouncedStep) {
  return { phase: phaseOf(state.value), event, by, outcome: null, ground: null, request: null }
}

function wordsOf({ payload: { reason, source } }: HistoryEntry): string | null {
  const words = reason ?? source
  return typeof words === 'string' ? words : null
}
