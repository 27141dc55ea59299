import { maySee } from '../../policy/access/scope.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'
import type { CaseDependencies } from '../dependencies.ts'

/** A project and its edition, if this person may know of it; else it is not there. */
export async function getVisible(deps: CaseDependencies, project: string, caller: Actor) {
  const record = await deps.recorder.find(project)
  const loaded = record && (await deps.editions.of(record))
  if (!record || !loaded || !maySee(loaded.edition, record.state.case, caller))
    throw new RefusalError({ code: 'not-found' })
  return { record, loaded }
}
