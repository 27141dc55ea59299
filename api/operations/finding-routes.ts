import { z } from 'zod'
import { InstantAndId, readCursor } from '../../models/cursor.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { FindingView, viewFinding } from './finding-views.ts'
import { behind, PageQuery, pageOf, pageSchema } from '../http/page.ts'
import { ofNoCase, route, type Route } from '../http/route.ts'

/** The register of what was found wrong in the record. */
export function findingRoutes({ models }: Dependencies): Route[] {
  return [
    route({
      method: 'get',
      path: '/findings',
      tag: 'operations',
      summary: {
        zh: '台账核对与核验的发现，附应为与实为，新的在前',
        en: 'What comparisons and verifications have found wrong, with both values, newest first',
      },
      access: 'signedIn',
      admit: (caller) => refuseOnPlatform(caller, 'readOperations'),
      logsReads: true,
      query: PageQuery.extend({ project: z.string().min(1).max(60).optional() }),
      answer: { status: 200, schema: pageSchema(FindingView) },
      errors: ['not-your-role', 'invalid-request'],
      async handle({ query: { limit, cursor, project } }) {
        const key = cursor && readCursor(InstantAndId, cursor)
        const found = await models.findings
          .find({
            ...(project !== undefined && { project }),
            ...(key && behind('lastAt', key, '$lt')),
          })
          .sort({ lastAt: -1, _id: -1 })
          .limit(limit + 1)
          .lean()
        return {
          body: pageOf(
            found,
            limit,
            { place: InstantAndId, of: ({ lastAt, _id }) => [lastAt, _id] },
            viewFinding,
          ),
          shows: found.slice(0, limit).map((each) => each.project ?? ofNoCase),
        }
      },
    }),
  ]
}
