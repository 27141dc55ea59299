import type { AsyncLocalStorage } from 'node:async_hooks'
import type {
  DisposeInput,
  Headers,
  Next,
  WorkflowInterceptors,
  WorkflowInternalsInterceptor,
} from '@temporalio/workflow'

/** Under this name Temporal's tracing carries a trace from the client to the activities. */
const header = '_tracer-data'

/** What a workflow does later than this is no part of the request that began it: a case lives for years. */
const belongsWithinMs = 60_000

type Traced = { carried: Headers[string]; until: number }

/** Made when the first trace comes in, so that a case without one pays nothing. */
let storage: AsyncLocalStorage<Traced> | undefined

/** The sandbox has no modules of Node's, but this one class. */
function open(): AsyncLocalStorage<Traced> {
  const { AsyncLocalStorage: Storage } = globalThis as unknown as {
    AsyncLocalStorage: new () => AsyncLocalStorage<Traced>
  }
  return (storage ??= new Storage())
}

function within<T>(headers: Headers, work: () => T): T {
  const carried = headers[header]
  return carried === undefined ? work() : open().run({ carried, until: Date.now() + belongsWithinMs }, work)
}

function withTrace<T extends { headers: Headers }>(input: T): T {
  const traced = storage?.getStore()
  if (!traced || Date.now() > traced.until) return input
  return { ...input, headers: { ...input.headers, [header]: traced.carried } }
}

/**
 * Hands the trace of an update on to the activities that it schedules, and the trace of the start to those of its first
 * minute. Without a trace nothing is added; with one, no command is added or moved: only headers, which replay does not
 * compare. Spans are made outside, by client and activities.
 */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute: (input, next) => within(input.headers, () => next(input)),
        handleUpdate: (input, next) => within(input.headers, () => next(input)),
        handleSignal: (input, next) => within(input.headers, () => next(input)),
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withTrace(input)),
        scheduleLocalActivity: (input, next) => next(withTrace(input)),
      },
    ],
    internals: [{ dispose }],
  }
}

function dispose(input: DisposeInput, next: Next<WorkflowInternalsInterceptor, 'dispose'>): void {
  storage?.disable()
  next(input)
}
