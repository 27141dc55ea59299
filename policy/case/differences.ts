import microdiff from 'microdiff'
import type { Calendars } from '../time/calendar.ts'
import { phaseOf, type Actor, type ProjectState } from './case.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { nameOfField, rankOfField } from '../edition/field-labels.ts'
import { shownCase } from '../access/shown-case.ts'

/** A case at a revision, with what the record has beside its state. */
export type Version = {
  edition: Edition
  state: ProjectState
  certificate: string | null
  calendars: Calendars['versions']
}

/** A field that differs between two versions of a case; null where it has no value. Lists are told as wholes. */
export type Difference = { path: string; name: Words; from: unknown; to: unknown }

/** What differs between two versions of a case, as a person is shown them. */
export function differencesBetween(
  before: Version,
  after: Version,
  viewer: Pick<Actor, 'role'>,
): Difference[] {
  const [from, to] = [fieldsOf(before, viewer), fieldsOf(after, viewer)]
  const paths = new Set(microdiff(from, to).map(({ path }) => String(path[0])))
  return [...paths]
    .toSorted((a, b) => rankOfField(after.edition, a) - rankOfField(after.edition, b))
    .map((path) => ({
      path,
      name: nameOfField(after.edition, path) ?? { zh: path, en: path },
      from: from[path] ?? null,
      to: to[path] ?? null,
    }))
}

/** Every field of a version that has a value, by its path; what is a list in a case is found by its id, not by its place. */
function fieldsOf(
  { edition, state, certificate, calendars }: Version,
  viewer: Pick<Actor, 'role'>,
): Record<string, unknown> {
  const { deadlines, assignments, supervision, state: value, ...shown } = shownCase(edition, state, viewer)
  const reports = Object.fromEntries(
    (supervision?.reports ?? []).map(({ period, ...rest }) => [period, rest]),
  )
  return {
    ...flat({
      phase: phaseOf(state.value),
      ...shown,
      certificate,
      calendars,
      supervision: supervision && { ...supervision, reports },
      assignments: Object.fromEntries(assignments.map(({ user, ...task }) => [idOf(task), user])),
      deadlines: Object.fromEntries(deadlines.map(({ name: _name, ...rest }) => [idOf(rest), within(rest)])),
    }),
    state: value,
  }
}

function idOf({ task, part }: { task: string; part?: string | null }): string {
  return part ? `${task}@${part}` : task
}

function within<T extends { task: string; part?: string | null }>({ task: _task, part: _part, ...rest }: T) {
  return rest
}

function flat(value: object, prefix = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
      if (inner === null || inner === undefined) return []
      if (typeof inner !== 'object' || Array.isArray(inner)) return [[prefix + key, inner]]
      return Object.entries(flat(inner, `${prefix}${key}.`))
    }),
  )
}
