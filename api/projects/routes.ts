import { z } from 'zod'
import type { ProjectRecord } from '../../models/index.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { districtSchema } from '../../policy/edition/districts.ts'
import { RefusalError } from '../../policy/errors.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { refuseBeyond } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import type { LoadedEdition } from '../editions/editions.ts'
import { byEdition, eventsShown } from '../editions/by-edition.ts'
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
  const schema = projectViewSchema(formShown(deps.editions.inForce))
  return [fileRoute(deps, schema), listRoute(deps, schema), readRoute(deps, schema), sendRoute(deps, schema)]
}

/** An application as it is shown, whichever edition it is of. */
function formShown(inForce: readonly LoadedEdition[]) {
  const forms = inForce.map(({ edition }) => z.object(applicationSchema(edition).shape))
  const distinct = new Map(forms.map((form) => [JSON.stringify(z.toJSONSchema(form, { io: 'input' })), form]))
  const [only, ...others] = distinct.values()
  return (only && others.length === 0 ? only : z.union([...distinct.values()])).meta({ id: 'Application' })
}

function fileRoute(deps: Dependencies, schema: ProjectSchema): Route {
  const { organisation } = deps.editions
  const form = byEdition(deps.editions, applicationSchema)
  return route({
    method: 'post',
    path: '/projects',
    tag: 'projects',
    summary: { zh: '申报项目', en: 'File an application: creates the project' },
    admit: (caller) => refuseBeyond(organisation, caller, ['own']),
    body: form.schema,
    answer: { status: 201, schema },
    errors: [
      'not-your-enterprise',
      'unknown-enterprise',
      'not-eligible',
      'intake-closed',
      'duplicate',
      'idempotency-key-reused',
    ],
    async handle({ body, caller, idempotencyKey, request }) {
      const { value: application, under } = form.read(body)
      if (application.uscc !== caller.uscc)
        throw new RefusalError({ code: 'not-your-enterprise', field: 'uscc' })
      const record = await fileProject(deps, { application, under, by: caller, idempotencyKey, request })
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
  const { organisation, inForce } = editions
  const phases = inForce.flatMap(({ edition: { stages, ends } }) => [...stages, ...ends].map(({ id }) => id))
  return route({
    method: 'get',
    path: '/projects',
    tag: 'projects',
    summary: { zh: '项目列表，新的在前', en: 'List projects, newest first' },
    logsReads: true,
    query: PageQuery.extend({
      phase: z.enum([...new Set(phases)]).optional(),
      district: districtSchema(organisation.bodies).optional(),
    }),
    answer: { status: 200, schema: pageSchema(schema) },
    errors: ['not-your-role'],
    async handle({ query: { phase, district, ...query }, caller }) {
      const scope = scopeFilter(organisation, caller)
      const without = editions.without(caller.role)
      const filter = {
        ...(phase && { phase }),
        ...(district && { district }),
        ...(without.length > 0 && { edition: { $nin: without } }),
        ...scope,
      }
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
  return route({
    method: 'post',
    path: '/projects/{id}/events',
    tag: 'projects',
    summary: { zh: '办理事项，返回办理后的项目', en: 'Send an event; answers with the project after it' },
    params,
    body: eventsShown(deps.editions.inForce),
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
