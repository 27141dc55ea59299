import { remindersIn } from '../../models/ledger.ts'
import {
  certificateDocument,
  counterOf,
  keysOf,
  later,
  lineDocument,
  projectAfter,
  settlementOf,
  settlesDuplicateKeys,
  snapshotDocument,
  taskDocuments,
} from '../../models/step-documents.ts'
import type {
  CertificateRecord,
  DuplicateKeyRecord,
  CounterRecord,
  EditionRecord,
  HistoryRecord,
  ProjectRecord,
  SnapshotRecord,
  TaskRecord,
} from '../../models/index.ts'
import { bringsForm } from '../../policy/case/events.ts'
import { duplicateKeysOf } from '../../policy/case/duplicates.ts'
import type { NotificationBatch } from '../../policy/notices/notice.ts'
import type { StepRecord } from '../../models/step-record.ts'
import { BrokenHistory, type Statement } from './events.ts'

/** The collections that can be rebuilt from the workflows' histories, and what their documents are. */
export type Rebuilt = {
  editions: EditionRecord
  projects: Omit<ProjectRecord, 'anchored'>
  history: HistoryRecord
  snapshots: SnapshotRecord
  tasks: TaskRecord
  certificates: CertificateRecord
  duplicateKeys: DuplicateKeyRecord
  counters: CounterRecord
}

/** Documents by their ids, in each collection. */
export type Documents = { [Name in keyof Rebuilt]: Map<string, Rebuilt[Name]> }

/** What a case leaves in the record. */
export function noDocuments(): Documents {
  return {
    editions: new Map(),
    projects: new Map(),
    history: new Map(),
    snapshots: new Map(),
    tasks: new Map(),
    certificates: new Map(),
    duplicateKeys: new Map(),
    counters: new Map(),
  }
}

/**
 * The documents of one case as the record must have them, rebuilt from what its histories say: of all that is done, and of so
 * many `early` ones of what is just being written.
 */
export function documentsOf(statements: Statement[], early = 0): Documents {
  const made = noDocuments()
  const late = new Set(statements.filter(({ done }) => !done).slice(early))
  const taken = statements.filter((each) => !late.has(each))
  // What a step leaves depends on the form of its edition.
  for (const each of taken) if (each.kind === 'edition') addEdition(made, each.input)
  for (const each of taken) {
    if (each.kind === 'step') addStep(made, each.step, each.certificate)
    else if (each.kind === 'notification') markReminded(made, each.batch)
  }
  for (const each of taken) if (each.kind === 'versions') countBy(made, each.versions)
  return made
}

function addStep(made: Documents, step: StepRecord, certificate: string | null): void {
  const line = lineDocument(step)
  if (!made.history.has(line._id)) made.history.set(line._id, line)
  const snapshot = snapshotDocument(step)
  if (!made.snapshots.has(line._id)) made.snapshots.set(line._id, snapshot)
  bringUpToDate(made, step, certificate)
  for (const task of taskDocuments(step)) {
    const known = made.tasks.get(task._id)
    if (!known || known.revision < task.revision)
      made.tasks.set(task._id, { ...task, remindedOn: known?.remindedOn ?? null })
  }
  markReminded(made, step)
  if (certificate !== null) issue(made, step, certificate)
  for (const [number, issued] of made.certificates)
    made.certificates.set(number, { ...issued, ...settlementOf(step) })
  claim(made, step)
}

function bringUpToDate({ projects }: Documents, step: StepRecord, certificate: string | null): void {
  const { project: _id, state } = step
  const known = projects.get(_id)
  if (!known && state.revision > 1)
    throw new BrokenHistory(`the history of ${_id} does not begin with its filing`)
  if (known && known.revision >= state.revision) return
  projects.set(_id, projectAfter(known ?? null, step, certificate))
}

/** A restart or an adoption that moved no date leaves no line, and the project counts by its versions all the same. */
function countBy({ projects }: Documents, versions: ProjectRecord['calendars']): void {
  for (const [id, project] of projects)
    projects.set(id, { ...project, calendars: later(project.calendars, versions) })
}

function markReminded({ tasks }: Documents, batch: Omit<NotificationBatch, 'scope' | 'revision'>): void {
  const isHeard = batch.notices.some(({ roles }) => batch.audiences.some(({ role }) => roles.includes(role)))
  const { ids, remindedOn } = remindersIn(batch)
  for (const id of isHeard ? ids : []) {
    const task = tasks.get(id)
    if (task) tasks.set(id, { ...task, remindedOn })
  }
}

function issue({ certificates, counters }: Documents, step: StepRecord, number: string): void {
  certificates.set(number, certificateDocument(step, number))
  const _id = counterOf(step)
  const last = Number.parseInt(number.slice(_id.length + 1), 10)
  counters.set(_id, { _id, last })
}

/** A key is held by whoever brought it first, from then until a correction or an end lets go of it. */
function claim({ duplicateKeys, editions }: Documents, step: StepRecord): void {
  const { project, entry, state, at, editionHash } = step
  const edition = editions.get(editionHash)?.document
  if (!edition)
    throw new BrokenHistory(`the history of ${project} does not say what edition ${editionHash} is`)
  if (entry.by && (entry.type === 'file' || bringsForm(entry)))
    for (const _id of duplicateKeysOf(edition, state.case.application))
      if (!duplicateKeys.has(_id)) duplicateKeys.set(_id, { _id, project, by: entry.by, at: new Date(at) })
  if (!settlesDuplicateKeys(step)) return
  const kept = keysOf(edition, step)
  for (const key of duplicateKeys.keys()) if (!kept.includes(key)) duplicateKeys.delete(key)
}

function addEdition(
  { editions }: Documents,
  { edition, editionHash: _id }: Extract<Statement, { kind: 'edition' }>['input'],
): void {
  const { id, year } = edition
  editions.set(_id, { _id, id, year, document: edition, loadedAt: new Date(0) })
}
