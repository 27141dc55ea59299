import type { HistoryRecord, NoticeRecord, ProjectRecord, TaskRecord } from '../../models/index.ts'
import type { Anchor, Leaf, SuiteName } from '../../policy/integrity/anchors.ts'
import type { Application } from '../../policy/edition/application.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import type { AdminCommandInput } from '../../workflows/contract.ts'

/** What instants become in JSON: ISO 8601. */
type Written<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K]
}

/** Who has a case file made, as it stands on its cover. */
export type Exporter = { user: string; role: string }

/** A line of the history with its seal. */
export type LineOfCase = Omit<Written<HistoryRecord>, '_id'>

/** The digest of the state after a line; the state itself is not repeated. */
export type SnapshotOfCase = { revision: number; at: string; digest: Digest; editionHash: string }

/** Who was told what, when, and what became of the message that carried it. */
export type NoticeOfCase = Written<NoticeRecord> & {
  delivery: { status: string; attempts: number; sentAt: string | null } | null
}

/** Somebody who is not of the applicant's side has read the case, once or more often within an hour. */
export type ReadOfCase = {
  by: { user: string; role: string; district: string | null } | null
  what: string
  at: string
  last: string
  times: number
}

/** A run of the workflow; `archive` is the SHA-256 of its history as bytes, instants are in ISO 8601. */
export type RunOfCase = {
  number: number
  runId: string
  /** The run that it goes on from, or takes the place of; null for the first. */
  previous: string | null
  /** The admin command by which it takes the place of `previous`; null where it goes on by itself. */
  restart: AdminCommandInput | null
  startedAt: string
  /** The type of its last event and its instant; null while it is open. */
  end: string | null
  closedAt: string | null
  events: number
  archive: Digest
  /** It is closed and kept; else it was read from the engine. */
  kept: boolean
}

/** A neighbour of a leaf on its way to the root, the hash in hexadecimal digits. */
export type ProofStep = { side: 'left' | 'right'; hash: string }

/** An anchor that covers the case or a run of it; of runs, and of the last one over the case, also the way from its leaf to the root. */
export type AnchorOfCase = { leaf: Leaf; anchor: Anchor; path: ProofStep[] | null }

/** The certificate, as it stands in the library. */
export type CertificateOfCase = {
  number: string
  enterprise: string
  certifiedOn: string
  completedOn: string | null
  revokedOn: string | null
}

/** A whole case at an instant; plain JSON. */
export type CaseContent = {
  format: 'zhigai-case'
  version: 1
  exportedAt: string
  exportedBy: Exporter
  project: { id: string } & Omit<Written<ProjectRecord>, '_id' | 'anchored'>
  edition: { hash: string; document: Edition }
  /** The application in each of its forms, first things first. */
  applications: { revision: number; at: string; application: Application }[]
  lines: LineOfCase[]
  snapshots: SnapshotOfCase[]
  tasks: Omit<TaskRecord, '_id'>[]
  notices: NoticeOfCase[]
  reads: ReadOfCase[]
  /** How many of the oldest reads are not in the file, because there are more than it takes. */
  leftOut: { reads: number }
  certificate: CertificateOfCase | null
  runs: RunOfCase[]
  anchors: AnchorOfCase[]
}

/** Who has signed a document, by which key, and when; `value` and `publicKey` are in base64. */
export type Signature = { suite: SuiteName; key: Digest; publicKey: string; at: string; value: string }

/** A document with its signature, which covers everything but its own value. */
export type Signed<T> = T & { signature: Signature }

/** A case with its signature: what `case.json` holds. */
export type CaseFile = Signed<CaseContent>

/** The files of a case file beside the manifest itself. */
export type CaseFileManifest = {
  format: 'zhigai-case-manifest'
  version: 1
  project: string
  files: { path: string; size: number; sha256: Digest }[]
}
