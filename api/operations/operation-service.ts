import type { ClientSession, UpdateQuery } from 'mongoose'
import type { MessageRecord, Models, OperationRecord } from '../../models/index.ts'
import { isDuplicate } from '../../models/repeats.ts'
import { resend } from '../../delivery/dead-letters.ts'
import { lineOf } from '../../operations/carry-out.ts'
import { keepOperation } from '../../operations/keep.ts'
import { listTargets } from '../../operations/targets.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'
import {
  isAgreementOver,
  operationKinds,
  type OperationKind,
  type OperationMove,
  type OperationStatus,
  type OperationTarget,
} from '../../policy/access/operations.ts'
import { startOptions } from '../../workflows/contract.ts'
import {
  operationWorkflowType,
  operationWorkflowId,
  nudge,
  type OperationInput,
} from '../../workflows/contract-operation.ts'
import { commandOf } from '../http/commands.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { Dependencies } from '../dependencies.ts'

/** What an administrator asks for: what, to which cases, why, and how fast. */
export type Proposal = { kind: OperationKind; target: OperationTarget; reason: string; perMinute: number }

/** Who asks, under which key and request. */
type Asker = { caller: Actor; idempotencyKey: string; request: string }

type OperationService = Pick<Dependencies, 'models' | 'temporal' | 'now'>

/** How many cases a trial names. */
const namedByTrial = 20

/** What a trial tells: to how many an operation would go, how many would refuse as they are now, and the first of each. */
export type Trial = {
  count: number
  first: string[]
  refusing: { count: number; first: { id: string; reason: string }[] }
}

/** Lists what an operation would go to, as a proposal would, and keeps nothing. */
export async function tryOut(service: OperationService, proposal: Proposal): Promise<Trial> {
  const targets = await listTargets(service, proposal)
  const refusing = targets.flatMap(({ id, refusal }) => (refusal ? [{ id, reason: lineOf(refusal) }] : []))
  return {
    count: targets.length,
    first: targets.slice(0, namedByTrial).map(({ id }) => id),
    refusing: { count: refusing.length, first: refusing.slice(0, namedByTrial) },
  }
}

/**
 * Keeps an operation, with the list of what it goes to, for another administrator to approve; begins it at once where
 * nobody has to.
 */
export async function propose(
  service: OperationService,
  proposal: Proposal,
  asker: Asker,
): Promise<OperationRecord> {
  const { models } = service
  const _id = operationIdOf(asker)
  const known = await models.operations.findById(_id).lean()
  if (known) return sameProposal(known, proposal)
  const needsApproval = operationKinds[proposal.kind].fourEyes
  const targets = await listTargets(service, proposal)
  const record = {
    ...recordOf(service, _id, proposal, asker),
    status: needsApproval ? ('proposed' as const) : ('approved' as const),
  }
  await models.connection
    .transaction((session) => keepOperation(models, record, targets, session))
    .catch(unlessKept)
  if (!needsApproval) await start(service, _id)
  return sameProposal(await getOperation(models, _id), proposal)
}

const operationIdOf = ({ caller, idempotencyKey }: Asker) =>
  `op-${commandOf(caller.user, idempotencyKey).slice(0, 24)}`

function recordOf(
  { now }: OperationService,
  _id: string,
  proposal: Proposal,
  { caller, request }: Asker,
): Omit<OperationRecord, 'status'> {
  const at = new Date(now())
  return {
    ...proposal,
    _id,
    by: caller,
    request,
    at,
    approvedBy: null,
    approvedAt: null,
    tally: { total: 0, done: 0, refused: 0, failed: 0 },
    failures: [],
    moves: [{ what: 'propose', by: caller.user, at, reason: proposal.reason }],
    startedAt: null,
    finishedAt: null,
  }
}

/** The same proposal may come twice at once. */
function unlessKept(error: unknown): void {
  if (!isDuplicate(error)) throw error
}

/**
 * Sends one dead message again, at once, and keeps that as an operation; refused if it is not dead, or there is none. The same
 * key sends it once.
 */
export async function sendAgain(
  service: OperationService,
  message: string,
  reason: string,
  asker: Asker,
): Promise<MessageRecord> {
  const { models, now } = service
  const at = new Date(now())
  const proposal = { kind: 'resend', target: { message }, reason, perMinute: 600 } as const
  const _id = operationIdOf(asker)
  const known = await models.operations.findById(_id).lean()
  if (known) {
    sameProposal(known, proposal)
    return getMessage(models, message)
  }
  const targets = await listTargets(service, proposal)
  const found = await resend(models, message, at, async (session) => {
    const made = recordOf(service, _id, proposal, asker)
    const tally = { ...made.tally, done: 1 }
    const record = { ...made, status: 'done' as const, tally, startedAt: at, finishedAt: at }
    const done = { outcome: 'done' as const, by: [asker.caller.user], at }
    await keepOperation(models, record, targets, session, done)
  })
  if (!found) throw new RefusalError({ code: 'not-found' })
  if (found.revived) return found.message
  throw new RefusalError({ code: 'message-not-dead', messageStatus: found.message.status })
}

const ownProposal = {
  zh: '此项运维操作由本人提出，须由另一位管理员复核（双人原则）。',
  en: 'Who proposed an operation does not agree to it: another administrator does (four eyes).',
}

/** Agrees to an operation that somebody else has proposed, and has it carried out; the same person may ask again. */
export async function approve(
  service: OperationService,
  id: string,
  { caller, reason }: { caller: Actor; reason: string | null },
): Promise<OperationRecord> {
  const { models, now } = service
  const found = await getOperation(models, id)
  const isMine = found.by.user === caller.user
  if (isMine && operationKinds[found.kind].fourEyes)
    throw new RefusalError({ code: 'four-eyes', words: ownProposal })
  if (found.status !== 'proposed' && found.approvedBy !== caller.user) throw refusedIn(found)
  if (found.status === 'proposed' && isAgreementOver(found, now()))
    throw new RefusalError({ code: 'operation-expired' })
  const at = new Date(now())
  const approval = { status: 'approved' as const, approvedBy: caller.user, approvedAt: at }
  const moves: OperationMove = { what: 'approve', by: caller.user, at, reason }
  await models.operations.updateOne({ _id: id, status: 'proposed' }, { $set: approval, $push: { moves } })
  const approved = await getOperation(models, id)
  if (approved.approvedBy !== caller.user) throw refusedIn(approved)
  if (isOpen(approved)) await start(service, id)
  return getOperation(models, id)
}

/** Who moves an operation, and why. */
export type Mover = { caller: Actor; reason: string }

/** Ends an operation: what has been done stays done. */
export async function cancel(service: OperationService, id: string, mover: Mover): Promise<OperationRecord> {
  const from: OperationStatus[] = ['proposed', 'approved', 'running', 'paused']
  const changes = { status: 'cancelled', finishedAt: new Date(service.now()) }
  const cancelled = await move(service, id, from, { $set: changes, $push: moved(service, 'cancel', mover) })
  if (cancelled.approvedBy !== null || cancelled.startedAt !== null) await wake(service, id)
  return cancelled
}

/** Has an operation wait after the cases that it is at. */
export async function pause(service: OperationService, id: string, mover: Mover): Promise<OperationRecord> {
  return move(service, id, ['approved', 'running'], {
    $set: { status: 'paused' },
    $push: moved(service, 'pause', mover),
  })
}

/**
 * Has an operation go on with what is left of its list, and do anew what has failed; refused if it was agreed to too long
 * ago.
 */
export async function resume(service: OperationService, id: string, mover: Mover): Promise<OperationRecord> {
  const { models, now } = service
  if (isAgreementOver(await getOperation(models, id), now()))
    throw new RefusalError({ code: 'operation-expired' })
  const again = {
    $set: { status: 'running', finishedAt: null, 'tally.failed': 0 },
    $pull: { failures: { outcome: 'failed' } },
    $push: moved(service, 'resume', mover),
  }
  const resumed = await models.connection.transaction(async (session) => {
    const found = await move(service, id, ['paused', 'failed', 'running'], again, session)
    const open = { outcome: null, reason: null, tries: 0, at: null }
    await models.batchItems.updateMany({ operation: id, outcome: 'failed' }, { $set: open }, { session })
    return found
  })
  await start(service, id)
  return resumed
}

/** Starts the workflows of operations that should run: one was kept or approved, and then the process died. */
export async function repairOperations(
  service: Pick<OperationService, 'models' | 'temporal'>,
): Promise<void> {
  const open = await service.models.operations
    .find({ status: { $in: ['approved', 'running'] } }, { _id: 1 })
    .lean()
  for (const { _id } of open) await start(service, _id)
}

/** An operation; refused with 404 if there is none. */
export async function getOperation({ operations }: Models, id: string): Promise<OperationRecord> {
  const found = await operations.findById(id).lean()
  if (!found) throw new RefusalError({ code: 'not-found' })
  return found
}

async function getMessage({ messages }: Models, id: string): Promise<MessageRecord> {
  const found = await messages.findById(id).lean()
  if (!found) throw new RefusalError({ code: 'not-found' })
  return found
}

const isOpen = ({ status }: OperationRecord) => status === 'approved' || status === 'running'

async function move(
  { models }: OperationService,
  id: string,
  from: OperationStatus[],
  update: UpdateQuery<OperationRecord>,
  session: ClientSession | null = null,
): Promise<OperationRecord> {
  const found = await models.operations
    .findOneAndUpdate({ _id: id, status: { $in: from } }, update, { returnDocument: 'after', session })
    .lean()
  if (!found) throw refusedIn(await getOperation(models, id))
  return found
}

function moved({ now }: OperationService, what: OperationMove['what'], { caller, reason }: Mover) {
  return { moves: { what, by: caller.user, at: new Date(now()), reason } satisfies OperationMove }
}

function refusedIn({ status }: OperationRecord): RefusalError {
  return new RefusalError({ code: 'operation-not-allowed', operationStatus: status })
}

function sameProposal(record: OperationRecord, proposal: Proposal): OperationRecord {
  const proposed = ({ kind, target, reason, perMinute }: Proposal) =>
    JSON.stringify([kind, target, reason, perMinute])
  if (proposed(record) !== proposed(proposal)) throw new RefusalError({ code: 'idempotency-key-reused' })
  return record
}

/** Starts the workflow of an operation, or nudges it if it runs. */
async function start({ temporal }: Pick<OperationService, 'temporal'>, operation: string): Promise<void> {
  const input: OperationInput = { operation }
  await withinDeadline(temporal, () =>
    temporal.workflow.signalWithStart(operationWorkflowType, {
      workflowId: operationWorkflowId(operation),
      ...startOptions,
      args: [input],
      signal: nudge,
      signalArgs: [],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    }),
  )
}

/** Nudges a workflow that waits; one that is over has nothing to do. */
async function wake({ temporal }: OperationService, operation: string): Promise<void> {
  const handle = temporal.workflow.getHandle(operationWorkflowId(operation))
  await withinDeadline(temporal, () => handle.signal(nudge)).catch(() => undefined)
}
