import { Runtime } from '@temporalio/worker'
import { runtimeOptions } from '../../telemetry/worker-metrics.ts'

/** Whether this process has its native side of Temporal, which the files that it runs share. */
let isQuiet = false

/** Silences the native side of Temporal; to be called before anything else of it. */
export function quietRuntime(): void {
  if (!isQuiet) Runtime.install(runtimeOptions({ level: 'ERROR' }))
  isQuiet = true
}

/** The same, and it can be scraped on an address: for one file, whose workers have it to themselves. */
export async function observedRuntime(metricsAddress: string): Promise<void> {
  if (isQuiet) await Runtime.instance().shutdown()
  isQuiet = false
  Runtime.install(runtimeOptions({ level: 'ERROR', metricsAddress }))
}
