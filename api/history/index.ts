import { z } from 'zod'
import type { Edition } from '../../policy/edition/edition.ts'
import { engineLedger, EngineLine } from './engine.ts'
import type { EngineSources } from './engine-runs.ts'
import { eventLedger, EventLine } from './events.ts'
import type { Ledger, Part } from './ledger.ts'
import type { LedgerKind, Visibility } from '../../policy/access/visibility.ts'
import { noticeLedger, NoticeLine } from './notices.ts'
import { operationLedger, OperationLine } from './operations.ts'
import { readLedger, ReadLine } from './reads.ts'

/** A line of a history, of whichever ledger. */
export const HistoryLine = z.discriminatedUnion('kind', [
  EventLine,
  OperationLine,
  NoticeLine,
  ReadLine,
  EngineLine,
])
/** As `HistoryLine`. */
export type HistoryLine = z.infer<typeof HistoryLine>

/** The case whose history is read, how much of it may be seen, and which part is asked for. */
type Asked = { project: string; edition: Edition; visibility: Visibility; part: Part }

/** The ledgers of a case, each showing as much as the visibility allows. */
export function ledgersOf(engines: EngineSources, { project, edition, visibility, part }: Asked) {
  const { models } = engines
  const seen = (kind: LedgerKind) => ({ edition, part, detail: visibility[kind] })
  return {
    engine: engineLedger(engines, project, part),
    event: eventLedger(models, project, seen('event')),
    operation: operationLedger(models, project, part),
    notice: noticeLedger(models, project, seen('notice')),
    read: readLedger(models, project, part),
  } satisfies Record<LedgerKind, Ledger<HistoryLine>>
}
