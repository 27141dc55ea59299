import { Client, Connection } from '@temporalio/client'
import { connectModels } from '../models/index.ts'
import { startTracing } from '../telemetry/tracing.ts'
import type { ReadyConfig } from './config.ts'

/** Connects a process to the record and to Temporal, traced under the name of a service where traces are collected. */
export async function connectEngines(config: ReadyConfig, service: string) {
  const tracing = await startTracing(config.traceCollector, service)
  const [models, connection] = await Promise.all([
    connectModels(config.mongodbUri, { monitorCommands: tracing.isOn }),
    Connection.connect({ address: config.temporalAddress }),
  ])
  tracing.watch(models.connection)
  const temporal = new Client({
    connection,
    namespace: config.temporalNamespace,
    interceptors: { workflow: tracing.client },
  })
  return {
    models,
    temporal,
    tracing,
    /** Ends both connections; what has been traced is sent before. */
    async close() {
      await connection.close()
      await models.connection.close()
      await tracing.stop()
    },
  }
}

/** The engines of a process. */
export type Engines = Awaited<ReturnType<typeof connectEngines>>
