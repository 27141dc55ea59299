import type { Dependencies } from '../../api/dependencies.ts'
import type { Route } from '../../api/http/route.ts'
import { createRoutes } from '../../api/routes.ts'
import { createEditions } from '../../api/editions/editions.ts'
import type { Models } from '../../models/index.ts'
import { readConfig } from '../../server/config.ts'
import { readEditionsInForce } from '../../server/editions.ts'
import type { ErrorCode } from '../../policy/errors.ts'
import { cn } from '../fixtures.ts'

const editions = createEditions({} as Models, readEditionsInForce(readConfig().editions), cn)

/** Enough for routes to be made; none of them is asked anything that needs an engine. */
export const routeDependencies = { editions, allowPrivateAddresses: false } as Dependencies

/** Every route with its schemas. */
export const allRoutes: Route[] = createRoutes(routeDependencies)

/** The form of an event, which its route looks up by the edition of the case. */
export const formOfEvents = editions.current.eventSchema

const known = allRoutes.map(({ method, path, errors }) => ({
  method,
  errors,
  pattern: new RegExp(
    `^/api/v1${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/?]+')}/?(?:\\?|$)`,
    'i',
  ),
}))

/** Holds what is refused to the list of its route: every test that meets a refusal asks this. A fault of ours is on none. */
export function expectListed(method: string, path: string, problem: unknown): void {
  const { code } = problem as { code: ErrorCode }
  const route = known.find((each) => each.method === method.toLowerCase() && each.pattern.test(path))
  if (route && code !== 'internal' && !route.errors.includes(code))
    throw new Error(`${method} ${path} is refused with ${code}, which its route does not list`)
}
