import { z } from 'zod'
import type { BatchItemRecord, OperationRecord } from '../../models/index.ts'
import {
  batchItemOutcomes,
  operationKinds,
  operationMoves,
  operationStatuses,
  type BatchItemOutcome,
  type OperationKind,
  type OperationMove,
  type OperationStatus,
} from '../../policy/access/operations.ts'
import { keysOf, Words } from '../http/words.ts'
import { shown } from '../http/shown.ts'

const moves = z.array(
  z.object({
    what: z.enum(keysOf<OperationMove['what']>(operationMoves)),
    words: Words,
    by: z.string(),
    at: z.string(),
    reason: z.string().nullable(),
  }),
)

/** An operation, as it is answered. */
export const OperationView = z
  .object({
    id: z.string(),
    kind: z.enum(keysOf<OperationKind>(operationKinds)),
    words: Words,
    target: z.record(z.string(), z.unknown()),
    reason: z.string(),
    by: z.string(),
    at: z.string(),
    status: z.enum(keysOf<OperationStatus>(operationStatuses)),
    statusWords: Words,
    approvedBy: z.string().nullable(),
    approvedAt: z.string().nullable(),
    moves: moves.meta({ description: 'Who has done what with it and why, first things first.' }),
    perMinute: z.int(),
    total: z.int(),
    done: z.int(),
    refused: z.int().meta({ description: 'Cases that said no, such as one that is over.' }),
    failed: z.int(),
    failures: z.array(
      z.object({ id: z.string(), outcome: z.enum(['refused', 'failed']), reason: z.string() }),
    ),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'Operation' })

/** What an operation is to do to one case, message or workflow, and what became of it. */
export const BatchItemView = z
  .object({
    id: z.string().meta({ description: 'The case, the message or the workflow.' }),
    outcome: z.enum(keysOf<BatchItemOutcome>(batchItemOutcomes)).nullable(),
    reason: z.string().nullable(),
    tries: z.int().meta({ description: 'How often it has failed.' }),
    at: z.string().nullable(),
  })
  .meta({ id: 'BatchItem' })

/** What a trial tells. */
export const DryRun = z
  .object({
    dryRun: z.literal(true),
    count: z.int(),
    first: z.array(z.string()),
    refusing: z
      .object({ count: z.int(), first: z.array(z.object({ id: z.string(), reason: z.string() })) })
      .meta({ description: 'Those that would say no as they are now.' }),
  })
  .meta({ id: 'DryRun' })

/** Shows an operation. */
export function viewOperation(operation: OperationRecord): z.infer<typeof OperationView> {
  const { _id, tally, by, kind, status, moves: made } = operation
  const { zh, en } = operationKinds[kind]
  return shown(OperationView, {
    ...operation,
    ...tally,
    id: _id,
    words: { zh, en },
    statusWords: operationStatuses[status],
    by: by.user,
    moves: made.map((move) => ({ ...move, words: operationMoves[move.what], at: move.at.toISOString() })),
  })
}

/** Shows one of the list of an operation. */
export function viewBatchItem(item: BatchItemRecord): z.infer<typeof BatchItemView> {
  return shown(BatchItemView, { ...item, id: item.target })
}
