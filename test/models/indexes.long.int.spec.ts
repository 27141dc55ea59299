import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pagesOfCases } from '../../evidence/archive/cases.ts'
import { keepClosedRuns } from '../../evidence/archive/keep.ts'
import { noteLost } from '../../evidence/archive/lost.ts'
import { archiveHealth, latestReconciliation } from '../../evidence/archive/reconcile-all.ts'
import { reconcileCases } from '../../evidence/archive/reconcile.ts'
import { anchorDay } from '../../evidence/audit/anchor.ts'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { ledgerKinds } from '../../policy/access/visibility.ts'
import { people as persons } from '../fixtures.ts'
import { aFreshBody, bodyOf, file, smallWay, stations, walk } from '../support/cases.ts'
import { startAmongDecoys } from '../support/decoys.ts'
import { openStream } from '../support/events.ts'
import type { Page } from '../support/http.ts'
import { collections, databaseOf, profileOf, slow } from '../support/profiler.ts'
import type { Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, reviewer, verifier } = persons

let zhigai: Zhigai
const db = () => databaseOf(zhigai)
const profile = (work: () => Promise<void>) => profileOf(zhigai, work)

beforeAll(async () => {
  ;({ zhigai } = await startAmongDecoys())
  await db().command({ profile: 2 })
})
afterAll(async () => {
  await db().command({ profile: 0 })
  await zhigai.stop()
})

describe('no question of the API looks at every document or sorts in memory', () => {
  it('to file, to decide, to correct and to certify', async () => {
    const profiled = await profile(async () => {
      const body = aFreshBody()
      await walk(zhigai, await file(zhigai, body), smallWay)
      expect((await zhigai.as(clerk).post('/projects', body)).status).toBe(409)
      const returned = await walk(zhigai, await file(zhigai), stations.correction)
      await walk(zhigai, returned, [
        [clerk, bodyOf('resubmit', { ...returned.application, name: '更名' })],
        [clerk, 'withdraw'],
      ])
    })
    expect(slow(profiled)).toEqual([])
    // An edition is read by its id, and once: the process may know it already.
    expect(new Set([...collections(profiled), 'editions'])).toEqual(
      new Set([
        'editions',
        'enterprises',
        'calendars',
        'intents',
        'projects',
        'snapshots',
        'history',
        'duplicateKeys',
        'certificates',
        'counters',
        'tasks',
        'notices',
        'people',
      ]),
    )
    // The clerk is known; of the enterprise's administrators nobody is, and their mailbox is told.
    const recipients = await zhigai.models.notices.distinct('recipient', {
      kind: 'opened',
      task: 'correction',
    })
    expect(recipients).toEqual(expect.arrayContaining([clerk.user, `mailbox:enterpriseAdmin:${clerk.uscc}`]))
  })

  const status = `/certification-status?uscc=${clerk.uscc}&on=2199-12-31`
  const questions = [
    ['projects', auditor, '/projects?limit=1'],
    ['projects', auditor, '/projects?limit=100'],
    ['projects', auditor, '/projects?limit=1&phase=certified'],
    ['projects', auditor, '/projects?limit=1&district=渝北区'],
    ['projects', reviewer, '/projects?limit=1&district=渝北区&phase=certified'],
    ['projects', verifier, '/projects?limit=1'],
    ['projects', verifier, '/projects?limit=1&phase=certified'],
    ['projects', clerk, '/projects?limit=1'],
    ['projects', clerk, '/projects?limit=1&phase=certified'],
    ['projects', clerk, '/projects?limit=1&district=渝北区'],
    ['tasks', clerk, '/tasks?limit=1'],
    ['tasks', verifier, '/tasks?limit=1'],
    ['tasks', reviewer, '/tasks?limit=1'],
    ...['dueThisWeek', 'overdue', 'unanswered'].flatMap((list) => [
      ['tasks', verifier, `/supervision?limit=1&list=${list}`] as const,
      ['tasks', reviewer, `/supervision?limit=1&list=${list}`] as const,
    ]),
    ['certificates', null, '/library?limit=1'],
    ['certificates', null, '/library?limit=100'],
    ['certificates', null, '/library?limit=1&district=渝北区'],
    ['certificates', null, status],
    ['certificates', null, `${status}&project=齿轮`],
    ['certificates', null, `/library/${certificateNumber('CQ-2021', '500112', 1).toLowerCase()}`],
    ['certificates', reviewer, '/targets'],
    ['certificates', verifier, '/targets'],
    ['notices', verifier, '/inbox?limit=1'],
    ['notices', verifier, '/inbox?limit=100'],
    ['notices', verifier, '/inbox?limit=1&unread=true'],
    ['notices', verifier, '/inbox?limit=100&unread=true'],
    ['people', verifier, '/me'],
    ['reads', auditor, '/reads?limit=1'],
    ['reads', auditor, '/reads?limit=1&person=shen&from=2021-01-01'],
    ['messages', auditor, '/dead-letters?limit=1'],
    ['messages', administrator, '/dead-letters?limit=100'],
    ['enterprises', administrator, `/enterprises/${clerk.uscc}`],
    ['calendars', null, '/calendar/due?from=2021-02-09&workingDays=5&district=渝北区'],
    ['calendars', clerk, '/calendars'],
    ['calendars', clerk, '/calendars/cn'],
    ['tasks', auditor, '/operations/stuck?kind=deadlineWithoutEvent&limit=1'],
    ['messages', auditor, '/operations/stuck?kind=noticeUndeliverable&limit=1'],
    ['activityFailures', auditor, '/operations/stuck?kind=activityRetrying&limit=1'],
    ['operations', auditor, '/operations?limit=1'],
    ['operations', administrator, '/operations?limit=1&status=done'],
    ['rollouts', auditor, '/calendars/cn/rollout'],
  ] as const

  it.each(
    questions.map(([collection, actor, path]) => ({
      collection,
      actor,
      path,
      who: actor?.role ?? 'anybody',
    })),
  )('$who asks $path and its next page', async ({ collection, actor, path }) => {
    const profiled = await profile(async () => {
      const first = await zhigai.as(actor).get<Page>(path)
      expect(first.status).toBe(200)
      const { next } = first.body
      if (next) expect((await zhigai.as(actor).get<Page>(`${path}&cursor=${next}`)).status).toBe(200)
    })
    expect(slow(profiled)).toEqual([])
    expect(collections(profiled)).toContain(collection)
  })

  it('to list anchors, and to prove a case under the latest and under an earlier one, page by page', async () => {
    const { models, deps } = zhigai
    const { id } = await file(zhigai)
    const anchor = () =>
      anchorDay({ models, location: deps.keys, now: () => Date.parse('2026-03-01T10:00+08:00') })
    // The decoys, in anchors of their own after that of the case.
    await models.projects.updateMany({ _id: { $ne: id } }, { $set: { anchored: true } })
    const { serial } = await anchor()
    const decoys = Array.from({ length: 300 }, (_, index) => ({
      _id: `${serial + 1}:case:decoy-${index}`,
      anchor: serial + 1,
      kind: 'case',
      id: `decoy-${index}`,
      revision: 1,
      digest: 'sha256:00',
    }))
    await models.leaves.insertMany(decoys)
    const latest = await models.anchors.findById(serial).lean()
    await models.anchors.insertMany(decoys.map((_leaf, index) => ({ ...latest, _id: serial + 1 + index })))
    await walk(
      zhigai,
      await zhigai
        .as(auditor)
        .read(id)
        .then(({ body }) => body),
      stations.application,
    )
    const asked = (path: string) => zhigai.as(auditor).get<Page<unknown> & { leaf: unknown }>(path)
    const profiled = await profile(async () => {
      const first = await asked('/anchors?limit=1')
      expect((await asked(`/anchors?limit=1&cursor=${first.body.next}`)).body.items).toHaveLength(1)
      const proof = await asked(`/projects/${id}/proof?limit=1`)
      expect(proof.body).toMatchObject({ leaf: { id, revision: 1 } })
      const more = `anchor=${serial}&limit=1&cursor=${proof.body.next}`
      expect((await asked(`/projects/${id}/proof?${more}`)).body).toMatchObject({ leaf: { id } })
    })
    expect(slow(profiled)).toEqual([])
    expect(collections(profiled)).toEqual(new Set(['anchors', 'leaves', 'history', 'projects', 'reads']))
  })

  it('to read a project and its history, and the next page of it', async () => {
    const papers = { evidence: [{ kind: 'invoice', number: '031-1' }] }
    const { id } = await walk(zhigai, await file(zhigai, aFreshBody(papers)), smallWay)
    const profiled = await profile(async () => {
      await zhigai.as(auditor).read(id)
      const first = await zhigai.as(auditor).get<Page>(`/projects/${id}/history?limit=2`)
      const second = await zhigai
        .as(auditor)
        .get<Page>(`/projects/${id}/history?limit=2&cursor=${first.body.next}`)
      expect(second.body.items).toHaveLength(2)
      const today = shanghaiDate(Date.now())
      for (const part of ['person=wang', `from=${today}`, `to=${today}`, `person=wang&from=${today}`])
        for (const kind of ledgerKinds) {
          const path = `/projects/${id}/history?${part}&kind=${kind}&limit=1`
          expect(await zhigai.as(auditor).get<Page>(path)).toMatchObject({ status: 200 })
        }
    })
    expect(slow(profiled)).toEqual([])
    expect(collections(profiled)).toContain('history')
  })
})

describe('nor does what a person does', () => {
  it('to open a notice, to choose, to make, read and revoke a calendar', async () => {
    const mine = await zhigai.as(verifier).get<Page<{ id: string }>>('/inbox?limit=1')
    const id = encodeURIComponent(mine.body.items[0]?.id ?? '')
    const profiled = await profile(async () => {
      const door = zhigai.as(verifier)
      expect((await door.post(`/inbox/${id}/opened`, {})).status).toBe(200)
      const preferences = { email: 'all', webhook: 'all' }
      const chosen = { email: null, language: 'zh', preferences, webhook: null }
      expect((await door.put('/me/preferences', chosen)).status).toBe(200)
      for (const person of [verifier, clerk, reviewer]) {
        const { body } = await zhigai.as(person).post<{ url: string }>('/me/calendar-feed', {})
        expect((await zhigai.send(new URL(body.url).pathname)).status).toBe(200)
        expect((await zhigai.as(person).delete('/me/calendar-feed')).status).toBe(200)
      }
    })
    expect(slow(profiled)).toEqual([])
    expect(collections(profiled)).toEqual(new Set(['notices', 'projects', 'people', 'tasks', 'reads']))
  })

  it('to send a dead letter again', async () => {
    const dead = await zhigai.as(auditor).get<Page<{ id: string }>>('/dead-letters?limit=1')
    const profiled = await profile(async () => {
      const path = `/dead-letters/${dead.body.items[0]?.id}/resend`
      expect((await zhigai.as(administrator).post(path, { reason: '再发' })).status).toBe(200)
    })
    expect(slow(profiled)).toEqual([])
    expect(collections(profiled)).toEqual(
      new Set(['messages', 'notices', 'operations', 'batchItems', 'reads']),
    )
  })

  it('to go on with a stream', async () => {
    const { body } = await zhigai.as(verifier).get<Page<{ id: string }>>('/inbox?limit=8')
    const profiled = await profile(async () => {
      const stream = await openStream(`${zhigai.origin}/api/v1/inbox/stream`, {
        authorization: `Bearer ${await zhigai.tokenOf(verifier)}`,
        'last-event-id': encodeURIComponent(body.items.at(-1)?.id ?? ''),
      })
      await stream.until(8)
      stream.leave()
      await stream.ended
    })
    const asked = profiled.filter(({ command }) => !JSON.stringify(command).includes('$changeStream'))
    expect(slow(asked)).toEqual([])
    expect(collections(asked)).toEqual(new Set(['notices', 'projects']))
  })
})

describe('nor does what looks back', () => {
  it.each(['?at=2', '?at=2199-12-31', '/diff?from=1&to=3', '/diagram', '/actions/claim?at=2'])(
    'to see a case as it was: %s',
    async (question) => {
      const { id } = await walk(zhigai, await file(zhigai), smallWay)
      const profiled = await profile(async () => {
        expect((await zhigai.as(auditor).get(`/projects/${id}${question}`)).status).toBe(200)
      })
      expect(slow(profiled)).toEqual([])
      expect(collections(profiled)).toContain('projects')
    },
  )

  it('to keep histories, to list cases, and to compare and repair some', async () => {
    const { models } = zhigai
    const cases = [await walk(zhigai, await file(zhigai), stations.withdrawn), await file(zhigai)]
    const ids = cases.map(({ id }) => id)
    const profiled = await profile(async () => {
      const signal = new AbortController().signal
      await keepClosedRuns(zhigai, { signal, save: () => undefined })
      const repair = { operation: 'op-1', by: 'adm-1', approvedBy: 'adm-2', reason: '核查' }
      const care = { repair, keep: true, known: new Set<string>(), by: 'a-test' }
      await models.history.deleteMany({ _id: { $in: ids.map((id) => `${id}:1`) } })
      const found = await reconcileCases(zhigai, ids, care)
      expect(found.map(({ repaired }) => repaired.length)).toEqual([1, 1])
      let listed = 0
      for await (const page of pagesOfCases(zhigai)) listed += page.ids.length
      expect(listed).toBeGreaterThan(300)
      await noteLost(models, { project: 'p-lost', runId: 'a-lost-run' }, 'a test')
      await archiveHealth(models, new Date())
      await latestReconciliation(models)
    })
    expect(slow(profiled)).toEqual([])
    expect([...collections(profiled)]).toEqual(
      expect.arrayContaining(['projects', 'history', 'snapshots', 'runs', 'archives', 'lostRuns']),
    )
  })
})

it('the profiler does tell: a question without an index is slow', async () => {
  const profiled = await profile(async () => {
    await zhigai.models.projects.find({ outcome: 'rejected' }).sort({ updatedAt: 1 }).lean()
  })
  expect(slow(profiled)).toHaveLength(1)
})
