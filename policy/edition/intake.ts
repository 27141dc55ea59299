import { z } from 'zod'
import { provenance } from '../stages/parts.ts'
import { shanghaiDate, shanghaiInstant } from '../time/dates.ts'
import { inBoth } from '../words/bilingual.ts'
import type { DocumentFault } from './document-fault.ts'
import { intakeWords } from './intake-words.ts'

const time = /([01]\d|2[0-3]):[0-5]\d|24:00/
const minute = z
  .string()
  .regex(
    new RegExp(`^\\d{4}-\\d{2}-\\d{2} (${time.source})$`),
    inBoth('须为时刻，例如 2023-01-28 10:00', 'must be a minute, such as 2023-01-28 10:00'),
  )
const minuteOfYear = z
  .string()
  .regex(
    new RegExp(`^\\d{2}-\\d{2} (${time.source})$`),
    inBoth('须为每年的时刻，例如 03-01 00:00', 'must be a minute of every year, such as 03-01 00:00'),
  )
const round = z.strictObject({ id: z.string().min(1).max(40), opens: minute, closes: minute })

/** When applications are taken: always, once a year, or in windows; to the minute in Shanghai, the last one excluded. */
export const Intake = z.strictObject({
  rounds: z.union([z.enum(['always', 'yearly']), z.array(round).min(1).max(50)]),
  opens: minuteOfYear.optional().meta({ description: 'Of the yearly round.' }),
  closes: minuteOfYear
    .optional()
    .meta({ description: 'Of the yearly round; if it comes first, in the next year.' }),
  ...provenance,
})
export type Intake = z.infer<typeof Intake>

/** A round of an intake: its id, and its instants (milliseconds since 1970), the second one excluded. */
export type Round = { id: string; opensAt: number; closesAt: number }

/** Whether applications are taken: in which round, if there are any, and until when; or from when on, if that is known. */
export type IntakeState =
  { open: true; round: string | null; closesAt: number | null } | { open: false; opensAt: number | null }

/** Whether applications are taken at an instant (milliseconds since 1970); an edition that says nothing takes them always. */
export function intakeAt(intake: Intake | undefined, atMs: number): IntakeState {
  const rounds = roundsAround(intake, atMs)
  if (rounds === 'always') return { open: true, round: null, closesAt: null }
  const current = rounds.find(({ opensAt, closesAt }) => opensAt <= atMs && atMs < closesAt)
  if (current) return { open: true, round: current.id, closesAt: current.closesAt }
  const ahead = rounds.map(({ opensAt }) => opensAt).filter((opensAt) => opensAt > atMs)
  return { open: false, opensAt: ahead.length > 0 ? Math.min(...ahead) : null }
}

function roundsAround(intake: Intake | undefined, atMs: number): Round[] | 'always' {
  if (!intake || intake.rounds === 'always') return 'always'
  if (intake.rounds !== 'yearly')
    return intake.rounds.map(({ id, opens, closes }) => ({
      id,
      opensAt: instantOf(opens),
      closesAt: instantOf(closes),
    }))
  const { opens = '', closes = '' } = intake
  const year = Number(shanghaiDate(atMs).slice(0, 4))
  return [year - 1, year, year + 1].map((each) => ({
    id: `${each}`,
    opensAt: instantOf(`${each}-${opens}`),
    closesAt: instantOf(`${closes > opens ? each : each + 1}-${closes}`),
  }))
}

function instantOf(minuteText: string): number {
  const [date = '', clock = ''] = minuteText.split(' ')
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return shanghaiInstant(date, hours * 60 + minutes)
}

/** What is wrong with an intake whose form is right: days that there are not, a window that closes before it opens or meets another. */
export function findIntakeFaults(intake: Intake | undefined): DocumentFault[] {
  if (!intake) return []
  const { rounds, opens, closes } = intake
  const isYearly = rounds === 'yearly'
  if (!Array.isArray(rounds))
    return Object.entries({ opens, closes }).flatMap(([key, value]) => {
      const path = ['intake', key]
      if (isYearly !== (value !== undefined))
        return [{ path, ...(isYearly ? intakeWords.missing() : intakeWords.notYearly()) }]
      return value === undefined || isDay(`2024-${value}`) ? [] : [{ path, ...intakeWords.noDay(value) }]
    })
  return [
    ...(opens === undefined ? [] : [{ path: ['intake', 'opens'], ...intakeWords.notYearly() }]),
    ...(closes === undefined ? [] : [{ path: ['intake', 'closes'], ...intakeWords.notYearly() }]),
    ...rounds.flatMap((each, at) => {
      const path = ['intake', 'rounds', at]
      const unreal = [each.opens, each.closes].find((text) => !isDay(text))
      if (unreal !== undefined) return [{ path, ...intakeWords.noDay(unreal) }]
      if (each.closes <= each.opens) return [{ path, ...intakeWords.closesFirst() }]
      const before = rounds.slice(0, at)
      if (before.some(({ id }) => id === each.id)) return [{ path, ...intakeWords.twice(each.id) }]
      const other = before.find((earlier) => each.opens < earlier.closes && earlier.opens < each.closes)
      return other ? [{ path, ...intakeWords.overlaps(other.id) }] : []
    }),
  ]
}

function isDay(minuteText: string): boolean {
  const date = minuteText.slice(0, 10)
  const ms = Date.parse(date)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date)
}
