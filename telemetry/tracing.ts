import type { Tracing } from './exporting.ts'

export type { Tracing } from './exporting.ts'

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
