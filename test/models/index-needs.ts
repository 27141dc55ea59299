import { Command } from 'commander'
import { expect, vi } from 'vitest'
import { createCalendarActivities } from '../../activities/calendars.ts'
import { createEditions } from '../../api/editions/editions.ts'
import { repairOperations } from '../../api/operations/operation-service.ts'
import { reconcileCommands } from '../../cli/reconcile-commands.ts'
import { createDispatcher } from '../../delivery/dispatcher.ts'
import { healArchive } from '../../evidence/archive/keep.ts'
import { reconcileCases } from '../../evidence/archive/reconcile.ts'
import { keepFindings, type Found } from '../../evidence/archive/register.ts'
import { anchorDay } from '../../evidence/audit/anchor.ts'
import { readCases } from '../../evidence/audit/cases.ts'
import type { Actor } from '../../policy/case/case.ts'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { gauges } from '../../telemetry/gauges.ts'
import { anEnterprise, cn, people as persons, treeMarket } from '../fixtures.ts'
import { aFreshBody, file, stations, walk } from '../support/cases.ts'
import { engines } from '../support/engines.ts'
import { createHttp } from '../support/http.ts'
import { listen, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, reviewer, verifier } = persons

/** What questions are asked of: a certified case, one in which others have done much, an operation that has come to cases. */
export type Asked = { zhigai: Zhigai; id: string; busy: string; operation: string }

/** Somebody asks something, or something is done by the clock. */
export type Question = (asked: Asked) => unknown

async function get({ zhigai }: Pick<Asked, 'zhigai'>, as: Actor | null, path: string): Promise<void> {
  const { status } = await zhigai.as(as).get(path)
  expect({ path, status }).toEqual({ path, status: 200 })
}

/** What a path answers, in which `{id}`, `{busy}` and `{operation}` stand for what is asked about. */
const ask =
  (as: Actor | null, path: string): Question =>
  ({ zhigai, ...named }) =>
    get(
      { zhigai },
      as,
      Object.entries(named).reduce((text, [name, value]) => text.replace(`{${name}}`, value), path),
    )

const scrape =
  (name: string): Question =>
  ({ zhigai: { models } }) =>
    gauges.find((gauge) => gauge.name === name)?.read({ models, nowMs: Date.now() })

/** The anchor of a day. */
export const anchor = ({ zhigai: { models, deps } }: Pick<Asked, 'zhigai'>) =>
  anchorDay({ models, location: deps.keys, now: () => Date.parse('2026-03-01T10:00+08:00') })

const compare: Question = ({ zhigai, busy }) =>
  reconcileCases(zhigai, [busy], { repair: null, keep: true, known: new Set(), by: 'a-test' })

const readWhole: Question = ({ zhigai: { models }, id }) => readCases(models, [id])

/** The case as it was before its last event, by the clock. */
const readBefore: Question = async ({ zhigai, id }) => {
  const { updatedAt } = (await zhigai.models.projects.findById(id).lean()) ?? {}
  const at = new Date(Number(updatedAt) - 1).toISOString()
  await get({ zhigai }, auditor, `/projects/${id}?at=${at}`)
}

const readWithPapers: Question = async ({ zhigai }) => {
  const papers = { evidence: [{ kind: 'invoice', number: '031-1' }] }
  const filed = await file(zhigai, aFreshBody(papers))
  await zhigai.as(auditor).read(filed.id)
}

const tellHolders: Question = async ({ zhigai }) => {
  await walk(zhigai, await file(zhigai), stations.correction)
}

/** Has a worker carry an operation out; answers with its id. */
export async function retry({ zhigai, id }: Pick<Asked, 'zhigai' | 'id'>): Promise<string> {
  const asked = { kind: 'retry', target: { projects: [id] }, reason: '再试', perMinute: 6_000 }
  const { body } = await zhigai.as(administrator).post<{ id: string }>('/operations', asked)
  const read = () => zhigai.models.operations.findById(body.id).lean()
  await vi.waitFor(async () => expect(await read()).toMatchObject({ status: 'done' }), { timeout: 20_000 })
  return body.id
}

const aimAt =
  (filter: object): Question =>
  async ({ zhigai }) => {
    const asked = { kind: 'hold', target: { filter }, reason: '核查', dryRun: true }
    expect((await zhigai.as(administrator).post('/operations', asked)).status).toBe(200)
  }

/** The pass of a dispatcher on the next morning, without channels to the outside. */
const dispatch: Question = ({ zhigai: { models, deps } }) =>
  createDispatcher({
    models,
    channels: { email: null, webhook: null },
    now: () => Date.parse(`${shanghaiDate(Date.now())}T10:00+08:00`) + 86_400_000,
    logger: deps.logger,
  }).deliverDue()

/** A page of the cases that count by an older version of a calendar; a district has none of its own until here. */
const rollOut =
  (calendar: string): Question =>
  async ({ zhigai: { models, temporal } }) => {
    const { calendars, rollouts } = models
    const country = await calendars.findOne({ id: 'cn' }).lean().orFail()
    const { version } = country
    const _id = `${calendar}@${version}`
    await calendars.updateOne({ _id }, { $setOnInsert: { ...country, _id, id: calendar } }, { upsert: true })
    const asked = { calendar, version, by: administrator, request: 'a-test', at: new Date() }
    const tally = { total: 0, done: 0, moved: 0, failed: 0, finishedAt: new Date() }
    await rollouts.updateOne({ _id }, { $setOnInsert: { ...asked, ...tally } }, { upsert: true })
    const found = await createCalendarActivities(models, temporal).findConcerned(_id, null, 10)
    expect(found).not.toBeNull()
  }

/** The list of somebody who sees what they were handed, which the edition of today has nobody for. */
const listHanded: Question = async ({ zhigai: { deps, models, issuer } }) => {
  const door = await listen({ ...deps, editions: createEditions(models, [treeMarket.edition], cn) })
  const { as } = createHttp(door.origin, issuer)
  const { status } = await as({ user: 'peck', role: 'woodpecker' }).get('/projects')
  await door.close()
  expect(status).toBe(200)
}

const readFeed: Question = async ({ zhigai }) => {
  const { body } = await zhigai.as(verifier).post<{ url: string }>('/me/calendar-feed', {})
  expect((await zhigai.send(new URL(body.url).pathname)).status).toBe(200)
}

const nameAddress: Question = async ({ zhigai }) => {
  const preferences = { email: 'all', webhook: 'all' }
  const chosen = { email: 'wang@example.org', language: 'zh', preferences, webhook: null }
  expect((await zhigai.as(verifier).put('/me/preferences', chosen)).status).toBe(200)
}

const renameEnterprise: Question = async ({ zhigai }) => {
  const path = `/enterprises/${clerk.uscc}`
  const { headers } = await zhigai.as(administrator).get(path)
  const changed = anEnterprise({ name: '重庆嘉陵江齿轮有限公司' })
  const match = { headers: { 'if-match': headers.get('etag') ?? '' } }
  expect((await zhigai.as(administrator).put(path, changed, match)).status).toBeLessThan(300)
}

const heal: Question = async ({ zhigai }) => {
  const run = await zhigai.models.runs.findOne().lean().orFail()
  expect(await healArchive(zhigai, run.archive)).toBe(true)
}

const keepFinding: Question = ({ zhigai: { models }, id }) => {
  const found: Found = {
    source: 'verify',
    kind: 'case-vanished',
    project: id,
    within: 'projects',
    document: id,
    path: '',
    expected: null,
    found: null,
  }
  return keepFindings(models, [found], 'a-test')
}

/** What the command line prints of lost runs. */
const listLost: Question = async ({ zhigai: { models } }) => {
  const { mongoUri, temporalAddress, namespace } = engines()
  vi.stubEnv('MONGODB_URI', mongoUri.replace('/zhigai?', `/${models.connection.name}?`))
  vi.stubEnv('TEMPORAL_ADDRESS', temporalAddress)
  vi.stubEnv('TEMPORAL_NAMESPACE', namespace)
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const program = new Command()
    reconcileCommands(program, () => Promise.reject(new Error('this command asks no API')))
    await program.parseAsync(['history', 'lost'], { from: 'user' })
  } finally {
    log.mockRestore()
    vi.unstubAllEnvs()
  }
}

const number = certificateNumber('CQ-2021', '500112', 1).toLowerCase()

/** What needs each index of each collection: what people, metrics, scheduled jobs or commands ask, as they ask it. */
export const needs: Record<string, Record<string, Question>> = {
  projects: {
    'filedAt_-1__id_-1': ask(auditor, '/projects'),
    'phase_1_filedAt_-1__id_-1': ask(auditor, '/projects?phase=certified'),
    'district_1_filedAt_-1__id_-1': ask(verifier, '/projects'),
    'district_1_phase_1_filedAt_-1__id_-1': ask(verifier, '/projects?phase=certified'),
    'uscc_1_filedAt_-1__id_-1': ask(clerk, '/projects'),
    'assignees_1_filedAt_-1__id_-1': listHanded,
    'calendars.country_1__id_1': rollOut('cn'),
    'district_1_calendars.local_1__id_1': rollOut('渝北区'),
    'state.case.application.evidence.number_1': readWithPapers,
    anchored_1__id_1: anchor,
  },
  history: {
    project_1_revision_1: ask(auditor, '/projects/{id}/proof'),
    project_1_at_1_revision_1: ask(auditor, '/projects/{id}/history?kind=event'),
    'project_1_by.user_1_at_1_revision_1': ask(auditor, '/projects/{busy}/history?kind=event&person=wang'),
  },
  snapshots: { project_1_at_1_revision_1: readBefore },
  intents: { at_1__id_1: ask(auditor, '/operations/stuck?kind=recordBehind') },
  certificates: {
    project_1: readWhole,
    numberKey_1: ask(null, `/library/${number}`),
    'certifiedOn_-1__id_-1_district_1_revokedOn_1': ask(null, '/library'),
    'district_1_certifiedOn_-1__id_-1': ask(null, '/library?district=渝北区'),
    'uscc_1_certifiedOn_-1': ask(null, `/certification-status?uscc=${clerk.uscc}`),
  },
  tasks: {
    roles_1_dueOn_1__id_1: ask(reviewer, '/tasks'),
    open_1_roles_1_district_1_dueOn_1__id_1_openedOn_1: ask(verifier, '/tasks'),
    uscc_1_dueOn_1__id_1: ask(clerk, '/tasks'),
    district_1_dueOn_1__id_1: ask(verifier, '/supervision'),
    dueOn_1__id_1_overdue_1: ask(auditor, '/operations/stuck?kind=deadlineWithoutEvent'),
    district_1_remindedOn_1__id_1: ask(verifier, '/supervision?list=unanswered'),
    remindedOn_1__id_1: ask(reviewer, '/supervision?list=unanswered'),
    project_1: compare,
    overdue_1_open_1_task_1: scrape('zhigai_overdue_tasks'),
  },
  notices: {
    status_1_sendAt_1_message_1_channel_1_kind_1: dispatch,
    'recipient_1_sentAt_-1__id_-1': ask(verifier, '/inbox'),
    'openedAt_1_recipient_1_sentAt_-1__id_-1': ask(verifier, '/inbox?unread=true'),
    project_1_at_1__id_1_recipient_1: ask(auditor, '/projects/{id}/history?kind=notice'),
    status_1_sentAt_1_channel_1_kind_1: scrape('zhigai_notices_sent_last_hour'),
    status_1_channel_1_kind_1: scrape('zhigai_notices_failed'),
  },
  messages: {
    nextAttemptAt_1: dispatch,
    status_1_at_1__id_1: ask(auditor, '/dead-letters'),
    recipient_1_at_1: nameAddress,
  },
  people: {
    'capacities.role_1_capacities.district_1_capacities.uscc_1__id_1': tellHolders,
    feed_1: readFeed,
  },
  duplicateKeys: { project_1: compare },
  reads: {
    project_1_at_1__id_1: ask(auditor, '/projects/{id}/history?kind=read'),
    'project_1_by.user_1_at_1__id_1': ask(auditor, '/projects/{id}/history?kind=read&person=wang'),
    'at_-1__id_-1': ask(auditor, '/reads'),
    'by.user_1_at_-1__id_-1': ask(auditor, '/reads?person=wang'),
  },
  editions: { 'id_1_loadedAt_-1': aimAt({ edition: 'chongqing-2021' }) },
  calendars: { 'id_1_version_-1': ask(clerk, '/calendars/cn') },
  rollouts: { finishedAt_1_at_1: ({ zhigai }) => zhigai.deps.rollouts.repair() },
  operations: {
    'at_-1__id_-1': ask(auditor, '/operations'),
    'status_1_at_-1__id_-1': ({ zhigai }) => repairOperations(zhigai),
  },
  batchItems: {
    operation_1_outcome_1_tries_1_position_1: retry,
    operation_1_position_1: ask(auditor, '/operations/{operation}/items'),
    operation_1_outcome_1_position_1: ask(auditor, '/operations/{operation}/items?outcome=refused'),
    projects_1_at_1__id_1: ask(auditor, '/projects/{id}/history?kind=operation'),
  },
  findings: {
    key_1: keepFinding,
    'lastAt_-1__id_-1': ask(auditor, '/findings'),
    'project_1_lastAt_-1__id_-1': ask(auditor, '/findings?project={id}'),
    'repaired.operation_1_project_1': ask(auditor, '/projects/{id}/history?kind=operation'),
  },
  runs: { project_1_startedAt_1__id_1: readWhole, archive_1: heal, anchored_1__id_1: anchor },
  leaves: { id_1_anchor_1: ask(auditor, '/projects/{id}/proof') },
  reconciliations: { 'finishedAt_-1__id_1': scrape('zhigai_reconcile_age_seconds') },
  verifications: { 'by_1_finishedAt_-1': scrape('zhigai_verify_age_seconds') },
  activityFailures: { since_1__id_1: ask(auditor, '/operations/stuck?kind=activityRetrying') },
  lostRuns: {
    noticedAt_1__id_1: listLost,
    acknowledged_1_triedAt_1__id_1: scrape('zhigai_lost_runs'),
  },
  enterpriseChanges: {
    'uscc_1_at_-1__id_-1': ask(administrator, `/enterprises/${clerk.uscc}/history`),
    'at_-1__id_-1': ask(administrator, '/enterprise-changes'),
    'status_1_at_-1__id_-1': ask(administrator, '/enterprise-changes?status=proposed'),
    uscc_1_revision_1: renameEnterprise,
  },
}
