import { Client, Connection } from '@temporalio/client'
import { saveEdition } from '../../api/editions/editions.ts'
import { createClient } from '../../local/client.ts'
import { connectModels, type Models } from '../../models/index.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import { openIssuer } from '../../portal/issuer.ts'
import { readCalendar, readModelEdition } from '../../server/editions.ts'
import type { Rules } from './certified.ts'
import { openInstallation } from './installation.ts'

/** A fresh installation with API and worker, and what a benchmark speaks to them and to the engines by. */
async function openOffice() {
  const installation = await openInstallation()
  const { config } = installation
  try {
    const api = await installation.start(new URL('../../server/api.js', import.meta.url), {})
    const worker = await installation.start(new URL('../../server/worker.js', import.meta.url), {})
    const [connection, models, issuer] = await Promise.all([
      Connection.connect({ address: config.temporalAddress }),
      connectModels(config.mongodbUri),
      openIssuer(config.dataDir),
    ])
    return {
      temporal: new Client({ connection, namespace: config.temporalNamespace }),
      models,
      client: createClient(config.publicUrl, issuer),
      rules: await rulesInForce(models),
      pids: { ...installation.pids, worker: worker.pid ?? 0, api: api.pid ?? 0 },
      async close() {
        await Promise.all([connection.close(), models.connection.close()])
        await installation.close()
      },
    }
  } catch (error) {
    await installation.close()
    throw error
  }
}

/** An installation at work. */
export type Office = Awaited<ReturnType<typeof openOffice>>

/** Works in an installation of its own, and ends it. */
export async function withOffice(work: (office: Office) => Promise<void>): Promise<void> {
  const office = await openOffice()
  try {
    await work(office)
  } finally {
    await office.close()
  }
}

/** The edition in force, which it puts on record if it is not there, and the calendar of the repository. */
export async function rulesInForce(models: Models): Promise<Rules> {
  const edition = readModelEdition()
  const editionHash = await saveEdition(models, edition)
  return { process: createProcess(edition, readCalendar()), editionHash }
}
