import { afterAll, beforeAll, expect, it } from 'vitest'
import { adoptCalendars, projectWorkflowId } from '../../workflows/contract.ts'
import { movingWords } from '../../evidence/archive/moving.ts'
import { reconcileCase } from '../../evidence/archive/reconcile.ts'
import { calendarsOf, findCalendars } from '../../models/calendars.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import { colleague, deed, order, propose, untilStatus } from './fixture.ts'

const { administrator, auditor, clerk } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
}, 60_000)
afterAll(() => zhigai.stop())

type Change = { collection: string; document: string; path: string; expected: string; found: string }
type Line = { kind: string; what: string; reason: string; by: string[]; changes?: Change[] }
type Finding = Change & {
  firstBy: string
  repaired: { by: string; approvedBy: string; reason: string } | null
}

/** Somebody alters a document behind the back of the workflow. */
async function alter(id: string, name: string): Promise<void> {
  await zhigai.models.projects.updateOne({ _id: id }, { $set: { 'state.case.application.name': name } })
}

const nameOf = async (id: string) =>
  (await zhigai.models.projects.findById(id).lean())?.state.case.application.name

/** The country's calendar with another version, taken by a case as a rollout has it. */
async function adopt(id: string): Promise<number> {
  const calendars = calendarsOf(await findCalendars(zhigai.models), '渝北区')
  const versions = { ...calendars.versions, country: calendars.versions.country + 1 }
  await zhigai.temporal.workflow.getHandle(projectWorkflowId(id)).executeUpdate(adoptCalendars, {
    args: [{ calendars: { ...calendars, versions }, by: administrator, source: '试', request: 'r' }],
  })
  return versions.country
}

it('two administrators repair an altered document, and both values are kept with who and why', async () => {
  const { id } = await file(zhigai)
  const right = await nameOf(id)
  await alter(id, '被改的名称')
  const target = { project: id }
  const { id: operation } = await propose(zhigai, { kind: 'repair', target, reason: '名称被改动' })
  expect(problemOf(await deed(zhigai, operation, 'approve'))).toMatchObject({
    status: 403,
    code: 'four-eyes',
  })
  expect(await nameOf(id)).toBe('被改的名称')
  await deed(zhigai, operation, 'approve', colleague)
  expect(await untilStatus(zhigai, operation, 'done')).toMatchObject({ done: 1 })
  expect(await nameOf(id)).toBe(right)
  const change = {
    collection: 'projects',
    document: id,
    path: 'state.case.application.name',
    expected: JSON.stringify(right),
    found: '"被改的名称"',
  }
  const history = await zhigai.as(auditor).get<Page<Line>>(`/projects/${id}/history?kind=operation`)
  expect(history.body.items).toMatchObject([
    { what: 'repair', reason: '名称被改动', by: [administrator.user, colleague.user], changes: [change] },
  ])
  const own = await zhigai.as(clerk).get<Page<Line>>(`/projects/${id}/history?kind=operation`)
  expect(own.body.items ?? []).toEqual([])
  const kept = await zhigai.as(auditor).get<Page<Finding>>(`/findings?project=${id}`)
  expect(kept.body.items).toMatchObject([
    {
      ...change,
      firstBy: administrator.user,
      repaired: { by: administrator.user, approvedBy: colleague.user, reason: '名称被改动' },
    },
  ])
  expect((await zhigai.as(clerk).get('/findings')).status).toBe(403)
  // The same alteration once more is a finding of its own, and what nobody altered is none.
  await alter(id, '被改的名称')
  await order(zhigai, { kind: 'repair', target })
  await order(zhigai, { kind: 'repair', target })
  expect((await zhigai.as(auditor).get<Page<Finding>>(`/findings?project=${id}`)).body.items).toHaveLength(2)
})

it('a project that the record has lost is put there again', async () => {
  const { id } = await file(zhigai)
  const before = await zhigai.models.projects.findById(id).lean()
  await zhigai.models.projects.deleteOne({ _id: id })
  await order(zhigai, { kind: 'repair', target: { projects: [id] } })
  expect(await zhigai.models.projects.findById(id).lean()).toEqual(before)
})

it('a calendar that the record shows holds up no repair, and one that it does not says until when', async () => {
  const { id } = await file(zhigai)
  const country = await adopt(id)
  await alter(id, '被改的名称')
  const options = { by: 'a-test', repair: null, keep: false, known: new Set<string>() }
  const { moving } = await reconcileCase(zhigai, id, options)
  expect(moving).toMatchObject({ what: 'versions' })
  const minutes = ((moving?.until?.getTime() ?? 0) - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(13)
  expect(minutes).toBeLessThanOrEqual(15)
  const failed = await order(zhigai, { kind: 'repair', target: { project: id } }, 'failed')
  expect(moving && failed.failures[0]?.reason).toContain(moving && movingWords(moving).en)
  expect(await nameOf(id)).toBe('被改的名称')
  // The rollout writes it.
  await zhigai.models.projects.updateOne({ _id: id }, { $max: { 'calendars.country': country } })
  await deed(zhigai, failed.id, 'resume')
  await untilStatus(zhigai, failed.id, 'done')
  expect(await nameOf(id)).not.toBe('被改的名称')
  expect((await zhigai.models.projects.findById(id).lean())?.calendars.country).toBe(country)
})
