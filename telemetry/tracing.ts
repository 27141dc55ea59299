import type { WorkflowClientInterceptor } from '@temporalio/client'
import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import type { Connection } from 'mongoose'

/** What traces a process: given to its client, its worker and its connection to MongoDB. */
export type Tracing = {
  isOn: boolean
  client: WorkflowClientInterceptor[]
  activities: ActivityInterceptorsFactory[]
  watch(connection: Connection): void
  /** Sends what has not been sent yet, for at most five seconds. */
  stop(): Promise<void>
}

/** Traces nothing, and loads nothing that could. */
export const noTracing: Tracing = {
  isOn: false,
  client: [],
  activities: [],
  watch: () => undefined,
  stop: () => Promise.resolve(),
}

/** Traces to an OTLP/HTTP collector, e.g. `http://127.0.0.1:4318`, as the named service; nothing where there is none. */
export async function startTracing(collector: string | undefined, service: string): Promise<Tracing> {
  if (collector === undefined) return noTracing
  const { exportTo } = await import('./exporting.ts')
  return exportTo(collector, service)
}
