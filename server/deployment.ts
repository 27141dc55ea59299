import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isGrpcServiceError, type Client } from '@temporalio/client'
import type { WorkerOptions } from '@temporalio/worker'
import proto from '@temporalio/proto'
import { z } from 'zod'
import type { Config } from './config.ts'
import { projectRoot } from './root.ts'
import { UserError } from './user-error.ts'

/** The name under which Temporal knows the builds of zhigai (docs/decisions/0015-worker-versions.md). */
const deploymentName = 'zhigai'
const patience = 60_000
const manifest = z.object({ version: z.string() })
/** By gRPC's numbers: not found. */
const notFound = new Set<number>([5])
/** By gRPC's numbers: invalid argument, permission denied, unimplemented, unauthenticated. To ask again is of no use. */
const hopeless = new Set<number>([3, 7, 12, 16])

/** A build as Temporal knows it: `current` gets the work, one that drains or has drained once was. */
export type Build = { buildId: string; status: string; seenAt: Date | null }

/** The builds of an installation; null where work goes to workers that tell no build. */
export type Deployment = { current: string | null; wasEverSet: boolean; builds: Build[] }

/** The name of a build: the version of the package and the hash of its workflows, unless the configuration names it. */
export function buildIdOf({ workerBuildId }: Pick<Config, 'workerBuildId'>, codePath: string): string {
  if (workerBuildId !== undefined) return workerBuildId
  const { version } = manifest.parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')))
  const text = readFileSync(codePath, 'utf8')
  // The map behind the code is made anew each time; the code of the same sources is the same.
  const code = text.slice(0, text.lastIndexOf('//# sourceMappingURL='))
  return `${version}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}`
}

/** What a worker tells Temporal of its build, and what it does about it once it waits for work. */
export function deploymentOf(config: Config, codePath: string, temporal: Client) {
  const { workerVersioning } = config
  if (workerVersioning === 'off') return { options: {}, begin: () => giveUpVersions(temporal) }
  const buildId = buildIdOf(config, codePath)
  const workerDeploymentOptions: WorkerOptions['workerDeploymentOptions'] = {
    useWorkerVersioning: true,
    version: { deploymentName, buildId },
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  }
  const begin = async () => {
    if (workerVersioning === 'manual' && (await readDeployment(temporal))?.wasEverSet) return
    await makeCurrent(temporal, buildId)
  }
  return { options: { workerDeploymentOptions }, begin }
}

/**
 * Gives the work to a build, or, without one, to the workers that tell none. Asks again for a minute: Temporal knows a build
 * only when a worker of it waits for work.
 */
export async function makeCurrent(temporal: Client, buildId = '', patienceMs = patience): Promise<void> {
  const { namespace, identity } = temporal.options
  const request = { namespace, identity, deploymentName, buildId }
  for (const limit = Date.now() + patienceMs; ; await delay(200)) {
    try {
      await temporal.withDeadline(Date.now() + 10_000, () =>
        temporal.workflowService.setWorkerDeploymentCurrentVersion(request),
      )
      return
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error
      if (hopeless.has(error.code) || Date.now() > limit)
        throw new UserError(
          `Temporal 未将版本 ${buildId} 设为现行：${error.details} · ` +
            `Temporal does not make build ${buildId} current: ${error.details}; see docs/deploys.md`,
        )
    }
  }
}

/** What Temporal knows of our builds; undefined where none has ever been there. */
export async function readDeployment(temporal: Client): Promise<Deployment | undefined> {
  const { namespace } = temporal.options
  try {
    const { workerDeploymentInfo: found } = await temporal.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    })
    const { currentDeploymentVersion: current, currentVersionChangedTime: changed } =
      found?.routingConfig ?? {}
    return {
      current: current?.buildId ?? null,
      wasEverSet: Number(changed?.seconds ?? 0) > 0,
      builds: (found?.versionSummaries ?? []).map(buildOf),
    }
  } catch (error) {
    if (isGrpcServiceError(error) && notFound.has(error.code)) return undefined
    throw error
  }
}

type Summary = proto.temporal.api.deployment.v1.WorkerDeploymentInfo.IWorkerDeploymentVersionSummary

const statuses = proto.temporal.api.enums.v1.WorkerDeploymentVersionStatus

function buildOf({ deploymentVersion, status, createTime }: Summary): Build {
  const seconds = Number(createTime?.seconds ?? 0)
  return {
    buildId: deploymentVersion?.buildId ?? '',
    status: (statuses[status ?? 0] ?? '').replace('WORKER_DEPLOYMENT_VERSION_STATUS_', '').toLowerCase(),
    seenAt: seconds > 0 ? new Date(seconds * 1000) : null,
  }
}

/** Where a build is current, workers that tell none would wait for ever. */
async function giveUpVersions(temporal: Client): Promise<void> {
  if ((await readDeployment(temporal))?.current) await makeCurrent(temporal)
}
