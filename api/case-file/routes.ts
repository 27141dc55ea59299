import { z } from 'zod'
import { BrokenHistory } from '../../evidence/archive/events.ts'
import { LostRun } from '../../evidence/archive/histories.ts'
import { ArchiveFault } from '../../evidence/archive/store.ts'
import { openSigner } from '../../evidence/audit/keys.ts'
import { CaseTooLarge } from '../../evidence/casefile/reading.ts'
import { UnverifiedCase, readVerifiedCase } from '../../evidence/casefile/verified-case.ts'
import { SignedDocument, signDocument } from '../../evidence/casefile/signing.ts'
import { errors, RefusalError } from '../../policy/errors.ts'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { route, type Route } from '../http/route.ts'
import { getVisible } from '../projects/visible.ts'

/** A whole case in one signed document. */
export function caseFileRoutes(deps: Dependencies): Route[] {
  const { models, temporal, now, keys } = deps
  return [
    route({
      method: 'get',
      path: '/projects/{id}/case-file',
      tag: 'projects',
      summary: { zh: '导出整个案卷（已签名）', en: 'A whole case in one signed document' },
      admit: (caller) => refuseOnPlatform(caller, 'readCaseFile'),
      params: z.strictObject({ id: z.string().min(1).max(60) }),
      answer: { status: 200, schema: SignedDocument.meta({ id: 'CaseFile' }) },
      logsReads: true,
      errors: ['not-found', 'case-file-too-large', 'history-broken'],
      async handle({ params: { id }, caller }) {
        await getVisible(deps, id, caller)
        const at = new Date(now()).toISOString()
        const by = { user: caller.user, role: caller.role }
        const content = await readVerifiedCase({ models, temporal }, id, { at, by }).catch(
          (error: unknown) => {
            throw refusalOfCase(error) ?? error
          },
        )
        return { body: signDocument(content, await openSigner(keys), at) }
      },
    }),
  ]
}

/** Why a case cannot be taken out, if it is the case's own fault. */
function refusalOfCase(error: unknown): RefusalError | undefined {
  if (error instanceof CaseTooLarge) return new RefusalError({ code: 'case-file-too-large' })
  const faults = [LostRun, BrokenHistory, ArchiveFault, UnverifiedCase]
  if (!faults.some((fault) => error instanceof fault)) return undefined
  const { zh, en } = errors['history-broken']
  const words = { zh: `${zh}（${String(error)}）。`, en: `${en} (${String(error)})` }
  return new RefusalError({ code: 'history-broken', words }, { cause: error })
}
