import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { KeyLocation } from '../evidence/audit/keys.ts'
import type { Models } from '../models/index.ts'
import type { Recorder } from '../models/recorder.ts'
import type { Authenticate } from './http/authentication.ts'
import type { CalendarStore } from './calendars/calendars.ts'
import type { Editions } from './editions/editions.ts'
import type { LookAtRoom, Metrics } from './http/metrics.ts'
import type { Rollouts } from './calendars/rollouts.ts'
import type { HistoryStreams } from './history/stream.ts'
import type { InboxStreams } from './inbox/inbox-stream.ts'
import type { ProjectInput } from '../workflows/contract.ts'

/** What it takes to file projects and to send them events, also without the HTTP listener. */
export type CaseDependencies = Pick<
  Dependencies,
  'models' | 'recorder' | 'temporal' | 'editions' | 'calendars' | 'metrics' | 'now' | 'played'
>

/** All that the API needs, given from outside. */
export type Dependencies = {
  models: Models
  /** Puts on record what workflows answer. */
  recorder: Recorder
  temporal: Client
  editions: Editions
  calendars: CalendarStore
  rollouts: Rollouts
  authenticate: Authenticate
  logger: Logger
  metrics: Metrics
  /** The open streams of the inboxes; whoever makes them closes them. */
  inboxStreams: InboxStreams
  /** The open streams of the histories; likewise. */
  historyStreams: HistoryStreams
  /** Where the key lies that signs case files: read for each, it may have been replaced. */
  keys: KeyLocation
  /** Where people reach this installation, without a slash at the end. */
  publicUrl: string
  /** The proxies that are believed about whom they call for, addresses and subnets. */
  proxies: readonly string[]
  /** Whether webhooks may go to addresses of this network, and so without TLS. */
  allowPrivateAddresses: boolean
  /** Whether there is a mail server that notices and codes go out by. */
  sendsMail: boolean
  /** Whether callers are held to so many requests a minute. */
  limitsRate: boolean
  /** Milliseconds since 1970. */
  now: () => number
  /** What the time of a new case goes by where a year is played; nothing otherwise. */
  played?: Pick<ProjectInput, 'clockOffset' | 'spread'>
  /** Whether this process is about to end, so that nobody should be sent here; it never is, if left out. */
  isLeaving?: () => boolean
  /** Left out where the engines are not ours. */
  room?: LookAtRoom
  /** Keys of the embedded issuer, if there is one. */
  jwks: object | null
}
