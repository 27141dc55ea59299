import type { Dependencies } from './dependencies.ts'
import type { Route } from './http/route.ts'
import { anchorRoutes } from './anchors/routes.ts'
import { calendarRoutes } from './calendars/routes.ts'
import { caseFileRoutes } from './case-file/routes.ts'
import { deadLetterRoutes } from './operations/dead-letter-routes.ts'
import { diagramRoutes } from './time-travel/diagram-routes.ts'
import { editionRoutes } from './editions/routes.ts'
import { enterpriseRoutes } from './enterprises/routes.ts'
import { feedRoutes } from './people/feed-routes.ts'
import { findingRoutes } from './operations/finding-routes.ts'
import { historyRoutes } from './history/routes.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { libraryRoutes } from './library/routes.ts'
import { meRoutes } from './people/me-routes.ts'
import { operationRoutes } from './operations/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { projectRoutes } from './projects/routes.ts'
import { questionRoutes } from './questions/routes.ts'
import { readRoutes } from './reads/routes.ts'
import { supervisionRoutes } from './supervision/routes.ts'
import { targetRoutes } from './targets/routes.ts'
import { taskRoutes } from './tasks/routes.ts'
import { timeTravelRoutes } from './time-travel/routes.ts'

/** Every call under `/api/v1`. */
export function createRoutes(deps: Dependencies): Route[] {
  return [
    ...questionRoutes(deps),
    ...editionRoutes(deps),
    ...calendarRoutes(deps),
    ...enterpriseRoutes(deps),
    ...projectRoutes(deps),
    ...historyRoutes(deps),
    ...timeTravelRoutes(deps),
    ...diagramRoutes(deps),
    ...anchorRoutes(deps),
    ...caseFileRoutes(deps),
    ...taskRoutes(deps),
    ...supervisionRoutes(deps),
    ...libraryRoutes(deps),
    ...targetRoutes(deps),
    ...inboxRoutes(deps),
    ...meRoutes(deps),
    ...feedRoutes(deps),
    ...peopleRoutes(deps),
    ...deadLetterRoutes(deps),
    ...readRoutes(deps),
    ...findingRoutes(deps),
    ...operationRoutes(deps),
  ]
}
