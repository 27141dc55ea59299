import { faultsOfCase } from './checking-case.ts'
import type { CaseContent, Exporter } from './content.ts'
import { CaseFault, readCase, type CaseFileSources, type Watcher } from './reading.ts'

/** A case that does not belong together, so that nobody may sign it as it is. */
export class UnverifiedCase extends CaseFault {
  override name = 'UnverifiedCase'
}

/**
 * Reads a case that is to be signed. A step may have been on its way into the record: a case that does not belong together is
 * read once more, and then refused with `UnverifiedCase`. Throws as `readCase`, too.
 */
export async function readVerifiedCase(
  sources: CaseFileSources,
  id: string,
  who: { at: string; by: Exporter },
  watcher: Watcher = {},
): Promise<CaseContent> {
  const first = await readCase(sources, id, who, watcher)
  if (faultsOfCase(first).length === 0) return first
  const again = await readCase(sources, id, who, watcher)
  const [fault, ...more] = faultsOfCase(again)
  if (!fault) return again
  throw new UnverifiedCase(
    `案卷不完好，不予签名：${fault.zh}（另有${more.length}处） · ` +
      `the case does not verify and is not signed: ${fault.en} (and ${more.length} more); see zhigai audit verify --project ${id}`,
  )
}
