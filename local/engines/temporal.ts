import { mkdir } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { Connection, isGrpcServiceError } from '@temporalio/client'
import proto from '@temporalio/proto'
import { type EngineProcess, onPort, runEngine, untilReady } from './engine-process.ts'
import { keptUiPort } from './kept-port.ts'

/** After two failures in a row of its workflow task, visibility names a workflow among those with problems. */
const reportedAfter = 'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2'

const notFound = /^5 NOT_FOUND/

/** Longer than any backup is kept: what was closed shortly before one, and not yet archived, is still there when it is restored. */
const retentionSeconds = 400 * 86_400

/** What a Temporal of ours needs; without a data folder it keeps everything in memory. */
export type TemporalOptions = {
  binary: string
  dataDir: string | undefined
  namespace: string
  port?: number | undefined
  uiPort?: number | undefined
  /** Settings of the server beside our own, `key=JSON`. */
  settings?: string[]
  log: (line: string) => void
}

/** A running Temporal server, the address to reach it by, and that of its Web UI. */
export type TemporalServer = EngineProcess & { port: number; uiPort: number; address: string; uiUrl: string }

/** Starts Temporal's development server with its Web UI, and waits until the namespace answers. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true })
  return onPort(options.port, (port) => startOn(port, options))
}

async function startOn(port: number, options: TemporalOptions): Promise<TemporalServer> {
  const { binary, dataDir, namespace, settings = [], log } = options
  const uiPort = options.uiPort ?? (await keptUiPort(dataDir))
  const engine = await runEngine({
    name: 'Temporal',
    binary,
    args: [
      `server start-dev --ip 127.0.0.1 --port ${port} --ui-port ${uiPort} --log-level error`.split(' '),
      ['--namespace', namespace],
      [reportedAfter, ...settings].flatMap((setting) => ['--dynamic-config-value', setting]),
      dataDir === undefined ? [] : storageArgs(dataDir),
    ].flat(),
    // The server spends a tenth of its time collecting garbage; fewer collections cost some memory.
    env: { GOGC: '400' },
    logFile: dataDir === undefined ? devNull : join(dataDir, 'temporal.log'),
    dataDir,
    log,
  })
  const address = `127.0.0.1:${port}`
  await untilReady(engine, () => hasNamespace(address, namespace, 1000))
  if (dataDir !== undefined) await keepClosedRunsLong(address, namespace)
  return { ...engine, port, uiPort, address, uiUrl: `http://127.0.0.1:${uiPort}` }
}

function storageArgs(dataDir: string): string[] {
  const pragmas = ['journal_mode=wal', 'synchronous=full'].flatMap((pragma) => ['--sqlite-pragma', pragma])
  return ['--db-filename', join(dataDir, 'temporal.db'), ...pragmas]
}

/** Whether the server at the address has the namespace; throws when it does not answer in time. */
export function hasNamespace(address: string, namespace: string, patience: number): Promise<boolean> {
  return withServer(address, patience, async (server) => {
    try {
      await server.describeNamespace({ namespace })
      return true
    } catch (error) {
      if (isGrpcServiceError(error) && notFound.test(error.message)) return false
      throw error
    }
  })
}

/** The development server begins with a day. */
function keepClosedRunsLong(address: string, namespace: string): Promise<void> {
  return withServer(address, 10_000, async (server) => {
    const { config } = await server.describeNamespace({ namespace })
    if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) >= retentionSeconds) return
    await server.updateNamespace(
      proto.temporal.api.workflowservice.v1.UpdateNamespaceRequest.fromObject({
        namespace,
        config: { workflowExecutionRetentionTtl: { seconds: retentionSeconds } },
      }),
    )
  })
}

async function withServer<T>(
  address: string,
  patience: number,
  ask: (server: Connection['workflowService']) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: patience })
  try {
    return await connection.withDeadline(Date.now() + patience, () => ask(connection.workflowService))
  } finally {
    await connection.close()
  }
}
