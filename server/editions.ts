import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Calendar } from '../policy/time/calendar.ts'
import { EditionId, type Edition } from '../policy/edition/edition.ts'
import { findDisagreements, type InForce } from '../policy/edition/in-force.ts'
import { readEdition } from '../policy/edition/read-edition.ts'
import { projectRoot } from './root.ts'
import { readTextFile } from './text-file.ts'
import { UserError } from './user-error.ts'

const shipped = join(projectRoot, 'policy', 'editions')

/** The edition of the model case. */
const model = 'chongqing-2021'

/** Reads the edition of the model case from its document. */
export function readModelEdition(): Edition {
  return readEditionFile(join(shipped, `${model}.yaml`))
}

/** Reads editions, each an id of one that we ship or a file's path. Throws where they cannot be in force together. */
export function readEditionsInForce([first, ...others]: readonly [string, ...string[]]): InForce {
  const editions: InForce = [readNamed(first), ...others.map(readNamed)]
  const wrong = findDisagreements(editions)
  if (wrong.length > 0) throw new UserError(wrong.map(({ zh, en }) => `${zh} · ${en}`).join('\n'))
  return editions
}

/**
 * Reads an edition from a file; throws a `DocumentError` that names every fault in it. What it is laid over lies beside it, or
 * is one that we ship.
 */
export function readEditionFile(path: string): Edition {
  const find = (id: string) => {
    const name = [dirname(path), shipped].map((folder) => join(folder, `${id}.yaml`)).find(existsSync)
    return name === undefined ? undefined : { name, text: readTextFile(name) }
  }
  return readEdition(readTextFile(path), path, find)
}

function readNamed(name: string): Edition {
  return readEditionFile(EditionId.safeParse(name).success ? join(shipped, `${name}.yaml`) : name)
}

/** The papers that the calendar of the repository is made from. */
export const calendarSource = '国务院办公厅关于2017年至2026年部分节假日安排的通知'

/** Reads the country's calendar of working days, as it is before any import. */
export function readCalendar(): Calendar {
  return JSON.parse(readFileSync(join(projectRoot, 'policy', 'calendars', 'cn.json'), 'utf8')) as Calendar
}
