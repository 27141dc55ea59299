import { WorkflowNotFoundError } from '@temporalio/client'
import type { ProjectRecord } from '../models/index.ts'
import { findRefusal } from '../policy/actions.ts'
import type { Actor } from '../policy/case.ts'
import { RefusalError, type Refusal } from '../policy/errors.ts'
import type { ProjectEvent } from '../policy/events.ts'
import { maySee } from '../policy/permissions.ts'
import { projectWorkflowId, send, type Command, type Receipt } from '../workflows/contract.ts'
import { claimKeys } from './claims.ts'
import { commandOf, digestOf } from './commands.ts'
import { withinDeadline } from './deadline.ts'
import type { CaseDependencies } from './dependencies.ts'
import type { LoadedEdition } from './editions.ts'
import { getRecord } from './filing.ts'
import { refusalOf } from './problem.ts'

/** An event as it comes in: its body is not yet parsed, because its form is that of the project's edition. */
export type Sending = {
  project: string
  body: unknown
  by: Actor
  idempotencyKey: string | null
  ifRevision: number | null
  request: string
}

/** A project and its edition, if this person may know of it; else it is not there. */
export async function getVisible(deps: CaseDependencies, project: string, caller: Actor) {
  const record = await deps.models.projects.findById(project).lean()
  const loaded = record && (await deps.editions.of(record))
  if (!record || !loaded || !maySee(loaded.edition, record.state.case, caller))
    throw new RefusalError({ code: 'not-found' })
  return { record, loaded }
}

/** Sends an event to a project and answers with the project after it, when the record shows it. */
export async function sendEvent(
  deps: CaseDependencies,
  sending: Sending,
): Promise<{ record: ProjectRecord; loaded: LoadedEdition }> {
  const { record, loaded } = await getVisible(deps, sending.project, sending.by)
  const event = loaded.eventSchema.parse(sending.body) as ProjectEvent
  try {
    const carrying = { record, loaded, event, sending }
    await claimCorrection(deps, carrying)
    await carryOut(deps, carrying)
    deps.metrics.events.inc({ type: event.type, outcome: 'accepted' })
    return { record: await getRecord(deps, sending.project), loaded }
  } catch (error) {
    deps.metrics.events.inc({ type: event.type, outcome: refusalOf(error).code })
    throw error
  }
}

type Carrying = { record: ProjectRecord; loaded: LoadedEdition; event: ProjectEvent; sending: Sending }

async function carryOut(deps: CaseDependencies, carrying: Carrying): Promise<void> {
  const { temporal } = deps
  const { record, event, sending } = carrying
  const { by, ifRevision, idempotencyKey, request } = sending
  const command: Command = {
    event,
    by,
    command: commandOf(by.user, idempotencyKey),
    digest: digestOf(event),
    ifRevision,
    request,
  }
  const handle = temporal.workflow.getHandle(projectWorkflowId(record._id))
  const stop = deps.metrics.updates.startTimer()
  let receipt: Receipt
  try {
    receipt = await withinDeadline(temporal, () =>
      handle.executeUpdate(send, { args: [command], updateId: command.command }),
    )
    stop({ outcome: 'answered' })
  } catch (error) {
    stop({ outcome: 'failed' })
    if (error instanceof WorkflowNotFoundError) throw new RefusalError(await refusalOfClosed(deps, carrying))
    throw error
  }
  if (receipt.digest !== command.digest) throw new RefusalError({ code: 'idempotency-key-reused' })
}

/** A project whose workflow is over has reached an end, perhaps since we looked: there nothing is allowed any more. */
async function refusalOfClosed(deps: CaseDependencies, carrying: Carrying): Promise<Refusal> {
  const { loaded, event, sending } = carrying
  const { state, revision } = await getRecord(deps, carrying.record._id)
  const isStale = sending.ifRevision !== null && sending.ifRevision !== revision
  if (isStale) return { code: 'stale-revision', revision }
  return findRefusal(loaded, state, event, sending.by, deps.now()) ?? { code: 'unavailable' }
}

/** The keys of a corrected application are taken before the event is sent, and only where it is about to be accepted. */
async function claimCorrection(
  { models, now }: CaseDependencies,
  { record, loaded, event, sending: { by, ifRevision } }: Carrying,
): Promise<void> {
  if (event.type !== 'resubmit' || (ifRevision !== null && ifRevision !== record.revision)) return
  if (findRefusal(loaded, record.state, event, by, now())) return
  await claimKeys(models, record._id, event.application, by, now())
}
