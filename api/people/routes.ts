import { z } from 'zod'
import { Id } from '../../models/cursor.ts'
import type { PersonRecord } from '../../models/index.ts'
import { isLive } from '../../policy/access/capacities.ts'
import { RefusalError } from '../../policy/errors.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { line } from '../../policy/edition/text.ts'
import type { Dependencies } from '../dependencies.ts'
import { findPage, PageQuery, pageSchema } from '../http/page.ts'
import { removePerson } from './people.ts'
import { ofNoCase, route, type Route } from '../http/route.ts'

const PersonView = z
  .object({
    user: z.string(),
    capacities: z.array(
      z.object({
        role: z.string(),
        district: z.string().nullable(),
        uscc: z.string().nullable(),
        seenAt: z.string(),
        live: z.boolean().meta({ description: 'Whether they are told of cases in it.' }),
      }),
    ),
    removals: z.array(z.object({ by: z.string(), at: z.string(), reason: z.string() })),
  })
  .meta({ id: 'Person' })

/** Who is known and told of cases, in which capacities; and that somebody has left. */
export function peopleRoutes(deps: Dependencies): Route[] {
  return [listRoute(deps), removalRoute(deps)]
}

function listRoute({ models, now }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/people',
    tag: 'operations',
    summary: { zh: '已登录过的人员及其身份', en: 'Who has been seen, and in which capacities' },
    logsReads: true,
    admit: (caller) => refuseOnPlatform(caller, 'readPeople'),
    query: PageQuery.extend({ user: z.string().min(1).max(200).optional() }),
    answer: { status: 200, schema: pageSchema(PersonView) },
    async handle({ query: { user, ...query } }) {
      const order = { by: ['_id'], key: z.tuple([Id]), way: '$gt' } as const
      const { items, next } = await findPage(
        models.people,
        user === undefined ? {} : { _id: user },
        query,
        order,
      )
      return { body: { items: items.map((person) => viewPerson(person, now())), next }, shows: [ofNoCase] }
    },
  })
}

function removalRoute({ models, now }: Dependencies): Route {
  return route({
    method: 'post',
    path: '/people/{user}/removal',
    tag: 'operations',
    summary: {
      zh: '注销离任人员：不再通知，收回地址与日历订阅',
      en: 'Somebody has left: they are told nothing more, and their addresses and calendar are void',
    },
    logsReads: true,
    admit: (caller) => refuseOnPlatform(caller, 'removePerson'),
    params: z.strictObject({ user: z.string().min(1).max(200) }),
    body: z.strictObject({ reason: line(500) }).meta({ id: 'Removal' }),
    answer: { status: 200, schema: PersonView },
    errors: ['not-found'],
    async handle({ params: { user }, body: { reason }, caller }) {
      const at = new Date(now())
      const person = await removePerson(models, user, { by: caller.user, at, reason })
      if (!person) throw new RefusalError({ code: 'not-found' })
      return { body: viewPerson(person, now()), shows: [ofNoCase] }
    },
  })
}

function viewPerson({ _id, capacities, removals }: PersonRecord, nowMs: number) {
  return {
    user: _id,
    capacities: capacities.map((each) => {
      const { role, district, uscc, seenAt } = each
      return { role, district, uscc, seenAt: seenAt.toISOString(), live: isLive(each, nowMs) }
    }),
    removals: removals.map(({ by, at, reason }) => ({ by, at: at.toISOString(), reason })),
  }
}
