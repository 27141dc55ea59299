import type { Actor, HistoryEntry } from '../case/case.ts'
import { owedBy } from '../time/duties.ts'
import type { Edition, Words } from '../edition/edition.ts'
import { ownRolesOf, type Detail } from './visibility.ts'
import { entryRows } from '../case/events.ts'
import { scopeOf } from './scope.ts'
import type { Circumstance, Disclosure } from '../stages/event-row.ts'

/** What of a line decides whom the words in it are for. */
type Addressed = Pick<HistoryEntry, 'type' | 'by' | 'from' | 'to' | 'payload'>

type Rule = Words & { holds: (edition: Edition, line: Addressed) => boolean }

/** When an officer's words are for the applicant. */
const circumstances = {
  always: { zh: '一律', en: 'always', holds: () => true },
  leavesOfficers: {
    zh: '此后不再由办理人员审核时',
    en: 'where no officer goes on deciding after it',
    holds: (edition, { to }) => isOfApplicant(edition, owedBy(edition, to)),
  },
  urgesApplicant: {
    zh: '区县催办，或仅申报主体有待办时',
    en: 'where a district urges, or nobody but the applicant owes anything',
    holds: (edition, { by, from }) =>
      isOfDistrict(edition, by) || (from !== null && isOfApplicant(edition, owedBy(edition, from))),
  },
  concernsApplicant: {
    zh: '申报主体有待办时',
    en: 'where the applicant owes something',
    holds: (edition, { to }) => owedBy(edition, to).some((role) => ownRolesOf(edition).includes(role)),
  },
} as const satisfies Record<Circumstance, Rule>

/** When a rule holds, in words. */
export function circumstanceOf({ when }: Disclosure): Words {
  const { zh, en } = circumstances[when]
  return { zh, en }
}

/** What came with an event, as much of it as a level of detail shows. */
export function shownPayload(edition: Edition, line: Addressed, detail: Detail): Record<string, unknown> {
  const { type, by, payload } = line
  if (detail !== 'own' || (by && ownRolesOf(edition).includes(by.role))) return payload
  const { fields, when }: Disclosure = entryRows[type].disclosure
  if (fields === 'all') return payload
  const isDisclosed = circumstances[when].holds(edition, line)
  const isShown = (field: string) => field === 'inPlaceOf' || (isDisclosed && fields.includes(field))
  return Object.fromEntries(Object.entries(payload).filter(([field]) => isShown(field)))
}

/** Whether all that is owed, if anything, is owed by the applicant. */
function isOfApplicant(edition: Edition, roles: string[]): boolean {
  return roles.every((role) => ownRolesOf(edition).includes(role))
}

/** A district urges its enterprises alone: nobody else sees less than it does. */
function isOfDistrict(edition: Edition, by: Actor | null): boolean {
  return by !== null && scopeOf(edition, by) === 'district'
}
