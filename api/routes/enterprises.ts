import { z } from 'zod'
import type { Models } from '../../models/index.ts'
import { CreditCode, Enterprise } from '../../policy/application.ts'
import { RefusalError } from '../../policy/errors.ts'
import { mayOnPlatform, scopeOf } from '../../policy/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { route, type Route } from '../route.ts'

const params = z.strictObject({ uscc: CreditCode })

/** The register of enterprises: imported by administrators, read by the enterprise itself. */
export function enterpriseRoutes(deps: Dependencies): Route[] {
  return [importRoute(deps), readRoute(deps)]
}

function importRoute({ models }: Dependencies): Route {
  return route({
    method: 'put',
    path: '/enterprises/{uscc}',
    tag: 'enterprises',
    summary: { zh: '导入企业登记信息', en: "Import an enterprise's record" },
    access: 'signedIn',
    admit: (caller) => (mayOnPlatform(caller, 'importEnterprise') ? undefined : { code: 'not-your-role' }),
    params,
    body: Enterprise,
    answer: { status: 200, schema: Enterprise },
    errors: ['not-your-role', 'invalid-request', 'stale-revision'],
    async handle({ params: { uscc }, body, ifRevision }) {
      if (body.uscc !== uscc) {
        throw new RefusalError({
          code: 'invalid-request',
          field: 'uscc',
          detail: 'uscc: is not the one of the address',
        })
      }
      return { body, revision: await writeEnterprise(models, body, ifRevision) }
    },
  })
}

/** Writes a record over the one of the revision that the caller has read, or over any; answers with its new revision. */
async function writeEnterprise(
  { enterprises }: Models,
  record: Enterprise,
  ifRevision: number | null,
): Promise<number> {
  const { uscc: _id, codeException, ...fields } = record
  const exception =
    codeException === undefined ? { $unset: { codeException: 1 } } : { $set: { codeException } }
  const written = await enterprises
    .findOneAndUpdate(
      { _id, ...(ifRevision !== null && { revision: ifRevision }) },
      { ...exception, $set: { ...fields, ...exception.$set }, $inc: { revision: 1 } },
      { upsert: ifRevision === null, returnDocument: 'after' },
    )
    .lean()
  if (!written) throw new RefusalError({ code: 'stale-revision' })
  return written.revision
}

function readRoute({ models, editions }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/enterprises/{uscc}',
    tag: 'enterprises',
    summary: { zh: '查看企业登记信息', en: "Read an enterprise's record" },
    access: 'signedIn',
    logsReads: true,
    params,
    answer: { status: 200, schema: Enterprise },
    errors: ['not-found', 'invalid-request'],
    async handle({ params: { uscc }, caller }) {
      const isMine = scopeOf(editions.current.edition, caller) === 'own' && caller.uscc === uscc
      const found =
        isMine || mayOnPlatform(caller, 'readEnterprise')
          ? await models.enterprises.findById(uscc).lean()
          : null
      if (!found) throw new RefusalError({ code: 'not-found' })
      const { _id, revision, ...enterprise } = found
      return { body: { uscc: _id, ...enterprise }, revision }
    },
  })
}
