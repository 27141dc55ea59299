import { setTimeout as pause } from 'node:timers/promises'
import { WorkflowNotFoundError } from '@temporalio/client'
import type { ProjectRecord } from '../../models/index.ts'
import { onRecordOf } from '../../models/step-documents.ts'
import { findRefusal, isStale } from '../../policy/case/actions.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { bringsForm, type ProjectEvent } from '../../policy/case/events.ts'
import { readInput } from '../../policy/words/issues.ts'
import { sendToEnded } from '../../operations/ended.ts'
import { projectWorkflowId, send, type Answer, type Command } from '../../workflows/contract.ts'
import { getVisible } from './visible.ts'
import { reserveKeys } from './duplicate-keys.ts'
import { commandOf, digestOf } from '../http/commands.ts'
import { counted, typeOf, type Done } from '../http/counting.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { CaseDependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { getRecord } from './filing.ts'
import { isAnswered } from '../http/problem.ts'
import { askAndRecord, type Carried } from './recorded.ts'

/** An event as it comes in: its body is not yet parsed, because its form is that of the project's edition. */
export type IncomingEvent = {
  project: string
  body: unknown
  by: Actor
  idempotencyKey: string
  ifRevision: number | null
  request: string
}

/** Sends an event to a project and answers with the project after it, when that is on record. */
export function sendEvent(deps: CaseDependencies, incoming: IncomingEvent): Promise<Sent> {
  return counted(deps.metrics, typeOf(incoming.body), async () => {
    const { record, loaded } = await getVisible(deps, incoming.project, incoming.by)
    const event = readInput(loaded.eventSchema, incoming.body) as ProjectEvent
    const carrying = { record, loaded, event, incoming }
    await reserveCorrectedKeys(deps, carrying)
    const carried = await carryOut(deps, carrying)
    // What was done before is not done again, and the project is shown as it is by now.
    const isRepeated = carried.receipt.revision <= record.revision
    const after = isRepeated ? null : carried.record
    const done = isRepeated ? 'repeated' : 'accepted'
    return { record: after ?? (await getRecord(deps, incoming.project)), loaded, done }
  })
}

type Sent = { record: ProjectRecord; loaded: LoadedEdition; done: Done }
type Carrying = { record: ProjectRecord; loaded: LoadedEdition; event: ProjectEvent; incoming: IncomingEvent }

async function carryOut(deps: CaseDependencies, carrying: Carrying): Promise<Carried> {
  const { record, event, incoming } = carrying
  const { by, ifRevision, idempotencyKey, request } = incoming
  const command: Command = {
    event,
    by,
    command: commandOf(by.user, idempotencyKey),
    digest: digestOf(event),
    ifRevision,
    request,
    onRecord: onRecordOf(record),
  }
  const intent = { project: record._id, command: command.command }
  const carried = await askAndRecord(deps, intent, record, () => ask(deps, carrying, command))
  if (carried.receipt.digest !== command.digest) throw new RefusalError({ code: 'idempotency-key-reused' })
  return carried
}

async function ask(deps: CaseDependencies, carrying: Carrying, command: Command): Promise<Answer> {
  const { temporal } = deps
  const handle = temporal.workflow.getHandle(projectWorkflowId(carrying.record._id))
  const stop = deps.metrics.updates.startTimer()
  try {
    const answer = await withinDeadline(temporal, () =>
      handle.executeUpdate(send, { args: [command], updateId: command.command }),
    )
    stop({ outcome: 'answered' })
    return answer
  } catch (error) {
    const isOver = error instanceof WorkflowNotFoundError
    stop({ outcome: isOver || isAnswered(error) ? 'answered' : 'failed' })
    if (!isOver) throw error
    const refusal = await refusalOfClosed(deps, carrying)
    if (refusal) throw new RefusalError(refusal)
    return withinDeadline(temporal, () => sendToEnded(deps, carrying.record._id, command))
  }
}

/** A project whose workflow is over has reached an end, perhaps since we looked: there only notes are taken. */
async function refusalOfClosed(deps: CaseDependencies, carrying: Carrying): Promise<Refusal | undefined> {
  const { loaded, event, incoming } = carrying
  const { state, revision } = await recordOfClosed(deps, carrying.record._id)
  if (isStale(state, incoming.ifRevision)) return { code: 'stale-revision', revision }
  const { by, idempotencyKey } = incoming
  const refusal = findRefusal(loaded, state, event, by, deps.now())
  if (refusal) return refusal
  return state.done ? undefined : { code: 'outcome-unknown', idempotencyKey }
}

/** Whoever has sent the last event may still be recording it, or was killed, and the sweeper does: it is waited for that. */
const levelWithinMs = 6_000
const againMs = 50

async function recordOfClosed(deps: CaseDependencies, project: string): Promise<ProjectRecord> {
  for (const until = Date.now() + levelWithinMs; ; await pause(againMs)) {
    const record = await getRecord(deps, project)
    if (record.state.done || Date.now() > until) return record
  }
}

/** The keys of a corrected application are taken before the event is sent, and only where it is about to be accepted. */
async function reserveCorrectedKeys(
  { models, now }: CaseDependencies,
  { record, loaded, event, incoming: { by, ifRevision } }: Carrying,
): Promise<void> {
  if (!bringsForm(event) || isStale(record.state, ifRevision)) return
  if (findRefusal(loaded, record.state, event, by, now())) return
  await reserveKeys(
    models,
    record._id,
    { edition: loaded.edition, application: event.application },
    by,
    now(),
  )
}
