import type { Dependencies } from '../../api/dependencies.ts'
import type { Route } from '../../api/route.ts'
import { createRoutes } from '../../api/routes/index.ts'
import { readCurrentEdition } from '../../bin/editions.ts'
import { createProcess } from '../../policy/lifecycle.ts'
import { eventSchema } from '../../policy/events.ts'
import { cn } from '../fixtures.ts'

const edition = readCurrentEdition()
const current = { ...createProcess(edition, cn), hash: '', eventSchema: eventSchema(edition) }

/** Every route with its schemas; none of them is asked anything that needs an engine. */
export const allRoutes: Route[] = createRoutes({
  editions: { current },
  allowPrivateAddresses: false,
} as Dependencies)

/** The form of an event, which its route looks up by the edition of the case. */
export const formOfEvents = current.eventSchema
