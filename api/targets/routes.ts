import { z } from 'zod'
import type { Models } from '../../models/index.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { refuseBeyond } from '../../policy/access/role-refusals.ts'
import { Targets, type Edition } from '../../policy/edition/edition.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Editions } from '../editions/editions.ts'
import { wholeNumber } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'

const Row = z.object({ district: z.string(), target: z.int(), certified: z.int(), revoked: z.int() })

const TargetsView = z
  .object({
    year: z.int(),
    edition: z.string(),
    items: z.array(Row),
    total: Row.omit({ district: true }),
    ofAll: Targets.nullable().meta({
      description:
        'What the notice says of all together, where the targets of the districts are not its own.',
    }),
  })
  .meta({ id: 'Targets' })

/** Whose targets those of a year are: of the edition of that year; else of the last before it, or of the first. */
function editionOfYear({ inForce, current }: Editions, year: number): Edition {
  const until = inForce.map(({ edition }) => edition).filter((edition) => edition.year <= year)
  return until.toSorted((a, b) => b.year - a.year)[0] ?? current.edition
}

/** Counts against targets: what entered the library from 1 January to 31 December (四（二）). */
export function targetRoutes({ models, editions, now }: Dependencies): Route[] {
  const { organisation } = editions
  return [
    route({
      method: 'get',
      path: '/targets',
      tag: 'targets',
      summary: { zh: '各区县目标与完成数', en: 'Targets of the districts and what they have certified' },
      admit: (caller) => refuseBeyond(organisation, caller, ['district', 'all']),
      query: z.strictObject({ year: wholeNumber(2000, 2199).optional() }),
      answer: {
        status: 200,
        schema: TargetsView,
      },
      async handle({ query: { year = Number(shanghaiDate(now()).slice(0, 4)) }, caller }) {
        const edition = editionOfYear(editions, year)
        const isDistrict = scopeOf(organisation, caller) === 'district'
        const bodies = isDistrict
          ? edition.bodies.filter(({ name }) => name === caller.district)
          : edition.bodies
        const counts = await countCertificates(models, year)
        const items = bodies.map(({ name, target }) => ({
          district: name,
          target,
          certified: counts.get(name)?.certified ?? 0,
          revoked: counts.get(name)?.revoked ?? 0,
        }))
        return {
          body: { year, edition: edition.id, items, total: totalOf(items), ofAll: edition.targets ?? null },
        }
      },
    }),
  ]
}

type Counts = { _id: string; certified: number; revoked: number }

/** What entered the library in a year, by district; what was revoked since leaves the count and is shown apart. */
async function countCertificates({ certificates }: Models, year: number): Promise<Map<string, Counts>> {
  const isRevoked = { $ne: [{ $ifNull: ['$revokedOn', null] }, null] }
  const counts = await certificates.aggregate<Counts>([
    { $match: { certifiedOn: { $gte: `${year}-01-01`, $lte: `${year}-12-31` } } },
    {
      $group: {
        _id: '$district',
        certified: { $sum: { $cond: [isRevoked, 0, 1] } },
        revoked: { $sum: { $cond: [isRevoked, 1, 0] } },
      },
    },
  ])
  return new Map(counts.map((count) => [count._id, count]))
}

function totalOf(items: z.infer<typeof Row>[]) {
  const sum = (field: 'target' | 'certified' | 'revoked') => items.reduce((all, item) => all + item[field], 0)
  return { target: sum('target'), certified: sum('certified'), revoked: sum('revoked') }
}
