import type { Models } from '../../models/index.ts'
import { sortDue } from '../../delivery/sorting.ts'

/** The ways out of a played year: nothing leaves the house. */
const carriers = { email: null, webhook: null }

/** Has the post of a played day sorted by the dispatcher's own rules until nothing more is due. */
export async function sendPost(models: Models, nowMs: number): Promise<void> {
  while ((await sortDue(models, carriers, nowMs)) > 0);
}
