import { Client, Connection } from '@temporalio/client'
import { saveEdition } from '../../api/editions/editions.ts'
import { readCalendar, readCurrentEdition } from '../../server/editions.ts'
import { connectModels, type Models } from '../../models/index.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import type { Rules } from './certified.ts'
import { openInstallation } from './installation.ts'
import { seatOfficers } from './officers.ts'

/** A fresh installation with API and worker, and officers who work there over HTTP until it is closed. */
export async function openOffice(officerCount: number) {
  const installation = await openInstallation()
  const { config } = installation
  try {
    const api = await installation.start(new URL('../../server/api.js', import.meta.url), {})
    const worker = await installation.start(new URL('../../server/worker.js', import.meta.url), {})
    const [connection, models, officers] = await Promise.all([
      Connection.connect({ address: config.temporalAddress }),
      connectModels(config.mongodbUri),
      seatOfficers(config, officerCount),
    ])
    return {
      temporal: new Client({ connection, namespace: config.temporalNamespace }),
      models,
      officers,
      rules: await rulesInForce(models),
      pids: { ...installation.pids, worker: worker.pid ?? 0, api: api.pid ?? 0 },
      async close() {
        try {
          await officers.leave()
        } finally {
          await Promise.all([connection.close(), models.connection.close()])
          await installation.close()
        }
      },
    }
  } catch (error) {
    await installation.close()
    throw error
  }
}

/** An installation at work. */
export type Office = Awaited<ReturnType<typeof openOffice>>

/** The edition in force, which it puts on record if it is not there, and the calendar of the repository. */
export async function rulesInForce(models: Models): Promise<Rules> {
  const edition = readCurrentEdition()
  const editionHash = await saveEdition(models, edition)
  return { process: createProcess(edition, readCalendar()), editionHash }
}
