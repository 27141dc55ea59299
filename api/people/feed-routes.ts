import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { PersonRecord, TaskRecord } from '../../models/index.ts'
import { calendarOf } from '../../delivery/channels/calendar/calendar.ts'
import { dueTitle } from '../../delivery/words.ts'
import { actorIn, isLive } from '../../policy/access/capacities.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'
import type { Dependencies } from '../dependencies.ts'
import { nameProjects } from '../inbox/notice-view.ts'
import { ensurePerson } from './people.ts'
import { ofNoCase, route, type Route } from '../http/route.ts'
import { taskFilter } from '../projects/scope-filter.ts'

/** The calendar of what is due, under an address that is itself the key. */
export function feedRoutes(deps: Dependencies): Route[] {
  return [createRoute(deps), revokeRoute(deps), readRoute(deps)]
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function createRoute({ models, publicUrl }: Dependencies): Route {
  return route({
    method: 'post',
    path: '/me/calendar-feed',
    tag: 'me',
    summary: {
      zh: '生成日历订阅地址，旧地址随即失效',
      en: 'Make the address of my calendar; an earlier one is void',
    },
    answer: {
      status: 201,
      schema: z.object({
        url: z.url().meta({ description: 'Told once. Whoever has it can read the calendar.' }),
      }),
    },
    async handle({ caller }) {
      const secret = randomBytes(32).toString('base64url')
      await ensurePerson(models, caller.user)
      await models.people.updateOne({ _id: caller.user }, { $set: { feed: hashOf(secret) } })
      return { status: 201, body: { url: `${publicUrl}/api/v1/feeds/${secret}.ics` } }
    },
  })
}

function revokeRoute({ models }: Dependencies): Route {
  return route({
    method: 'delete',
    path: '/me/calendar-feed',
    tag: 'me',
    summary: { zh: '停用日历订阅地址', en: 'Void the address of my calendar' },
    answer: { status: 200, schema: z.object({ calendarFeed: z.literal(false) }) },
    async handle({ caller }) {
      await models.people.updateOne({ _id: caller.user }, { $set: { feed: null } })
      return { body: { calendarFeed: false as const } }
    },
  })
}

function readRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/feeds/{secret}.ics',
    tag: 'me',
    summary: { zh: '到期日历（iCalendar）', en: 'A calendar of what is due (iCalendar)' },
    access: 'anyone',
    logsReads: true,
    params: z.strictObject({ secret: z.string() }),
    answer: { status: 200, type: 'text/calendar', schema: z.string() },
    errors: ['not-found', 'not-your-role'],
    async handle({ params: { secret } }) {
      // The type is what the index is limited to.
      const person = await deps.models.people
        .findOne({ feed: { $eq: hashOf(secret), $type: 'string' } })
        .lean()
      const readers = person ? readersIn(person, deps.now()) : []
      const [reader] = readers
      if (!person || !reader) throw new RefusalError({ code: 'not-found' })
      const headers = { 'cache-control': 'private, max-age=300' }
      // Programs come for it again and again: that they came is kept, and not each case of each time.
      return { body: await writeCalendar(deps, person, readers), headers, shows: [ofNoCase], reader }
    },
  })
}

/** What a calendar shows at most. */
const maxEvents = 500

/** The person in each of the capacities in which they may still act: in none, the address is good for nothing. */
function readersIn({ _id, capacities }: PersonRecord, nowMs: number): Actor[] {
  return capacities.filter((each) => isLive(each, nowMs)).map((each) => actorIn(_id, each))
}

function findTasks({ models, editions }: Dependencies, readers: Actor[]): Promise<TaskRecord[]> {
  return models.tasks
    .find({
      $or: readers.map((reader) => ({
        open: true,
        roles: reader.role,
        ...taskFilter(editions.organisation, reader),
        dueOn: { $gt: '' },
      })),
    })
    .sort({ dueOn: 1, _id: 1 })
    .limit(maxEvents)
    .lean()
}

/** The open tasks of all of a person's capacities as days of a calendar; a day is one of Asia/Shanghai, wherever it is read. */
async function writeCalendar(deps: Dependencies, person: PersonRecord, readers: Actor[]): Promise<string> {
  const tasks = await findTasks(deps, readers)
  const namesOf = await nameProjects(
    deps,
    tasks.map(({ project }) => project),
  )
  return calendarOf(
    tasks.flatMap(({ project, task, part, entry, dueOn, revision, at: stamp }) => {
      const { name, taskName } = namesOf(project, task, part)
      const title = dueTitle(taskName, name)[person.language === 'en' ? 'en' : 'zh']
      const cancelled = false
      return dueOn === null ? [] : [{ project, task, part, entry, dueOn, title, cancelled, revision, stamp }]
    }),
  )
}
