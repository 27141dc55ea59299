import { z } from 'zod'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { FindingView, viewFinding } from './finding-views.ts'
import { findPage, newestBy, PageQuery, pageSchema } from '../http/page.ts'
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
      admit: (caller) => refuseOnPlatform(caller, 'readOperations'),
      logsReads: true,
      query: PageQuery.extend({ project: z.string().min(1).max(60).optional() }),
      answer: { status: 200, schema: pageSchema(FindingView) },
      async handle({ query: { project, ...query } }) {
        const filter = project === undefined ? {} : { project }
        const { items, next } = await findPage(models.findings, filter, query, newestBy('lastAt'))
        return {
          body: { items: items.map(viewFinding), next },
          shows: items.map((each) => each.project ?? ofNoCase),
        }
      },
    }),
  ]
}
