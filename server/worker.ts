import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { createActivities } from '../activities/index.ts'
import { createFailureWatch } from '../activities/activity-failures.ts'
import { ensureSchedules, retentionWarning } from '../evidence/archive/schedules.ts'
import type { Models } from '../models/index.ts'
import { createMailer } from '../delivery/channels/email/email.ts'
import { createDispatcher } from '../delivery/dispatcher.ts'
import { createWebhookChannel } from '../delivery/channels/webhook/webhook.ts'
import { keepLease } from '../operations/worker-lease.ts'
import { correlateActivities, watchSteps } from '../telemetry/activities.ts'
import { createLogger, createTemporalLogger } from '../telemetry/log.ts'
import { taskQueue } from '../workflows/contract.ts'
import { usableKeys } from './audit-keys.ts'
import { runChild } from './child.ts'
import type { ReadyConfig } from './config.ts'
import { connectEngines } from './connect.ts'
import { deploymentOf } from './deployment.ts'
import { openMetricsListener } from './metrics-listener.ts'
import { projectRoot } from './root.ts'
import { runWorker } from './run-worker.ts'

await runChild(async (config) => {
  const logger = createLogger(config.logLevel)
  const keys = await usableKeys(config)
  const codePath = join(projectRoot, 'dist', 'workflow-bundle.js')
  const metrics = await openMetricsListener(config, logger)
  const engines = await connectEngines(config, 'zhigai-worker')
  const { models, temporal, tracing } = engines
  const deployment = deploymentOf(config, codePath, temporal)
  const worker = await runWorker(
    config,
    {
      taskQueue,
      workflowBundle: { codePath },
      activities: createActivities(models, temporal, keys, watchSteps(Date.now)),
      interceptors: {
        activity: [...tracing.activities, correlateActivities(), createFailureWatch(models)],
      },
      ...deployment.options,
    },
    { logger: createTemporalLogger(logger), metricsAddress: metrics?.source },
  )
  const lease = await keepLease(models, {
    namespace: config.temporalNamespace,
    buildId: deployment.options.workerDeploymentOptions?.version.buildId,
  })
  await deployment.begin()
  await ensureSchedules(temporal)
  await warnOfRetention(temporal, logger)
  const dispatcher = dispatcherOf(config, models, logger)
  void dispatcher.run()
  return {
    async stop() {
      metrics?.close()
      await lease.drop()
      await Promise.all([worker.stop(), dispatcher.stop()])
      await engines.close()
    },
  }
})

/** Says where Temporal forgets histories before they are kept. */
async function warnOfRetention(temporal: Client, logger: Logger): Promise<void> {
  const warning = await retentionWarning(temporal)
  if (warning !== null) logger.warn(warning)
}

/** Carries notices by mail, where a mail server is set, and by webhooks. */
function dispatcherOf({ smtpUrl, mailFrom, privateWebhooks }: ReadyConfig, models: Models, logger: Logger) {
  return createDispatcher({
    models,
    channels: {
      email: smtpUrl === undefined ? null : createMailer(smtpUrl, mailFrom),
      webhook: createWebhookChannel({ toPrivate: privateWebhooks }),
    },
    now: Date.now,
    logger,
  })
}
