import { z } from 'zod'
import { readCursor, Serial, writeCursor } from '../../models/cursor.ts'
import type { OperationRecord } from '../../models/index.ts'
import { findStuck } from '../../operations/stuck.ts'
import { inBoth } from '../../policy/words/bilingual.ts'
import { RefusalError } from '../../policy/errors.ts'
import {
  batchItemOutcomes,
  operationKinds,
  operationStatuses,
  stuckCases,
  stuckKinds,
  type BatchItemOutcome,
  type OperationKind,
  type OperationStatus,
  type OperationTarget,
  type StuckKind,
} from '../../policy/access/operations.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { line } from '../../policy/edition/text.ts'
import type { Actor } from '../../policy/case/case.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { Dependencies } from '../dependencies.ts'
import {
  approve,
  cancel,
  getOperation,
  pause,
  propose,
  resume,
  tryOut,
  type Mover,
} from './operation-service.ts'
import { checkTarget } from './operation-filter.ts'
import { DryRun, BatchItemView, OperationView, viewBatchItem, viewOperation } from './operation-views.ts'
import { findPage, newestBy, PageQuery, pageSchema, wholeNumber } from '../http/page.ts'
import { refusalOf } from '../http/problem.ts'
import { ofNoCase, route, type Route } from '../http/route.ts'
import { StuckView, viewStuck } from './stuck-view.ts'
import { keysOf } from '../http/words.ts'

const id = z.string().min(1).max(60)
const CaseFilter = z
  .strictObject({
    phase: line(60).optional(),
    district: line(60).optional(),
    edition: line(60).optional(),
    stuck: z.enum(stuckCases).optional(),
  })
  .refine(
    (filter) => Object.values(filter).some((value) => value !== undefined),
    inBoth('没有写明任何条件', 'names nothing'),
  )

const Target = z.union([
  z.strictObject({ project: id }),
  z.strictObject({ projects: z.array(id).min(1).max(1_000) }),
  z.strictObject({ filter: CaseFilter }),
  z.strictObject({ workflow: z.string().min(1).max(200) }),
  z.strictObject({ deadLetters: z.strictObject({ channel: z.enum(['email', 'webhook']).optional() }) }),
])

const ProposalBody = z
  .strictObject({
    kind: z.enum(keysOf<OperationKind>(operationKinds)),
    target: Target,
    reason: line(500),
    perMinute: z.int().min(1).max(6_000).default(600).meta({ description: 'Cases a minute, at most.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Counts and names the first; nothing is kept.' }),
  })
  .refine(({ kind, target }) => (kind === 'resend') === 'deadLetters' in target, {
    path: ['target'],
    message: inBoth(
      '：重发（resend）的对象只能是 deadLetters，其他操作的对象不能是它',
      'is not one for this: resend goes to deadLetters, and nothing else does',
    ),
  })
  .refine(({ kind, target }) => kind === 'retry' || !('workflow' in target), {
    path: ['target'],
    message: inBoth(
      '：只有立即重试（retry）可以指向工作流',
      'is not one for this: nothing but retry goes to a workflow',
    ),
  })
  .meta({ id: 'OperationProposal' })

const ById = z.strictObject({ id })

const reads = (caller: Actor) => refuseOnPlatform(caller, 'readOperations')
const operates = (caller: Actor) => refuseOnPlatform(caller, 'operate')

const reading = { method: 'get', tag: 'operations', admit: reads } as const
const writing = { method: 'post', tag: 'operations', admit: operates } as const

/** What is stuck, and what administrators have done about it: each with a reason, and changes of cases by two. */
export function operationRoutes(deps: Dependencies): Route[] {
  return [
    stuckRoute(deps),
    listRoute(deps),
    proposeRoute(deps),
    readRoute(deps),
    batchItemsRoute(deps),
    ...moveRoutes(deps),
  ]
}

const StuckKey = z.tuple([z.enum(keysOf<StuckKind>(stuckKinds)), z.string().nullable()])

function stuckRoute(deps: Dependencies): Route {
  return route({
    ...reading,
    path: '/operations/stuck',
    summary: { zh: '停滞的事项及起始时间', en: 'What is stuck, and since when' },
    logsReads: true,
    query: PageQuery.extend({
      limit: wholeNumber(1, 100).default(20),
      cursor: z.string().min(1).max(1_000).optional(),
      kind: z.enum(keysOf<StuckKind>(stuckKinds)).optional(),
    }),
    answer: { status: 200, schema: pageSchema(StuckView) },
    async handle({ query: { limit, cursor, kind } }) {
      const key = cursor && readCursor(StuckKey, cursor)
      const after = key ? { kind: key[0], after: key[1] } : undefined
      const { items, next } = await withinDeadline(deps.temporal, () =>
        findStuck(deps, { only: kind, cursor: after, limit }),
      )
      return {
        body: {
          items: await viewStuck(deps.models, items),
          next: next && writeCursor(StuckKey, [next.kind, next.after]),
        },
        shows: items.map(({ project }) => project ?? ofNoCase),
      }
    },
  })
}

function listRoute({ models }: Dependencies): Route {
  return route({
    ...reading,
    path: '/operations',
    summary: { zh: '运维操作，新的在前', en: 'Operations, newest first' },
    query: PageQuery.extend({ status: z.enum(keysOf<OperationStatus>(operationStatuses)).optional() }),
    answer: { status: 200, schema: pageSchema(OperationView) },
    async handle({ query: { status, ...query } }) {
      const { items, next } = await findPage(
        models.operations,
        status ? { status } : {},
        query,
        newestBy('at'),
      )
      return { body: { items: items.map(viewOperation), next } }
    },
  })
}

function proposeRoute(deps: Dependencies): Route {
  return route({
    ...writing,
    path: '/operations',
    summary: {
      zh: '提出运维操作（改动案件的须另一名管理员复核）或试算',
      en: 'Propose an operation, which another administrator approves where it changes a case; or try it out',
    },
    body: ProposalBody,
    answer: { status: 201, schema: OperationView, orElse: { status: 200, schema: DryRun } },
    errors: ['not-found', 'idempotency-key-reused'],
    async handle({ body: { dryRun, ...asked }, ...asker }) {
      const checked = async () => {
        const target = await checkTarget(deps.models, asked.target as OperationTarget)
        return { ...asked, target }
      }
      if (dryRun) {
        const found = await changingNothing(async () => tryOut(deps, await checked()))
        return { status: 200, body: { dryRun, ...found } }
      }
      const record = await propose(deps, await checked(), asker)
      return {
        status: 201,
        body: viewOperation(record),
        headers: { location: `/api/v1/operations/${record._id}` },
      }
    },
  })
}

/** What changes nothing has no outcome that could be unknown: an outage is told as one. */
async function changingNothing<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const refusal = refusalOf(error)
    throw refusal.code === 'unavailable' ? new RefusalError(refusal, { cause: error }) : error
  }
}

function readRoute({ models }: Dependencies): Route {
  return route({
    ...reading,
    path: '/operations/{id}',
    summary: { zh: '查看运维操作及其进度', en: 'Read an operation and how far it is' },
    params: ById,
    answer: { status: 200, schema: OperationView },
    errors: ['not-found'],
    handle: async ({ params }) => ({ body: viewOperation(await getOperation(models, params.id)) }),
  })
}

/** The list of an operation: what it is to do, and what became of each. */
function batchItemsRoute({ models }: Dependencies): Route {
  return route({
    ...reading,
    path: '/operations/{id}/items',
    summary: { zh: '运维操作涉及的案件及各自结果', en: 'What an operation goes to, and what became of each' },
    logsReads: true,
    params: ById,
    query: PageQuery.extend({ outcome: z.enum(keysOf<BatchItemOutcome>(batchItemOutcomes)).optional() }),
    answer: { status: 200, schema: pageSchema(BatchItemView) },
    errors: ['not-found'],
    async handle({ params, query: { outcome, ...query } }) {
      const { _id } = await getOperation(models, params.id)
      const filter = { operation: _id, ...(outcome && { outcome }) }
      const order = { by: ['position'], key: Serial, way: '$gt' } as const
      const { items, next } = await findPage(models.batchItems, filter, query, order)
      return {
        body: { items: items.map(viewBatchItem), next },
        shows: items.flatMap(({ projects }) => projects),
      }
    },
  })
}

const Reason = z.strictObject({ reason: line(500) }).meta({ id: 'OperationReason' })
const Approval = z
  .strictObject({ reason: line(500).optional() })
  .default({})
  .meta({ id: 'OperationApproval' })

/** What administrators do with an operation that is there. */
function moveRoutes(deps: Dependencies): Route[] {
  const because = (
    move: string,
    summary: Route['summary'],
    carryOut: (service: Dependencies, id: string, mover: Mover) => Promise<OperationRecord>,
  ) =>
    route({
      ...moving(move, summary),
      body: Reason,
      handle: async ({ params, caller, body: { reason } }) => ({
        body: viewOperation(await carryOut(deps, params.id, { caller, reason })),
      }),
    })
  return [
    route({
      ...moving('approve', {
        zh: '复核并执行运维操作',
        en: 'Approve what another administrator has proposed',
      }),
      body: Approval,
      handle: async ({ params, caller, body: { reason = null } }) => ({
        body: viewOperation(await approve(deps, params.id, { caller, reason })),
      }),
    }),
    because('cancel', { zh: '取消运维操作', en: 'Cancel: what has been done stays done' }, cancel),
    because('pause', { zh: '暂停批量操作', en: 'Have an operation wait' }, pause),
    because(
      'resume',
      { zh: '继续批量操作', en: 'Have an operation go on, and do anew what has failed' },
      resume,
    ),
  ]
}

function moving(move: string, summary: Route['summary']) {
  return {
    ...writing,
    path: `/operations/{id}/${move}`,
    summary,
    params: ById,
    answer: { status: 200, schema: OperationView },
    errors: ['not-found', 'four-eyes', 'operation-not-allowed', 'operation-expired'],
  } as const
}
