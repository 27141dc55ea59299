import type { Models } from '../../models/index.ts'
import { sortDue } from '../../delivery/sorting.ts'

/** The channels of a played year: nothing leaves the process. */
const carriers = { email: null, webhook: null }

/** Has the notices of a played day sorted by the dispatcher's own rules until nothing more is due. */
export async function dispatchDay(models: Models, nowMs: number): Promise<void> {
  while ((await sortDue(models, carriers, nowMs)) > 0);
}
