import { Runtime } from '@temporalio/worker'
import { runtimeOptions } from '../../telemetry/worker-metrics.ts'

/** Silences the native side of Temporal; to be called before anything else of it, once in a test file. */
export function quietRuntime(): void {
  Runtime.install(runtimeOptions({ level: 'ERROR' }))
}

/** The same, and it can be scraped on an address. */
export function observedRuntime(metricsAddress: string): void {
  Runtime.install(runtimeOptions({ level: 'ERROR', metricsAddress }))
}
