import type { HistoryRecord, ReadRecord } from '../../models/index.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { ownRolesOf, type Kind, type Level } from '../../policy/access/levels.ts'
import { viewEvent } from './events.ts'
import type { HistoryLine } from './index.ts'
import { showsNotice, viewNotice, type Carried } from './notices.ts'
import type { SeenErrand } from './operations.ts'
import { viewReadLine } from './reads.ts'

/** Something to tell of a case as it happens. */
export type Told =
  | { kind: 'event'; record: HistoryRecord }
  | { kind: 'read'; record: ReadRecord }
  | ({ kind: 'operation' } & SeenErrand)
  | ({ kind: 'notice' } & Carried)

/** The case that somebody listens to, how much of it they may see, and which part of that they have asked for. */
export type Interest = {
  project: string
  edition: Edition
  level: Level
  kinds: readonly Kind[]
  person: string | undefined
}

/** What somebody is told of something, as the history would show it to them; nothing, if it is not for them. */
export function linesFor(told: Told, { project, edition, level, kinds, person }: Interest): HistoryLine[] {
  if (!kinds.includes(told.kind) || level[told.kind] === 'none') return []
  const isOf = (each: { project: string }, whose: string | undefined) =>
    each.project === project && (person === undefined || person === whose)
  switch (told.kind) {
    case 'event': {
      const { record } = told
      const { event: detail } = level
      const isAskable = detail !== 'own' || ownRolesOf(edition).includes(record.by?.role ?? '')
      return isOf(record, isAskable ? record.by?.user : undefined) ? [viewEvent(edition, record, detail)] : []
    }
    case 'read':
      return isOf(told.record, told.record.by.user) ? [viewReadLine(told.record)] : []
    case 'operation': {
      const { errand, view } = told
      const isTheirs = person === undefined || errand.by.includes(person)
      return errand.projects.includes(project) && isTheirs ? [view] : []
    }
    case 'notice': {
      const { notice } = told
      const isShown = isOf(notice, notice.recipient) && showsNotice(edition, notice, level.notice)
      return isShown ? [viewNotice(edition, told, level.notice)] : []
    }
  }
}
