import { z } from 'zod'
import type { HistoryRecord, Models, ProjectRecord } from '../../models/index.ts'
import type { Actor } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { eventLabels } from '../../policy/case/labels.ts'
import { visibilityOf } from '../../policy/access/visibility.ts'
import { shownPayload } from '../../policy/access/shown-payload.ts'
import { Words } from '../http/words.ts'

/** That an administrator holds a case: the word for it, since when, and why. */
export const HeldView = z
  .object({
    words: Words,
    since: z.string(),
    reason: z.string().nullable().meta({ description: 'For those whom the history tells.' }),
  })
  .meta({ id: 'Held' })

/** The lines by which the cases of a page are held, those that are: one query for all of them. */
export async function holdsOf(
  { history }: Pick<Models, 'history'>,
  records: readonly ProjectRecord[],
): Promise<Map<string, HistoryRecord>> {
  const held = records.flatMap(({ _id, state }) => (state.held ? [_id] : []))
  if (held.length === 0) return new Map()
  const lines = await history
    .find({ project: { $in: held }, type: 'hold' })
    .sort({ project: 1, revision: 1 })
    .lean()
  return new Map(lines.map((line) => [line.project, line]))
}

/** Shows that a case is held, since when and why; null if it is not. */
export function viewHold(
  edition: Edition,
  { state }: ProjectRecord,
  line: HistoryRecord | undefined,
  viewer: Actor,
): z.infer<typeof HeldView> | null {
  if (!state.held) return null
  const { reason } = line ? shownPayload(edition, line, visibilityOf(edition, viewer).event) : {}
  return {
    words: eventLabels.hold,
    since: state.held.on,
    reason: typeof reason === 'string' ? reason : null,
  }
}
