import { activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity'
import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { calendarsOf, countryCalendar, findCalendars } from '../models/calendars.ts'
import type { CalendarRecord, Models, ProjectRecord, RolloutRecord } from '../models/index.ts'
import { calendarSince } from '../policy/time/calendar.ts'
import { shanghaiDate } from '../policy/time/dates.ts'
import { adoptCalendars, projectWorkflowId, type Adoption } from '../workflows/contract.ts'
import type { RolloutCursor, RolloutPage, RolloutTally } from '../workflows/contract-rollout.ts'

/** How often a page is sent in which a project failed, before that counts. */
const tries = 3
/** Projects that are asked at the same time. */
const atOnce = 10
/** How long a project may take to answer; less than the heartbeat's patience. */
const answerWithinMs = 20_000

/** Brings versions of calendars to the projects that run; may be repeated, and never goes back to an older version. */
export function createCalendarActivities(models: Models, temporal: Client) {
  return {
    /** Counts what a pass of a rollout (`cn@3`) finds before it, and shows it. */
    async openPass(rollout: string, tally: RolloutTally): Promise<void> {
      const asked = await models.rollouts.findById(rollout).lean()
      if (!asked) return
      const waiting = await models.projects.countDocuments(concernedBy(asked))
      await showTally(models, rollout, tally, tally.done + waiting)
    },

    /** A page of the open projects that count by an older version; null if the version is not the one in force. */
    async findConcerned(
      rollout: string,
      after: RolloutCursor | null,
      pageSize: number,
    ): Promise<RolloutPage | null> {
      const asked = await models.rollouts.findById(rollout).lean()
      if (!asked) return null
      const inForce = await findCalendars(models, [asked.calendar])
      return inForce.get(asked.calendar)?.version === asked.version
        ? findPage(models, asked, after, pageSize)
        : null
    },

    /**
     * Has each project of a page count by the calendars in force. One that is over is passed by; one that fails is tried
     * again with the page, and counted after the last try.
     */
    async adoptPage(rollout: string, ids: string[], before: RolloutTally): Promise<RolloutTally> {
      const asked = await models.rollouts.findById(rollout).lean()
      if (!asked) return before
      const { outcomes, failed } = await askAll(models, temporal, { asked, ids, before })
      const signal = cancellationSignal()
      if (signal.aborted) throw signal.reason
      if (failed.length > 0 && activityInfo().attempt < tries)
        throw ApplicationFailure.retryable(`${failed.length} of ${ids.length} projects failed`)
      if (failed.length > 0) log.warn('projects did not take a calendar', { rollout, projects: failed })
      const tally = tallyOf(before, outcomes, failed)
      await showTally(models, rollout, tally)
      return tally
    },

    /** Shows that a rollout is over. */
    async endRollout(rollout: string, { done, moved, failed }: RolloutTally): Promise<void> {
      const finished = { done, moved, failed, total: done + failed, finishedAt: new Date() }
      await models.rollouts.updateOne({ _id: rollout, finishedAt: null }, { $set: finished })
    },
  }
}

type Concerned = Pick<RolloutRecord, 'calendar' | 'version'>

/** The field in which a project says by which version of this calendar it counts. */
function fieldOf({ calendar }: Concerned): 'calendars.country' | 'calendars.local' {
  return calendar === countryCalendar ? 'calendars.country' : 'calendars.local'
}

/** Open projects that count by an older version, all of the city or those of the district. */
function concernedBy(asked: Concerned, versions: number | object = { $lt: asked.version }) {
  const { calendar } = asked
  const where = calendar === countryCalendar ? {} : { district: calendar }
  return { ...where, 'state.done': false, [fieldOf(asked)]: versions }
}

/** In the order of the index, so that those which take the version leave the range that is still to be read. */
async function findPage(
  { projects }: Models,
  asked: Concerned,
  after: RolloutCursor | null,
  pageSize: number,
): Promise<RolloutPage> {
  const rest = after
    ? [
        { ...concernedBy(asked, after.version), _id: { $gt: after.project } },
        concernedBy(asked, { $gt: after.version, $lt: asked.version }),
      ]
    : [concernedBy(asked)]
  const found = await projects
    .find({ $or: rest }, { calendars: 1 })
    .sort({ ...(asked.calendar !== countryCalendar && { district: 1 }), [fieldOf(asked)]: 1, _id: 1 })
    .limit(pageSize)
    .lean()
  const last = found.length === pageSize ? found.at(-1) : undefined
  return {
    projects: found.map(({ _id }) => _id),
    next: last ? { version: versionOf(last, asked), project: last._id } : null,
  }
}

function versionOf({ calendars }: Pick<ProjectRecord, 'calendars'>, { calendar }: Concerned): number {
  return calendar === countryCalendar ? calendars.country : calendars.local
}

/** What became of a project: how many due dates moved, or that its workflow is over. */
type Outcome = number | 'over'
type Outcomes = Record<string, Outcome>
type Concern = Pick<ProjectRecord, '_id' | 'district' | 'filedAt' | 'calendars'>
type Page = { asked: RolloutRecord; ids: string[]; before: RolloutTally }

/** Asks a few projects at a time; what an earlier try has settled is not asked again. */
async function askAll(models: Models, temporal: Client, { asked, ids, before }: Page) {
  const outcomes: Outcomes = { ...(activityInfo().heartbeatDetails as Outcomes | undefined) }
  const open = ids.filter((id) => !(id in outcomes))
  const projects: Concern[] = await models.projects
    .find({ _id: { $in: open } }, { district: 1, filedAt: 1, calendars: 1 })
    .lean()
  const districts = new Set(projects.map(({ district }) => district))
  const inForce = await findCalendars(models, [countryCalendar, ...districts])
  const failed: string[] = []
  const askOne = async (project: Concern) => {
    const outcome = await ask(models, temporal, project, adoptionFor(asked, inForce, project))
    if (outcome === 'failed') failed.push(project._id)
    else outcomes[project._id] = outcome
  }
  for (let at = 0; at < projects.length && !cancellationSignal().aborted; at += atOnce) {
    await Promise.all(projects.slice(at, at + atOnce).map(askOne))
    heartbeat(outcomes)
    await showTally(models, asked._id, tallyOf(before, outcomes, []))
  }
  return { outcomes, failed }
}

/** All that is in force for a project, with the papers behind what is new to it; no longer than the case itself. */
function adoptionFor(
  { by, request }: RolloutRecord,
  inForce: ReadonlyMap<string, CalendarRecord>,
  { district, filedAt, calendars: { country, local } }: Concern,
): Adoption {
  const calendars = calendarsOf(inForce, district)
  const papers = [
    ...(calendars.versions.country > country ? [inForce.get(countryCalendar)?.source] : []),
    ...(calendars.versions.local > local ? [inForce.get(district)?.source] : []),
  ]
  const year = Number(shanghaiDate(filedAt.getTime()).slice(0, 4))
  const kept = { ...calendars, country: calendarSince(calendars.country, year) }
  return { calendars: kept, by, source: papers.join('；'), request }
}

/** The same versions are one update to a project, however often they are sent; then the record says so too. */
async function ask(
  { projects }: Models,
  temporal: Client,
  { _id }: Concern,
  adoption: Adoption,
): Promise<Outcome | 'failed'> {
  const { country, local } = adoption.calendars.versions
  const handle = temporal.workflow.getHandle(projectWorkflowId(_id))
  const options = { args: [adoption] as [Adoption], updateId: `calendars/${country}/${local}` }
  const send = () => handle.executeUpdate(adoptCalendars, options)
  // Of this call alone: the client leaves its listeners on the signal.
  const signal = AbortSignal.any([cancellationSignal()])
  const outcome = await temporal
    .withAbortSignal(signal, () => temporal.withDeadline(Date.now() + answerWithinMs, send))
    .then(({ moved }) => moved)
    .catch((error: unknown) => (error instanceof WorkflowNotFoundError ? 'over' : 'failed'))
  if (typeof outcome !== 'number') return outcome
  await projects.updateOne({ _id }, { $max: { 'calendars.country': country, 'calendars.local': local } })
  return outcome
}

function tallyOf(before: RolloutTally, outcomes: Outcomes, failed: string[]): RolloutTally {
  const moved = Object.values(outcomes).filter((outcome) => outcome !== 'over')
  return {
    done: before.done + moved.length,
    moved: moved.reduce((sum, each) => sum + each, before.moved),
    failed: before.failed + failed.length,
  }
}

/** Shows how far a rollout is, and of how much, while it is not over. */
async function showTally(
  { rollouts }: Models,
  rollout: string,
  tally: RolloutTally,
  total?: number,
): Promise<void> {
  const shown = { ...tally, ...(total !== undefined && { total }) }
  await rollouts.updateOne({ _id: rollout, finishedAt: null }, { $set: shown })
}
