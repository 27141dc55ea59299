import { isSameTask, phaseOf, type CaseEvent, type HistoryEntry, type ProjectState } from './case.ts'
import { calendarOf, dutyBehind, type Timekeeper } from './deadlines.ts'
import { dutiesOf, type Duty } from './duties.ts'
import type { Edition } from './edition.ts'
import type { Notice } from './notice.ts'
import { daysLeft } from './reminders.ts'

type Told = { before: ProjectState | null; state: ProjectState; entry: HistoryEntry; event: CaseEvent | null }

/** What a step has everybody told at once: tasks that are theirs now, decisions, an officer's urging, due dates that a calendar moved. */
export function announcementsOf(keeper: Timekeeper, told: Told): Notice[] {
  return [
    ...openings(keeper, told),
    ...outcomes(keeper.edition, told),
    ...urgings(keeper, told),
    ...moves(keeper, told),
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

const ranks = { own: 1, district: 2, all: 3 } as const satisfies Record<
  Edition['roles'][number]['scope'],
  number
>

function rankOf({ roles }: Edition, role: string): number {
  const scope = roles.find(({ id }) => id === role)?.scope
  return scope ? ranks[scope] : 0
}

function openings(keeper: Timekeeper, { before, state, entry }: Told): Notice[] {
  return state.deadlines.flatMap((deadline) => {
    const isNew = !before?.deadlines.some(
      ({ task, entry: opened }) => task === deadline.task && opened === deadline.entry,
    )
    const duty = dutyBehind(keeper, state, deadline)
    if (!duty || !isNew || !(duty.reminders?.opened || (deadline.overdue && duty.reminders))) return []
    return [
      { ...about(keeper, duty, state, entry.on), kind: 'opened', occasion: 'opened', words: wordsOf(entry) },
    ]
  })
}

/** Decisions that the applicant hears of at once, whatever it has turned off. */
const decisions: ReadonlySet<string> = new Set([
  'approve',
  'reject',
  'grantExtension',
  'refuseExtension',
  'revoke',
  'refuseRevocation',
  'lapse',
])

function outcomes(edition: Edition, { state, entry }: Told): Notice[] {
  const { stages, ends } = edition
  const isSupervised = stages.some(({ id, kind }) => kind === 'supervision' && id === phaseOf(state.value))
  const isOver = ends.some(({ id }) => id === phaseOf(state.value))
  // A hearing that lapses decides nothing.
  if (!decisions.has(entry.type) || !(isOver || (isSupervised && entry.type !== 'lapse'))) return []
  const plain = { period: null, user: null, dueOn: null, days: null, unit: null, required: true }
  return [
    {
      ...plain,
      kind: 'outcome',
      task: phaseOf(state.value),
      entry: entry.revision,
      occasion: entry.type,
      roles: applicantsOf(edition),
      article: entry.article,
      words: wordsOf(entry),
    },
  ]
}

/** What is late, where something is; else everything that is open. */
function urgings(keeper: Timekeeper, { state, entry, event }: Told): Notice[] {
  if (event?.type !== 'urge') return []
  const open = urgeable(keeper.edition, state, event.by.role)
  const late = open.filter((duty) => state.deadlines.some((each) => isSameTask(each, duty) && each.overdue))
  return (late.length > 0 ? late : open).map((duty) => ({
    ...about(keeper, duty, state, entry.on),
    kind: 'urge',
    occasion: `urge@${entry.on}`,
    words: event.note ?? null,
  }))
}

function moves(keeper: Timekeeper, told: Told): Notice[] {
  const { state, entry } = told
  const isHeld = entry.type === 'hold' || entry.type === 'endHold'
  if (entry.type !== 'recalculate' && !isHeld) return officersMoves(keeper, told)
  return entry.deadlines.flatMap((change) => {
    const duty = dutyBehind(keeper, state, change)
    if (!duty) return []
    const occasion = `moved-${entry.revision}`
    const words = isHeld ? wordsOf(entry) : change.from
    return [{ ...about(keeper, duty, state, entry.on), kind: 'moved', occasion, words }]
  })
}

/** An officer who takes longer, or stops the clock, tells the applicant why (行政许可法 第四十二条、第四十五条). */
function officersMoves({ edition }: Timekeeper, { entry, event }: Told): Notice[] {
  if (event?.type !== 'extendTime' && event?.type !== 'suspend') return []
  const { revision, deadlines } = entry
  const roles = applicantsOf(edition)
  const telling = {
    kind: 'moved',
    roles,
    user: null,
    days: null,
    required: true,
    words: event.reason,
  } as const
  return deadlines.map(({ task, period, to: dueOn, unit, article }) => {
    return { ...telling, task, period, entry: revision, occasion: `moved-${revision}`, dueOn, unit, article }
  })
}

function applicantsOf({ roles }: Edition): string[] {
  return roles.filter(({ scope }) => scope === 'own').map(({ id }) => id)
}

function about(keeper: Timekeeper, duty: Duty, state: ProjectState, on: string) {
  const { task, period, roles, unit, article } = duty
  const isThis = (each: { task: string; period: string | null }) => isSameTask(each, duty)
  const dueOn = state.deadlines.find(isThis)?.dueOn ?? null
  const days = dueOn === null ? null : daysLeft(calendarOf(keeper, roles), unit, on, dueOn)
  const entry = state.tasks.find(isThis)?.entry ?? state.revision
  const required = duty.reminders?.required ?? false
  return { task, period, entry, roles, user: duty.claimedBy, dueOn, days, unit, required, article }
}

function wordsOf({ payload }: HistoryEntry): string | null {
  const { reason } = payload
  return typeof reason === 'string' ? reason : null
}
