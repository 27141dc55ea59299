import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Models } from '../models/index.ts'
import type { Calendar } from '../policy/calendar.ts'
import type { Authenticate } from './authentication.ts'
import type { Editions } from './editions.ts'
import type { Metrics } from './metrics.ts'

/** All that the API needs, given from outside. */
export type Dependencies = {
  models: Models
  temporal: Client
  editions: Editions
  calendar: Calendar
  authenticate: Authenticate
  logger: Logger
  metrics: Metrics
  /** Milliseconds since 1970. */
  now: () => number
  /** Milliseconds by which the clock of a new case is ahead of Temporal's, where a year is played; none otherwise. */
  clockOffset?: number
  /** Keys of the embedded issuer, if there is one. */
  jwks: object | null
}
