import { faultsOfCase } from './checking-case.ts'
import type { CaseContent, Exporter } from './content.ts'
import { CaseFault, readCase, type Sources, type Watcher } from './reading.ts'

/** A case that does not belong together, so that nobody may sign it as it is. */
export class CaseUnsound extends CaseFault {
  override name = 'CaseUnsound'
}

/**
 * Reads a case that is to be signed. A step may have been on its way into the record: a case that does not belong together is
 * read once more, and then refused with `CaseUnsound`. Throws as `readCase`, too.
 */
export async function readSoundCase(
  sources: Sources,
  id: string,
  who: { at: string; by: Exporter },
  watcher: Watcher = {},
): Promise<CaseContent> {
  const first = await readCase(sources, id, who, watcher)
  if (faultsOfCase(first).length === 0) return first
  const again = await readCase(sources, id, who, watcher)
  const [fault, ...more] = faultsOfCase(again)
  if (!fault) return again
  throw new CaseUnsound(
    `案卷不完好，不予签名：${fault.zh}（另有${more.length}处） · ` +
      `the case is not sound and is not signed: ${fault.en} (and ${more.length} more); see zhigai audit verify --project ${id}`,
  )
}
