import { DefaultLogger, Runtime } from '@temporalio/worker'

/** Silences the native side of Temporal; to be called before anything else of it, once in a test file. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    shutdownSignals: [],
  })
}
