import type { CertificateRecord, HistoryRecord, ProjectRecord, SnapshotRecord, TaskRecord } from './index.ts'
import { lineOf } from '../policy/integrity/chain.ts'
import { roughly } from '../policy/edition/comparable.ts'
import { bringsForm } from '../policy/case/events.ts'
import { duplicateKeysOf, mayBeFiledAgain } from '../policy/case/duplicates.ts'
import type { Edition } from '../policy/edition/edition.ts'
import { taskIdOf } from '../policy/notices/notice.ts'
import type { Task } from '../policy/case/projection.ts'
import type { OnRecord, StepRecord } from './step-record.ts'

/** The line that a step leaves in the history. */
export function lineDocument({ project, entry, state, at, request, run, seal }: StepRecord): HistoryRecord {
  const line = lineOf(entry, state, { project, at, request })
  return { _id: `${project}:${entry.revision}`, ...line, ...seal, run, at: new Date(at) }
}

/** The case as it is after a step, so that it can be seen as it was. */
export function snapshotDocument({ project, state, at, editionHash, versions }: StepRecord): SnapshotRecord {
  const { revision } = state
  const _id = `${project}:${revision}`
  return { _id, project, revision, at: new Date(at), state, editionHash, calendars: versions }
}

/** What a step makes of the project, but for what the steps before it have settled for good. */
export function projectDocument(
  step: StepRecord,
): Omit<ProjectRecord, '_id' | 'anchored' | 'certificate' | 'calendars' | 'filedAt'> {
  const { state, projection, edition, editionHash, at } = step
  const { uscc, district } = state.case.application
  const { phase, outcome } = projection
  const { revision } = state
  const head = step.seal.link
  return {
    phase,
    outcome,
    assignees: [...new Set(state.case.assignments.map(({ user }) => user))],
    edition,
    editionHash,
    uscc,
    district,
    revision,
    state,
    head,
    updatedAt: new Date(at),
  }
}

/** How far a case is on record by a step. */
export function onRecordBy({ state, seal }: StepRecord, certificate: string | null): OnRecord {
  return { revision: state.revision, link: seal.link, certificate }
}

/** How far a project is on record, as it lies there. */
export function onRecordOf({ revision, head, certificate }: ProjectRecord): OnRecord {
  return { revision, link: head, certificate }
}

/** A project after a step, as the record has it then: what it was before, and the number of the certificate if the step issues it. */
export function projectAfter(
  known: Omit<ProjectRecord, 'anchored'> | null,
  step: StepRecord,
  certificate: string | null,
): Omit<ProjectRecord, 'anchored'> {
  const { project: _id, versions, filedAt, effects } = step
  return {
    _id,
    ...projectDocument(step),
    calendars: known ? later(known.calendars, versions) : versions,
    filedAt: known?.filedAt ?? new Date(filedAt),
    certificate: (effects.includes('issueCertificate') ? certificate : null) ?? known?.certificate ?? null,
  }
}

/** Of two pairs of versions the higher ones. */
export function later(
  a: ProjectRecord['calendars'],
  b: ProjectRecord['calendars'],
): ProjectRecord['calendars'] {
  return { country: Math.max(a.country, b.country), local: Math.max(a.local, b.local) }
}

/** The tasks that a step leaves open and those that it closes. */
export function taskDocuments(step: StepRecord): Omit<TaskRecord, 'remindedOn'>[] {
  const { project, state, projection, closed, entry, at } = step
  const { uscc, district } = state.case.application
  const common = { project, uscc, district, revision: state.revision, at: new Date(at) }
  const line = (task: Task, closedOn: string | null) => ({
    _id: taskIdOf(task, project),
    ...task,
    ...common,
    open: closedOn === null,
    closedOn,
  })
  return [...projection.tasks.map((task) => line(task, null)), ...closed.map((task) => line(task, entry.on))]
}

/** The certificate of this number that a step issues. */
export function certificateDocument(
  { project, edition, state, entry }: Pick<StepRecord, 'project' | 'edition' | 'state' | 'entry'>,
  number: string,
): CertificateRecord {
  const { application, enterprise } = state.case
  const { name, uscc, district, category } = application
  return {
    _id: number,
    numberKey: roughly(number),
    project,
    name,
    uscc,
    enterprise: enterprise.name,
    district,
    category,
    edition,
    year: Number(entry.on.slice(0, 4)),
    certifiedOn: entry.on,
    completedOn: null,
    revokedOn: null,
  }
}

/** What a step writes on the certificate: its completion, its revocation (四（二）). */
export function settlementOf({
  effects,
  entry,
  state,
}: Pick<StepRecord, 'effects' | 'entry' | 'state'>): Partial<
  Pick<CertificateRecord, 'completedOn' | 'revokedOn'>
> {
  return {
    ...(effects.includes('completeCertificate') && {
      completedOn: state.case.supervision?.completed?.on ?? entry.on,
    }),
    ...(effects.includes('revokeCertificate') && { revokedOn: entry.on }),
  }
}

/** The counter from which the certificates of a step's body take their numbers. */
export function counterOf({ series }: StepRecord): string {
  return `${series.prefix}-${series.bodyCode}`
}

/** Whether a step settles which keys its project holds. */
export function settlesDuplicateKeys({ entry, state }: StepRecord): boolean {
  return bringsForm(entry) || state.done
}

/** The keys that the project needs after a step: those of its form as it is now, none once it ended without certificate. */
export function keysOf(edition: Edition, { state, projection: { outcome } }: StepRecord): string[] {
  return mayBeFiledAgain(outcome) ? [] : duplicateKeysOf(edition, state.case.application)
}
