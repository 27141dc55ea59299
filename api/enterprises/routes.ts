import { z } from 'zod'
import { changeStatuses, type EnterpriseChangeRecord, type Models } from '../../models/index.ts'
import { CreditCode, Enterprise } from '../../policy/edition/application.ts'
import { subjects } from '../../policy/edition/subjects.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError, type Refusal } from '../../policy/errors.ts'
import { inputRefusal } from '../../policy/words/issues.ts'
import { mayOnPlatform } from '../../policy/access/permissions.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { line } from '../../policy/edition/text.ts'
import { ChangeView, viewChange } from './change-view.ts'
import type { Dependencies } from '../dependencies.ts'
import { findPage, newestBy, PageQuery, pageSchema } from '../http/page.ts'
import { approveChange, enterpriseOf, importRecord, refuseChange } from './register.ts'
import { route, type Route } from '../http/route.ts'

const params = z.strictObject({ uscc: CreditCode })

const reads = (caller: Actor): Refusal | undefined => refuseOnPlatform(caller, 'readEnterprise')
const imports = (caller: Actor): Refusal | undefined => refuseOnPlatform(caller, 'importEnterprise')

/** The register of enterprises: imported by administrators, read by the enterprise itself; each change is kept. */
export function enterpriseRoutes(deps: Dependencies): Route[] {
  return [importRoute(deps), readRoute(deps), historyRoute(deps), changesRoute(deps), ...decisionRoutes(deps)]
}

const Import = Enterprise.safeExtend({
  reason: line(500)
    .optional()
    .meta({ description: 'Why it is changed; needed where the change touches eligibility.' }),
})
  .meta({ id: 'EnterpriseImport' })
  .register(subjects, { of: 'enterprise' })

function importRoute({ models, now }: Dependencies): Route {
  return route({
    method: 'put',
    path: '/enterprises/{uscc}',
    tag: 'enterprises',
    summary: {
      zh: '导入企业登记信息；已登记企业的改动影响认定条件的，须另一名管理员复核',
      en: "Import an enterprise's record; a change that touches eligibility waits for a second administrator",
    },
    admit: imports,
    params,
    body: Import,
    answer: { status: 200, schema: Enterprise, orElse: { status: 202, schema: ChangeView } },
    errors: ['stale-revision', 'idempotency-key-reused'],
    async handle({ params: { uscc }, body: { reason = null, ...record }, ...asker }) {
      if (record.uscc !== uscc) {
        throw new RefusalError(
          inputRefusal('uscc', { zh: '与地址中的不一致', en: 'is not the one of the address' }),
        )
      }
      const imported = await importRecord(models, { record, reason, ...asker }, now)
      if ('revision' in imported) return { body: record, revision: imported.revision }
      const { proposed } = imported
      return {
        status: 202,
        body: viewChange(proposed),
        headers: { location: `/api/v1/enterprise-changes/${proposed._id}` },
      }
    },
  })
}

function readRoute({ models, editions }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/enterprises/{uscc}',
    tag: 'enterprises',
    summary: { zh: '查看企业登记信息', en: "Read an enterprise's record" },
    logsReads: true,
    params,
    answer: { status: 200, schema: Enterprise },
    errors: ['not-found'],
    async handle({ params: { uscc }, caller }) {
      const isMine = scopeOf(editions.organisation, caller) === 'own' && caller.uscc === uscc
      const found =
        isMine || mayOnPlatform(caller, 'readEnterprise')
          ? await models.enterprises.findById(uscc).lean()
          : null
      if (!found) throw new RefusalError({ code: 'not-found' })
      return { body: enterpriseOf(found), revision: found.revision }
    },
  })
}

/** A page of changes, the newest first. */
async function pageOfChanges(
  { enterpriseChanges }: Models,
  filter: Partial<Pick<EnterpriseChangeRecord, 'uscc' | 'status'>>,
  query: z.infer<typeof PageQuery>,
) {
  const { items, next } = await findPage(enterpriseChanges, filter, query, newestBy('at'))
  return { items: items.map(viewChange), next }
}

function historyRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/enterprises/{uscc}/history',
    tag: 'enterprises',
    summary: {
      zh: '企业登记信息的变更记录：何人、何时、何故、前后各为何，新的在前',
      en: "The changes of an enterprise's record: who, when, why, before and after, newest first",
    },
    admit: reads,
    logsReads: true,
    params,
    query: PageQuery,
    answer: { status: 200, schema: pageSchema(ChangeView) },
    handle: async ({ params: { uscc }, query }) => ({ body: await pageOfChanges(models, { uscc }, query) }),
  })
}

function changesRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/enterprise-changes',
    tag: 'enterprises',
    summary: {
      zh: '企业登记信息的变更及待复核的变更，新的在前',
      en: 'Changes of the register, and those that wait for a second administrator, newest first',
    },
    admit: reads,
    query: PageQuery.extend({ status: z.enum(changeStatuses).optional() }),
    answer: { status: 200, schema: pageSchema(ChangeView) },
    handle: async ({ query: { status, ...query } }) => ({
      body: await pageOfChanges(models, status ? { status } : {}, query),
    }),
  })
}

const ChangeApproval = z
  .strictObject({ reason: line(500).optional() })
  .default({})
  .meta({ id: 'ChangeApproval' })
const ChangeRefusal = z.strictObject({ reason: line(500) }).meta({ id: 'ChangeRefusal' })

/** What a second administrator says of a change that waits. */
function decisionRoutes({ models, now }: Dependencies): Route[] {
  return [
    route({
      ...deciding('approve', { zh: '复核同意并使变更生效', en: 'Agree to a change, which is applied' }),
      body: ChangeApproval,
      handle: async ({ params: { id }, body: { reason = null }, caller }) => ({
        body: viewChange(await approveChange(models, id, { caller, reason, now: now() })),
      }),
    }),
    route({
      ...deciding('refuse', { zh: '不同意或撤回变更', en: 'Refuse a change, or take one back' }),
      body: ChangeRefusal,
      handle: async ({ params: { id }, body: { reason }, caller }) => ({
        body: viewChange(await refuseChange(models, id, { caller, reason, now: now() })),
      }),
    }),
  ]
}

function deciding(what: string, summary: Route['summary']) {
  return {
    method: 'post',
    path: `/enterprise-changes/{id}/${what}`,
    tag: 'enterprises',
    summary,
    admit: imports,
    params: z.strictObject({ id: z.string().min(1).max(60) }),
    answer: { status: 200, schema: ChangeView },
    errors: ['not-found', 'four-eyes', 'operation-not-allowed', 'operation-expired', 'stale-revision'],
  } as const
}
