import type { Models } from '../models/index.ts'
import { writeLines } from '../delivery/ledger.ts'
import { shanghaiDate } from '../policy/dates.ts'
import { reminderKinds, taskIdOf, type Notice, type Telling } from '../policy/notice.ts'

/** Writes what is to be told into the ledger. */
export function createNotices(models: Models) {
  return {
    /** Writes one notice for each recipient and channel; may be repeated, and writes nothing twice. */
    tell: (telling: Telling): Promise<void> => writeNotices(models, telling),
  }
}

/** Writes notices into the ledger, and in the tasks on which day somebody was last reminded of them. */
export async function writeNotices(models: Models, telling: Telling): Promise<void> {
  if (await writeLines(models, telling)) await markReminded(models, telling)
}

const reminding: ReadonlySet<Notice['kind']> = new Set(reminderKinds)

async function markReminded({ tasks }: Models, telling: Telling): Promise<void> {
  const { ids, remindedOn } = remindersIn(telling)
  if (ids.length > 0) await tasks.updateMany({ _id: { $in: ids } }, { $set: { remindedOn } })
}

/** The tasks of which somebody is reminded, and the day. */
export function remindersIn({ project, notices, at }: Pick<Telling, 'project' | 'notices' | 'at'>): {
  ids: string[]
  remindedOn: string
} {
  const ids = notices.filter(({ kind }) => reminding.has(kind)).map((notice) => taskIdOf(notice, project))
  return { ids, remindedOn: shanghaiDate(Date.parse(at)) }
}
