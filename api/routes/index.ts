import type { Dependencies } from '../dependencies.ts'
import type { Route } from '../route.ts'
import { anchorRoutes } from './anchors.ts'
import { calendarRoutes } from './calendars.ts'
import { caseFileRoutes } from './case-file.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { diagramRoutes } from './diagram.ts'
import { enterpriseRoutes } from './enterprises.ts'
import { feedRoutes } from './feeds.ts'
import { findingRoutes } from './findings.ts'
import { historyRoutes } from './history.ts'
import { inboxRoutes } from './inbox.ts'
import { libraryRoutes } from './library.ts'
import { meRoutes } from './me.ts'
import { operationRoutes } from './operations.ts'
import { peopleRoutes } from './people.ts'
import { projectRoutes } from './projects.ts'
import { questionRoutes } from './questions.ts'
import { readRoutes } from './reads.ts'
import { supervisionRoutes } from './supervision.ts'
import { targetRoutes } from './targets.ts'
import { taskRoutes } from './tasks.ts'
import { timeTravelRoutes } from './time-travel.ts'

/** Every call under `/api/v1`. */
export function createRoutes(deps: Dependencies): Route[] {
  return [
    ...questionRoutes(deps),
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
