import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Calendar } from '../policy/time/calendar.ts'
import type { Edition } from '../policy/edition/edition.ts'
import { readEdition } from '../policy/edition/read-edition.ts'
import { projectRoot } from './root.ts'
import { readTextFile } from './text-file.ts'

/** The edition under which new projects are filed. */
const current = 'chongqing-2021'

/** Reads the edition in force from its document. */
export function readCurrentEdition(): Edition {
  return readEditionFile(join(projectRoot, 'policy', 'editions', `${current}.yaml`))
}

/** Reads an edition from a file; throws a `DocumentError` that names every fault in it. */
export function readEditionFile(path: string): Edition {
  return readEdition(readTextFile(path), path)
}

/** The papers that the calendar of the repository is made from. */
export const calendarSource = '国务院办公厅关于2017年至2026年部分节假日安排的通知'

/** Reads the country's calendar of working days, as it is before any import. */
export function readCalendar(): Calendar {
  return JSON.parse(readFileSync(join(projectRoot, 'policy', 'calendars', 'cn.json'), 'utf8')) as Calendar
}
