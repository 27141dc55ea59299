import { z } from 'zod'
import { CreditCode, Enterprise } from '../../policy/application.ts'
import { RefusalError } from '../../policy/errors.ts'
import { mayOnPlatform } from '../../policy/permissions.ts'
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
    errors: ['not-your-role', 'invalid-request'],
    async handle({ params: { uscc }, body }) {
      if (body.uscc !== uscc)
        throw new RefusalError({
          code: 'invalid-request',
          field: 'uscc',
          detail: 'uscc: is not the one of the address',
        })
      const { uscc: _id, codeException, ...fields } = body
      const removed = codeException === undefined ? { $unset: { codeException: 1 } } : {}
      const set = codeException === undefined ? fields : { ...fields, codeException }
      await models.enterprises.updateOne(
        { _id },
        { $set: set, ...removed, $inc: { revision: 1 } },
        { upsert: true },
      )
      return { body }
    },
  })
}

function readRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/enterprises/{uscc}',
    tag: 'enterprises',
    summary: { zh: '查看企业登记信息', en: "Read an enterprise's record" },
    access: 'signedIn',
    params,
    answer: { status: 200, schema: Enterprise },
    errors: ['not-found', 'invalid-request'],
    async handle({ params: { uscc }, caller }) {
      const isMine = caller.uscc === uscc
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
