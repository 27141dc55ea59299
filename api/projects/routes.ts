import { z } from 'zod'
import type { ProjectRecord } from '../../models/index.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { districtSchema } from '../../policy/edition/districts.ts'
import { RefusalError } from '../../policy/errors.ts'
import { eventSchema } from '../../policy/case/event-schema.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { refuseBeyond } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { fileProject } from './filing.ts'
import { holdsOf, viewHold } from './held-cases.ts'
import { findPage, newestBy, PageQuery, pageSchema } from '../http/page.ts'
import { projectViewSchema, viewMoment, viewProject, type ProjectSchema } from './project-view.ts'
import { route, type Route } from '../http/route.ts'
import { scopeFilter } from './scope-filter.ts'
import { sendEvent } from './sending.ts'
import { similarTo } from './similar.ts'
import { At, getMoment } from '../time-travel/time-travel.ts'

const params = z.strictObject({ id: z.string().min(1).max(60) })

/** Projects: file, list, read, send an event. */
export function projectRoutes(deps: Dependencies): Route[] {
  const schema = projectViewSchema(
    z.object(applicationSchema(deps.editions.current.edition).shape).meta({ id: 'Application' }),
  )
  return [fileRoute(deps, schema), listRoute(deps, schema), readRoute(deps, schema), sendRoute(deps, schema)]
}

function fileRoute(deps: Dependencies, schema: ProjectSchema): Route {
  const { edition } = deps.editions.current
  return route({
    method: 'post',
    path: '/projects',
    tag: 'projects',
    summary: { zh: '申报项目', en: 'File an application: creates the project' },
    admit: (caller) => refuseBeyond(edition, caller, ['own']),
    body: applicationSchema(edition),
    answer: { status: 201, schema },
    errors: [
      'not-your-enterprise',
      'unknown-enterprise',
      'not-eligible',
      'duplicate',
      'idempotency-key-reused',
    ],
    async handle({ body, caller, idempotencyKey, request }) {
      const application = body
      if (application.uscc !== caller.uscc)
        throw new RefusalError({ code: 'not-your-enterprise', field: 'uscc' })
      const record = await fileProject(deps, { application, by: caller, idempotencyKey, request })
      const headers = { location: `/api/v1/projects/${record._id}` }
      return {
        status: 201,
        body: viewProject(await deps.editions.of(record), record, caller, deps.now()),
        revision: record.revision,
        headers,
      }
    },
  })
}

function listRoute({ models, editions, now }: Dependencies, schema: ProjectSchema): Route {
  const { edition } = editions.current
  return route({
    method: 'get',
    path: '/projects',
    tag: 'projects',
    summary: { zh: '项目列表，新的在前', en: 'List projects, newest first' },
    logsReads: true,
    query: PageQuery.extend({
      phase: z.enum([...edition.stages, ...edition.ends].map(({ id }) => id)).optional(),
      district: districtSchema(edition.bodies).optional(),
    }),
    answer: { status: 200, schema: pageSchema(schema) },
    errors: ['not-your-role'],
    async handle({ query: { phase, district, ...query }, caller }) {
      const scope = scopeFilter(edition, caller)
      const filter = { ...(phase && { phase }), ...(district && { district }), ...scope }
      if (district && scope.district !== undefined && scope.district !== district)
        return { body: { items: [], next: null }, shows: [] }
      const { items: found, next } = await findPage(models.projects, filter, query, newestBy('filedAt'))
      const [loaded, holds] = await Promise.all([editions.ofAll(found), holdsOf(models, found)])
      const view = (record: ProjectRecord) => ({
        ...viewProject(loaded(record), record, caller, now()),
        held: viewHold(loaded(record).edition, record, holds.get(record._id), caller),
      })
      return { body: { items: found.map(view), next }, shows: found.map(({ _id }) => _id) }
    },
  })
}

function readRoute(deps: Dependencies, schema: ProjectSchema): Route {
  return route({
    method: 'get',
    path: '/projects/{id}',
    tag: 'projects',
    summary: { zh: '查看项目，或其在某一时点的情形', en: 'Read a project as it is, or as it was' },
    logsReads: true,
    params,
    query: z.strictObject({ at: At.optional() }),
    answer: { status: 200, schema },
    errors: ['not-found'],
    async handle({ params: { id }, query: { at }, caller }) {
      const moment = await getMoment(deps, id, caller, at)
      const { record, loaded, nowMs, isPresent } = moment
      const shown =
        at === undefined ? viewProject(loaded, record, caller, nowMs) : await viewMoment(deps, moment, caller)
      const isOfficer = scopeOf(loaded.edition, caller) !== 'own'
      const hold = (await holdsOf(deps.models, [record])).get(record._id)
      const held = viewHold(loaded.edition, record, hold, caller)
      const body = { ...shown, held, ...(isOfficer && { similar: await similarTo(deps, record) }) }
      return { body, ...(isPresent && { revision: record.revision }) }
    },
  })
}

function sendRoute(deps: Dependencies, schema: ProjectSchema): Route {
  const events = z.toJSONSchema(eventSchema(deps.editions.current.edition), { io: 'input' })
  return route({
    method: 'post',
    path: '/projects/{id}/events',
    tag: 'projects',
    summary: { zh: '办理事项，返回办理后的项目', en: 'Send an event; answers with the project after it' },
    params,
    body: z.unknown().meta({ override: ({ jsonSchema }) => void Object.assign(jsonSchema, events) }),
    answer: { status: 200, schema },
    errors: [
      'not-found',
      'event-not-allowed',
      'case-held',
      'not-your-role',
      'four-eyes',
      'claimed-by-another',
      'judgement-needed',
      'reason-needed',
      'fact-not-possible',
      'fixed-field',
      'date-not-allowed',
      'already-urged',
      'extension-limit',
      'too-late-to-extend',
      'not-eligible',
      'duplicate',
      'stale-revision',
      'idempotency-key-reused',
    ],
    async handle({ params: { id }, body, caller, ...preconditions }) {
      const { record, loaded } = await sendEvent(deps, { project: id, body, by: caller, ...preconditions })
      return { body: viewProject(loaded, record, caller, deps.now()), revision: record.revision }
    },
  })
}
