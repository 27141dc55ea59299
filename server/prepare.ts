import { saveFirstCalendar } from '../api/calendars/calendars.ts'
import { saveEdition } from '../api/editions/editions.ts'
import { connectModels } from '../models/index.ts'
import { updateIndexes } from '../models/update-indexes.ts'
import type { ReadyConfig } from './config.ts'
import { calendarSource, readCalendar, readEditionsInForce } from './editions.ts'
import { openOwnIssuer } from './key-faults.ts'

/** Makes the record ready for API and worker: collections and indexes, the editions in force, the first calendar, the issuer's key. */
export async function prepare(config: ReadyConfig): Promise<void> {
  const models = await connectModels(config.mongodbUri)
  try {
    await updateIndexes(models)
    for (const edition of readEditionsInForce(config.editions)) await saveEdition(models, edition)
    await saveFirstCalendar(models, readCalendar(), calendarSource)
    if (config.oidcIssuer === undefined) await openOwnIssuer(config.dataDir)
  } finally {
    await models.connection.close()
  }
}
