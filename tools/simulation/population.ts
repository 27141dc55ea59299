import type { Application, Enterprise } from '../../policy/edition/application.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { isWorkingDay, type Calendar } from '../../policy/time/calendar.ts'
import { addDays } from '../../policy/time/dates.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import type { Behaviour } from './behaviour.ts'
import { createPrng, type Prng } from './prng.ts'

/** Makes up an enterprise of a district and an application of its; the same for the same numbers. */
export type MakeUp = (
  district: string,
  index: number,
) => { enterprise: Enterprise; application: Record<string, unknown> }

/** A project that will be filed: by whom, what, on which day, and what is true of it without being seen at once. */
export type MadeUpProject = {
  index: number
  enterprise: Enterprise
  application: Application
  fileOn: string
  incomplete: boolean
  /** After so many working days it is filed again by mistake; null if it is not. */
  repeatedAfter: number | null
}

/** What a population is drawn from. */
export type PopulationOptions = {
  edition: Edition
  behaviour: Behaviour
  calendar: Calendar
  year: number
  projects: number
  seed: number
  makeUp: MakeUp
}

/**
 * Made-up projects of a year, spread over the districts in proportion to their targets and over the months as the behaviour
 * says. Throws a `ZodError` if made-up applications do not have the form that the edition asks for.
 */
export function populate(options: PopulationOptions): MadeUpProject[] {
  const { edition, projects, seed } = options
  const form = applicationSchema(edition)
  const days = filingDays(options)
  return spread(edition, projects).map((district, index) => {
    const prng = createPrng(seed, index, 'application')
    const { incomplete, repeated } = options.behaviour.applications
    const fileOn = prng.pick(days)
    const { enterprise, application } = options.makeUp(district, index)
    return {
      index,
      enterprise,
      application: form.parse({
        ...application,
        ...drawn(options, prng, fileOn, application),
      }),
      fileOn,
      incomplete: prng.happens(incomplete),
      repeatedAfter: prng.happens(repeated.share) ? prng.whole(repeated.days) : null,
    }
  })
}

/** The first day of the year on which anybody can file: not before the edition was issued. */
export function firstDay({ issuedOn }: Pick<Edition, 'issuedOn'>, year: number): string {
  return issuedOn.startsWith(String(year)) ? issuedOn : `${year}-01-01`
}

function filingDays({ edition, behaviour, calendar, year }: PopulationOptions): Record<string, number> {
  const { months } = behaviour.applications
  const days: Record<string, number> = {}
  for (let day = firstDay(edition, year); day.startsWith(String(year)); day = addDays(day, 1)) {
    if (isWorkingDay(calendar, day)) days[day] = months[Number(day.slice(5, 7)) - 1] ?? 0
  }
  return days
}

/** As many districts as projects, each as often as its share of the targets says (largest remainders). */
function spread({ bodies }: Edition, projects: number): string[] {
  const total = bodies.reduce((sum, { target }) => sum + target, 0)
  const shares = bodies.map(({ name, target }) => ({
    name,
    share: (total > 0 ? target / total : 1 / bodies.length) * projects,
  }))
  const whole = shares.reduce((sum, { share }) => sum + Math.floor(share), 0)
  const favoured = new Set(
    shares
      .toSorted((a, b) => (b.share % 1) - (a.share % 1))
      .slice(0, projects - whole)
      .map(({ name }) => name),
  )
  return shares.flatMap(({ name, share }) =>
    Array<string>(Math.floor(share) + (favoured.has(name) ? 1 : 0)).fill(name),
  )
}

/** What the behaviour says of an application: its amounts, kept in proportion, and its planned completion. */
function drawn(
  { behaviour: { applications } }: PopulationOptions,
  prng: Prng,
  fileOn: string,
  { investment, totalInvestment }: Record<string, unknown>,
) {
  const { usual, large, completion } = applications
  const total = Math.round(prng.magnitude(prng.happens(large.share) ? large.amount : usual))
  const factor = total / Number(totalInvestment)
  return {
    totalInvestment: `${total}.00`,
    investment: Object.fromEntries(
      Object.entries(investment as Record<string, string>).map(([kind, amount]) => [
        kind,
        `${Math.floor(Number(amount) * factor)}.00`,
      ]),
    ),
    completeOn: addDays(fileOn, prng.whole(completion)),
  }
}
