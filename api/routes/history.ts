import { z } from 'zod'
import type { HistoryRecord } from '../../models/index.ts'
import type { Edition } from '../../policy/edition.ts'
import { eventLabels } from '../../policy/labels.ts'
import { scopeOf } from '../../policy/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { decodeCursor, PageQuery, pageOf, pageSchema } from '../page.ts'
import { route, type Route } from '../route.ts'
import { getVisible } from '../sending.ts'

const Line = z
  .object({
    revision: z.int(),
    type: z.string(),
    name: z.object({ zh: z.string(), en: z.string() }),
    by: z
      .object({ role: z.string(), user: z.string().nullable(), district: z.string().nullable() })
      .nullable(),
    on: z.string(),
    at: z.string(),
    from: z.unknown(),
    to: z.unknown(),
    payload: z.unknown(),
    article: z.string(),
  })
  .meta({ id: 'HistoryLine' })

/** What happened to a project, first things first. */
export function historyRoutes(deps: Dependencies): Route[] {
  return [
    route({
      method: 'get',
      path: '/projects/{id}/history',
      tag: 'projects',
      summary: { zh: '办理经过', en: 'What happened to a project' },
      access: 'signedIn',
      params: z.strictObject({ id: z.string().min(1).max(60) }),
      query: PageQuery,
      answer: { status: 200, schema: pageSchema(Line) },
      errors: ['not-found', 'invalid-request'],
      async handle({ params: { id }, query: { limit, cursor }, caller }) {
        const after = decodeCursor(cursor, z.tuple([z.int()]))?.[0] ?? 0
        const { record, loaded } = await getVisible(deps, id, caller)
        const found = await deps.models.history
          .find({ project: record._id, revision: { $gt: after } })
          .sort({ revision: 1 })
          .limit(limit + 1)
          .lean()
        const isOwn = scopeOf(loaded.edition, caller) === 'own'
        return {
          body: pageOf(
            found,
            limit,
            ({ revision }) => [revision],
            (line) => view(loaded.edition, line, isOwn),
          ),
        }
      },
    }),
  ]
}

/** An enterprise sees what an officer did and in which role, not which officer it was. */
function view(
  edition: Edition,
  { revision, type, by, on, at, from, to, payload, article }: HistoryRecord,
  isOwn: boolean,
) {
  const isOfficer = by !== null && scopeOf(edition, by) !== 'own'
  const who = by && {
    role: by.role,
    user: isOwn && isOfficer ? null : by.user,
    district: by.district ?? null,
  }
  return {
    revision,
    type,
    name: eventLabels[type],
    by: who,
    on,
    at: at.toISOString(),
    from,
    to,
    payload,
    article,
  }
}
