import type { Application } from '../edition/application.ts'
import type { HistoryEntry, ProjectState } from '../case/case.ts'
import { bringsForm } from '../case/events.ts'
import { digestOf, type Digest } from './digest.ts'

/** A line of the history as it is kept: the entry with its case, its instant, its request and the application it brought. */
export type Line = HistoryEntry & {
  project: string
  /** ISO 8601, of the clock of the case. */
  at: string
  /** Of the HTTP request; empty where time made the step. */
  request: string
  application: Application | null
}

/** What makes a line part of its chain. */
export type Seal = {
  /** The link of the line before; null at the filing. */
  previous: Digest | null
  /** Of the state after the line. */
  stateDigest: Digest
  /** Of the line, the state and the line before: whoever changes one of them changes every link after it. */
  link: Digest
}

/** The line that an entry leaves; a filing and a correction bring the application. */
export function lineOf(
  entry: HistoryEntry,
  state: ProjectState,
  place: Pick<Line, 'project' | 'at' | 'request'>,
): Line {
  const bringsApplication = entry.type === 'file' || bringsForm(entry)
  return { ...entry, ...place, application: bringsApplication ? state.case.application : null }
}

/** Seals a line: the chain goes on from the link of the line before. */
export function seal(line: Line, state: ProjectState, previous: Digest | null): Seal {
  const stateDigest = digestOf(state)
  return { previous, stateDigest, link: linkOf(line, { previous, stateDigest }) }
}

/** The link that a line must have. */
export function linkOf(line: Line, { previous, stateDigest }: Omit<Seal, 'link'>): Digest {
  const { project, revision, type, by, on, from, to, payload, article, deadlines, at, request, application } =
    line
  const covered = { project, revision, type, by, on, from, to, payload, article, deadlines, at, request }
  return digestOf({ ...covered, application, previous, stateDigest })
}
