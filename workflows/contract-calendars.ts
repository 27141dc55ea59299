import type { Calendars } from '../policy/time/calendar.ts'
import type { ProjectInput } from './contract.ts'

/** The versions of the calendars that a run counts by. */
export function versionsOf({
  versions = { country: 1, local: 0 },
}: Pick<ProjectInput, 'versions'>): Calendars['versions'] {
  return versions
}

/** A run's input with the country's calendar and the district's, each in its newer version. */
export function withNewer<T extends Omit<ProjectInput, 'carried'>>(
  input: T,
  { country, local, versions }: Calendars,
): T {
  const known = versionsOf(input)
  return {
    ...input,
    ...(versions.country > known.country && { calendar: country }),
    ...(versions.local > known.local && { local }),
    versions: {
      country: Math.max(versions.country, known.country),
      local: Math.max(versions.local, known.local),
    },
  }
}
