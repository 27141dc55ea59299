import { z } from 'zod'
import type { HistoryRecord } from '../../models/index.ts'
import { eventTypes } from '../../policy/case/events.ts'
import { findBody } from '../../policy/edition/districts.ts'
import type { Actor } from '../../policy/case/case.ts'
import { comparableCode } from '../../policy/edition/comparable.ts'
import { differencesBetween } from '../../policy/case/differences.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { becauseKinds } from '../../policy/access/because.ts'
import { RefusalError, refusalMembers } from '../../policy/errors.ts'
import { inputRefusal } from '../../policy/words/issues.ts'
import { eventLabels } from '../../policy/case/labels.ts'
import { visibilityOf } from '../../policy/access/visibility.ts'
import { notForRole, rolesUnder } from '../../policy/access/role-refusals.ts'
import { shownPerson } from '../../policy/access/shown-case.ts'
import { explain } from '../../policy/access/why.ts'
import type { Dependencies } from '../dependencies.ts'
import { wholeNumber } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'
import { getVisible } from '../projects/visible.ts'
import { At, getMoment, momentOf, refuseOutside } from './time-travel.ts'
import { Words } from '../http/words.ts'

const id = z.string().min(1).max(60)
const params = z.strictObject({ id })

/** What changed in a case, and why something is not offered. */
export function timeTravelRoutes(deps: Dependencies): Route[] {
  return [diffRoute(deps), whyRoute(deps)]
}

/** How many lines are told with a diff. */
const linesTold = 500

const Diff = z
  .object({
    from: z.int(),
    to: z.int(),
    changes: z.array(
      z.object({
        path: z.string().meta({ example: 'application.investment.equipment' }),
        name: Words,
        from: z.unknown().meta({ description: 'Null where it had no value; a list is told as a whole.' }),
        to: z.unknown(),
      }),
    ),
    lines: z
      .array(
        z.object({
          revision: z.int(),
          type: z.string(),
          name: Words,
          by: z
            .object({ role: z.string(), user: z.string().nullable(), district: z.string().nullable() })
            .nullable(),
          on: z.string(),
          at: z.string(),
        }),
      )
      .meta({
        description: `What happened after the first revision, up to the second; ${linesTold} at most.`,
      }),
    linesLeft: z.int(),
  })
  .meta({ id: 'ProjectDiff' })

const Revision = wholeNumber(1, 999_999)

function diffRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/projects/{id}/diff',
    tag: 'projects',
    summary: { zh: '两个版本之间的变化', en: 'What changed between two revisions' },
    params,
    query: z.strictObject({ from: Revision, to: Revision }),
    answer: { status: 200, schema: Diff },
    logsReads: true,
    errors: ['not-found'],
    async handle({ params: { id: project }, query: { from, to }, caller }) {
      const found = await getVisible(deps, project, caller)
      const last = found.record.revision
      refuseOutside('from', from, { first: 1, last })
      refuseOutside('to', to, { first: from, last })
      const [before, after, lines] = await Promise.all([
        versionAt(deps, found, from),
        versionAt(deps, found, to),
        deps.models.history
          .find({ project, revision: { $gt: from, $lte: to } }, { revision: 1, type: 1, by: 1, on: 1, at: 1 })
          .sort({ revision: 1 })
          .limit(linesTold)
          .lean(),
      ])
      const changes = differencesBetween(before, after, caller)
      const told = lines.map((line) => viewLine(found.loaded.edition, line, caller))
      return { body: { from, to, changes, lines: told, linesLeft: to - from - told.length } }
    },
  })
}

type Found = Awaited<ReturnType<typeof getVisible>>

async function versionAt(deps: Dependencies, found: Found, revision: number) {
  const { record, loaded } = await momentOf(deps, found, `${revision}`)
  const { state, certificate, calendars } = record
  return { edition: loaded.edition, state, certificate, calendars }
}

type Line = Pick<HistoryRecord, 'revision' | 'type' | 'by' | 'on' | 'at'>

function viewLine(edition: Edition, { revision, type, by, on, at }: Line, caller: Actor) {
  const shownBy = shownPerson(edition, by, visibilityOf(edition, caller).event)
  return { revision, type, name: eventLabels[type], by: shownBy, on, at: at.toISOString() }
}

const Explanation = z
  .object({
    type: z.string(),
    zh: z.string(),
    en: z.string(),
    offered: z.boolean(),
    because: z
      .object({
        kind: z.enum(becauseKinds),
        code: z.string(),
        zh: z.string(),
        en: z.string(),
        article: z.string(),
        allowed: z
          .array(z.string())
          .meta({ description: 'The phases in which it is offered at all, or the roles that it is for.' }),
        possibleFrom: refusalMembers.possibleFrom.optional(),
      })
      .nullable(),
  })
  .meta({ id: 'ActionExplanation' })

const Person = z.strictObject({
  role: z.string().min(1).max(40).optional().meta({ description: 'Of another person: for administrators.' }),
  user: z.string().max(200).optional(),
  district: z.string().max(80).optional(),
  uscc: z.string().max(60).overwrite(comparableCode).optional(),
})

function whyRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/projects/{id}/actions/{type}',
    tag: 'projects',
    summary: { zh: '某事项可否办理，不可办的原因', en: 'Whether an action is offered, and if not, why' },
    params: z.strictObject({ id, type: z.enum(eventTypes) }),
    query: Person.extend({ at: At.optional() }),
    answer: { status: 200, schema: Explanation },
    logsReads: true,
    errors: ['not-found', 'not-your-role'],
    async handle({ params: { id: project, type }, query: { at, ...person }, caller }) {
      const { record, loaded, nowMs } = await getMoment(deps, project, caller, at)
      const about = personAsked(loaded.edition, person, caller)
      return { body: explain(loaded, record.state, type, { about, viewer: caller, nowMs }) }
    },
  })
}

/** About whom is asked: the caller, or for an administrator anybody; a person without a name has had no part in it. */
function personAsked(
  { roles, bodies }: Edition,
  { role, user = '', district: typed, uscc }: z.infer<typeof Person>,
  caller: Actor,
): Actor {
  const district = typed && (findBody(bodies, typed)?.name ?? typed)
  const others = { user: user || undefined, district, uscc }
  if (role === undefined) {
    const [field] = Object.entries(others).find(([, value]) => value !== undefined) ?? []
    if (field)
      throw new RefusalError(
        inputRefusal(field, { zh: '须与角色（role）一并给出', en: 'needs a role beside it' }),
      )
    return caller
  }
  if (caller.role !== 'administrator')
    throw new RefusalError({ ...notForRole({ roles }, ['administrator']), field: 'role' })
  const allowed = rolesUnder({ roles })
  if (!allowed.includes(role))
    throw new RefusalError(
      inputRefusal('role', { zh: '不是已有的角色', en: 'is not a role that there is' }, allowed),
    )
  return { user, role, ...(district !== undefined && { district }), ...(uscc !== undefined && { uscc }) }
}
