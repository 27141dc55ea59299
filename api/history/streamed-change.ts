import { unseenTypes } from '../../policy/case/events.ts'
import type { HistoryRecord, ReadRecord } from '../../models/index.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { ownRolesOf, type LedgerKind, type Visibility } from '../../policy/access/visibility.ts'
import { viewEvent } from './events.ts'
import type { HistoryLine } from './index.ts'
import { showsNotice, viewNotice, type SentNotice } from './notices.ts'
import type { SettledItem } from './operations.ts'
import { viewReadLine } from './reads.ts'

/** Something to tell of a case as it happens. */
export type StreamedChange =
  | { kind: 'event'; record: HistoryRecord }
  | { kind: 'read'; record: ReadRecord }
  | ({ kind: 'operation' } & SettledItem)
  | ({ kind: 'notice' } & SentNotice)

/** The case that somebody listens to, how much of it they may see, and which part of that they have asked for. */
export type Interest = {
  project: string
  edition: Edition
  visibility: Visibility
  kinds: readonly LedgerKind[]
  person: string | undefined
}

/** What somebody is told of something, as the history would show it to them; nothing, if it is not for them. */
export function linesFor(
  change: StreamedChange,
  { project, edition, visibility, kinds, person }: Interest,
): HistoryLine[] {
  if (!kinds.includes(change.kind) || visibility[change.kind] === 'none') return []
  const isOf = (each: { project: string }, whose: string | undefined) =>
    each.project === project && (person === undefined || person === whose)
  switch (change.kind) {
    case 'event': {
      const { record } = change
      const { event: detail } = visibility
      if (detail === 'own' && unseenTypes.includes(record.type)) return []
      const isAskable = detail !== 'own' || ownRolesOf(edition).includes(record.by?.role ?? '')
      return isOf(record, isAskable ? record.by?.user : undefined) ? [viewEvent(edition, record, detail)] : []
    }
    case 'read':
      return isOf(change.record, change.record.by.user) ? [viewReadLine(change.record)] : []
    case 'operation': {
      const { item, view } = change
      const isTheirs = person === undefined || item.by.includes(person)
      return item.projects.includes(project) && isTheirs ? [view] : []
    }
    case 'notice': {
      const { notice } = change
      const isShown = isOf(notice, notice.recipient) && showsNotice(edition, notice, visibility.notice)
      return isShown ? [viewNotice(edition, change, visibility.notice)] : []
    }
  }
}
