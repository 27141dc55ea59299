import { z } from 'zod'
import { DateText } from '../../policy/edition/application.ts'
import { addDays, endOfDay } from '../../policy/time/dates.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { ReadView, viewRead } from '../history/reads.ts'
import { findPage, newestBy, PageQuery, pageSchema } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'

/** Who has read what was not their own. */
export function readRoutes({ models }: Dependencies): Route[] {
  return [
    route({
      method: 'get',
      path: '/reads',
      tag: 'operations',
      summary: { zh: '查阅记录，新的在前', en: 'Who has read cases and records, newest first' },
      admit: (caller) => refuseOnPlatform(caller, 'readReads'),
      query: PageQuery.extend({
        person: z.string().min(1).max(200).optional(),
        from: DateText.optional().meta({ description: 'The first day, in Shanghai.' }),
        to: DateText.optional().meta({ description: 'The last day, in Shanghai.' }),
        cursor: z.string().min(1).max(1_000).optional().meta({ description: '`next` of the page before.' }),
      }),
      answer: { status: 200, schema: pageSchema(ReadView) },
      async handle({ query: { person, from, to, ...query } }) {
        const at = {
          ...(from !== undefined && { $gte: new Date(endOfDay(addDays(from, -1))) }),
          ...(to !== undefined && { $lt: new Date(endOfDay(to)) }),
        }
        const filter = {
          ...(person !== undefined && { 'by.user': person }),
          ...(Object.keys(at).length > 0 && { at }),
        }
        const { items, next } = await findPage(models.reads, filter, query, newestBy('at'))
        return { body: { items: items.map(viewRead), next } }
      },
    }),
  ]
}
