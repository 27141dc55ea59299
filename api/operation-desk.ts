import type { Models, OperationRecord } from '../models/index.ts'
import { countTargets, findTargets } from '../operations/targets.ts'
import type { Actor } from '../policy/case.ts'
import { RefusalError } from '../policy/errors.ts'
import {
  operationKinds,
  type OperationKind,
  type OperationStatus,
  type OperationTarget,
} from '../policy/operations.ts'
import { projectWorkflowId, taskQueue } from '../workflows/contract.ts'
import { batchType, batchWorkflowId, nudge, type BatchInput } from '../workflows/contract-batch.ts'
import { describeRun } from '../operations/described.ts'
import { commandOf } from './commands.ts'
import { withinDeadline } from './deadline.ts'
import type { Dependencies } from './dependencies.ts'

/** What an administrator asks for: what, to which cases, why, and how fast. */
export type Proposal = { kind: OperationKind; target: OperationTarget; reason: string; perMinute: number }

/** Who asks, under which key and request. */
type Asker = { caller: Actor; idempotencyKey: string | null; request: string }

type Desk = Pick<Dependencies, 'models' | 'temporal' | 'now'>

/** How many operations a repair looks at. */
const repairedAtOnce = 100

/** Counts what an operation would go to and names the first, and keeps nothing. */
export async function tryOut(desk: Desk, { target }: Proposal): Promise<{ count: number; first: string[] }> {
  await needTarget(desk, target)
  const [count, { ids }] = await withinDeadline(desk.temporal, () =>
    Promise.all([countTargets(desk, target), findTargets(desk, target, { limit: 20, after: null })]),
  )
  return { count, first: ids }
}

/** Keeps an operation that another administrator has to approve; begins it at once where nobody has to. */
export async function propose(desk: Desk, proposal: Proposal, asker: Asker): Promise<OperationRecord> {
  const { models, now } = desk
  const _id = `op-${commandOf(asker.caller.user, asker.idempotencyKey).slice(0, 24)}`
  const known = await models.operations.findById(_id).lean()
  if (known) return sameProposal(known, proposal)
  await needTarget(desk, proposal.target)
  const needsApproval = operationKinds[proposal.kind].fourEyes
  const record: OperationRecord = {
    ...proposal,
    _id,
    by: asker.caller,
    request: asker.request,
    at: new Date(now()),
    status: needsApproval ? 'proposed' : 'approved',
    approvedBy: null,
    approvedAt: null,
    tally: { total: 0, done: 0, refused: 0, failed: 0 },
    failures: [],
    startedAt: null,
    finishedAt: null,
  }
  await models.operations.updateOne({ _id }, { $setOnInsert: record }, { upsert: true })
  if (!needsApproval) await start(desk, _id)
  return sameProposal(await getOperation(models, _id), proposal)
}

/** Agrees to an operation that somebody else has proposed, and has it carried out; the same person may ask again. */
export async function approve(desk: Desk, id: string, { caller }: Asker): Promise<OperationRecord> {
  const { models, now } = desk
  const found = await getOperation(models, id)
  const isMine = found.by.user === caller.user
  if (isMine && operationKinds[found.kind].fourEyes)
    throw new RefusalError({ code: 'four-eyes', detail: 'Another administrator must approve an operation.' })
  if (found.status !== 'proposed' && found.approvedBy !== caller.user) throw refusedIn(found)
  const approval = { status: 'approved' as const, approvedBy: caller.user, approvedAt: new Date(now()) }
  await models.operations.updateOne({ _id: id, status: 'proposed' }, { $set: approval })
  const approved = await getOperation(models, id)
  if (approved.approvedBy !== caller.user) throw refusedIn(approved)
  if (isOpen(approved)) await start(desk, id)
  return getOperation(models, id)
}

/** Ends an operation: what has been done stays done. */
export async function cancel(desk: Desk, id: string): Promise<OperationRecord> {
  const changes = { status: 'cancelled' as const, finishedAt: new Date(desk.now()) }
  const cancelled = await move(desk, id, ['proposed', 'approved', 'running', 'paused'], changes)
  if (cancelled.approvedBy !== null || cancelled.startedAt !== null) await wake(desk, id)
  return cancelled
}

/** Has an operation wait after the page that it is at. */
export async function pause(desk: Desk, id: string): Promise<OperationRecord> {
  return move(desk, id, ['approved', 'running'], { status: 'paused' })
}

/** Has an operation go on; one that is over with failures begins again, and passes by what is done. */
export async function resume(desk: Desk, id: string): Promise<OperationRecord> {
  const { status, kind, target } = await getOperation(desk.models, id)
  const again = { status: 'proposed', approvedBy: null, approvedAt: null, finishedAt: null } as const
  // The filter may find other cases by now: somebody else agrees to it anew.
  if (status === 'failed' && 'filter' in target && operationKinds[kind].fourEyes)
    return move(desk, id, ['failed'], again)
  const moved = await move(desk, id, ['paused', 'failed', 'running'], { status: 'running', finishedAt: null })
  await start(desk, id)
  return moved
}

/** Starts the workflows of operations that should run: one was kept or approved, and then the process died. */
export async function repairOperations(desk: Desk): Promise<void> {
  const open = await desk.models.operations
    .find({ status: { $in: ['approved', 'running', 'paused'] } }, { _id: 1 })
    .limit(repairedAtOnce)
    .lean()
  for (const { _id } of open) await start(desk, _id)
}

/** An operation; refused with 404 if there is none. */
export async function getOperation({ operations }: Models, id: string): Promise<OperationRecord> {
  const found = await operations.findById(id).lean()
  if (!found) throw new RefusalError({ code: 'not-found' })
  return found
}

const isOpen = ({ status }: OperationRecord) => status === 'approved' || status === 'running'

async function move(
  { models }: Desk,
  id: string,
  from: OperationStatus[],
  changes: Partial<OperationRecord>,
): Promise<OperationRecord> {
  const moved = await models.operations
    .findOneAndUpdate({ _id: id, status: { $in: from } }, { $set: changes }, { returnDocument: 'after' })
    .lean()
  if (!moved) throw refusedIn(await getOperation(models, id))
  return moved
}

function refusedIn({ status }: OperationRecord): RefusalError {
  return new RefusalError({ code: 'operation-not-allowed', operationStatus: status })
}

function sameProposal(record: OperationRecord, proposal: Proposal): OperationRecord {
  const told = ({ kind, target, reason, perMinute }: Proposal) =>
    JSON.stringify([kind, target, reason, perMinute])
  if (told(record) !== told(proposal)) throw new RefusalError({ code: 'idempotency-key-reused' })
  return record
}

/** A single case must be there: on record, or as a workflow whose filing could not be written yet. */
async function needTarget({ models, temporal }: Desk, target: OperationTarget): Promise<void> {
  if (!('project' in target) || (await models.projects.exists({ _id: target.project }))) return
  const run = await withinDeadline(temporal, () => describeRun(temporal, projectWorkflowId(target.project)))
  if (!run) throw new RefusalError({ code: 'not-found', field: 'target.project' })
}

/** Starts the workflow of an operation, or has it look again if it runs. */
async function start({ temporal }: Desk, operation: string): Promise<void> {
  const input: BatchInput = { operation }
  await withinDeadline(temporal, () =>
    temporal.workflow.signalWithStart(batchType, {
      workflowId: batchWorkflowId(operation),
      taskQueue,
      args: [input],
      signal: nudge,
      signalArgs: [],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    }),
  )
}

/** Has a workflow that waits look again; one that is over has nothing to look at. */
async function wake({ temporal }: Desk, operation: string): Promise<void> {
  const handle = temporal.workflow.getHandle(batchWorkflowId(operation))
  await withinDeadline(temporal, () => handle.signal(nudge)).catch(() => undefined)
}
