import { spawnSync } from 'node:child_process'
import { Client, Connection } from '@temporalio/client'
import { connectModels, type Models } from '../models/index.ts'
import type { ArchiveSources } from '../evidence/archive/keep.ts'
import type { Config } from '../server/config.ts'
import { enginePids } from './engines/leftovers.ts'
import { UserError } from '../server/user-error.ts'

/**
 * Works with the engines of an installation: those whose addresses are set, else those that `npm start` runs on the data
 * folder now.
 */
export async function withEngines<T>(
  config: Config,
  work: (sources: ArchiveSources) => Promise<T>,
): Promise<T> {
  const address = temporalAtHand(config)
  return withModels(config, (models) =>
    withTemporal(address, config.temporalNamespace, (temporal) => work({ models, temporal })),
  )
}

/** Where the Temporal is that is set, else that of the command that runs on the data folder. */
export function temporalAtHand({ temporalAddress, dataDir }: Config): string {
  return temporalAddress ?? `127.0.0.1:${portOf(dataDir, 'Temporal')}`
}

/** Works with Temporal alone, at an address. */
export async function withTemporal<T>(
  address: string,
  namespace: string,
  work: (temporal: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address }).catch(() => {
    throw new UserError(silent('Temporal', address, 'TEMPORAL_ADDRESS'))
  })
  try {
    return await work(new Client({ connection, namespace }))
  } finally {
    await connection.close()
  }
}

/** Works with the record alone, found as `withEngines` does. */
export async function withModels<T>(config: Config, work: (models: Models) => Promise<T>): Promise<T> {
  const uri =
    config.mongodbUri ?? `mongodb://127.0.0.1:${portOf(config.dataDir, 'MongoDB')}/zhigai?replicaSet=rs0`
  const models = await connectModels(uri).catch((error: unknown) => {
    if (!(error instanceof Error) || !/ServerSelection|Network/.test(error.name)) throw error
    throw new UserError(silent('MongoDB', hostsOf(uri), 'MONGODB_URI'))
  })
  try {
    return await work(models)
  } finally {
    await models.connection.close()
  }
}

function silent(name: string, address: string, setting: string): string {
  return (
    `${address} 的 ${name} 无应答：请先运行 npm start，或改正 ${setting} · ` +
    `${name} at ${address} does not answer: run npm start first, or set ${setting} right`
  )
}

/** Where an address of MongoDB leads, without who signs in there. */
function hostsOf(uri: string): string {
  return uri.replace(/^[^:]+:\/\/(?:.*@)?/, '').replace(/[/?].*$/, '')
}

/** The port that an engine on the data folder was told to listen on. */
function portOf(dataDir: string, name: string): string {
  const pid = enginePids(dataDir)[name]
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid ?? 0)], { encoding: 'utf8' })
  const [, port] = / --port (\d+)/.exec(stdout) ?? []
  if (port) return port
  throw new UserError(
    `${dataDir} 上没有运行中的 ${name}，请先 npm start，或设置 TEMPORAL_ADDRESS 与 MONGODB_URI · ` +
      `no ${name} runs on ${dataDir}; use npm start first, or set TEMPORAL_ADDRESS and MONGODB_URI`,
  )
}
