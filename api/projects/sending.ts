import { WorkflowNotFoundError } from '@temporalio/client'
import type { ProjectRecord } from '../../models/index.ts'
import { findRefusal } from '../../policy/case/actions.ts'
import type { Actor } from '../../policy/case/case.ts'
import { errors, RefusalError, type Refusal } from '../../policy/errors.ts'
import { bringsForm, type ProjectEvent } from '../../policy/case/events.ts'
import { readInput } from '../../policy/words/issues.ts'
import { maySee } from '../../policy/access/permissions.ts'
import { projectWorkflowId, send, type Command, type Receipt } from '../../workflows/contract.ts'
import { claimKeys } from './claims.ts'
import { commandOf, digestOf } from '../http/commands.ts'
import { counted, typeOf, type Done } from '../http/counting.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { CaseDependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { getRecord } from './filing.ts'
import { refusalOf } from '../http/problem.ts'

/** An event as it comes in: its body is not yet parsed, because its form is that of the project's edition. */
export type Sending = {
  project: string
  body: unknown
  by: Actor
  idempotencyKey: string
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
export function sendEvent(deps: CaseDependencies, sending: Sending): Promise<Sent> {
  return counted(deps.metrics, typeOf(sending.body), async () => {
    const { record, loaded } = await getVisible(deps, sending.project, sending.by)
    const event = readInput(loaded.eventSchema, sending.body) as ProjectEvent
    const carrying = { record, loaded, event, sending }
    await claimCorrection(deps, carrying)
    const { revision } = await carryOut(deps, carrying)
    // The answer to what was done before is that of then.
    const done = revision <= record.revision ? 'repeated' : 'accepted'
    return { record: await getRecord(deps, sending.project), loaded, done }
  })
}

type Sent = { record: ProjectRecord; loaded: LoadedEdition; done: Done }
type Carrying = { record: ProjectRecord; loaded: LoadedEdition; event: ProjectEvent; sending: Sending }

async function carryOut(deps: CaseDependencies, carrying: Carrying): Promise<Receipt> {
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
    stop({ outcome: isAnswer(error) ? 'answered' : 'failed' })
    if (error instanceof WorkflowNotFoundError) throw new RefusalError(await refusalOfClosed(deps, carrying))
    throw error
  }
  if (receipt.digest !== command.digest) throw new RefusalError({ code: 'idempotency-key-reused' })
  return receipt
}

/** Whether the workflow has been asked and has refused; one that is over has had its say. */
function isAnswer(error: unknown): boolean {
  const { kind } = errors[refusalOf(error).code]
  return error instanceof WorkflowNotFoundError || (kind !== 'unavailable' && kind !== 'internal')
}

/** A project whose workflow is over has reached an end, perhaps since we looked: there nothing is allowed any more. */
async function refusalOfClosed(deps: CaseDependencies, carrying: Carrying): Promise<Refusal> {
  const { loaded, event, sending } = carrying
  const { state, revision } = await getRecord(deps, carrying.record._id)
  const isStale = sending.ifRevision !== null && sending.ifRevision !== revision
  if (isStale) return { code: 'stale-revision', revision }
  const { by, idempotencyKey } = sending
  return findRefusal(loaded, state, event, by, deps.now()) ?? { code: 'outcome-unknown', idempotencyKey }
}

/** The keys of a corrected application are taken before the event is sent, and only where it is about to be accepted. */
async function claimCorrection(
  { models, now }: CaseDependencies,
  { record, loaded, event, sending: { by, ifRevision } }: Carrying,
): Promise<void> {
  if (!bringsForm(event) || (ifRevision !== null && ifRevision !== record.revision)) return
  if (findRefusal(loaded, record.state, event, by, now())) return
  await claimKeys(models, record._id, event.application, by, now())
}
