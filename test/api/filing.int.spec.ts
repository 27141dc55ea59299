import { randomUUID } from 'node:crypto'
import { WorkflowNotFoundError } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandOf } from '../../api/http/commands.ts'
import { anEnterprise, people } from '../fixtures.ts'
import {
  aFreshBody,
  bodyOf,
  bring,
  file,
  register,
  smallWay,
  stations,
  traceOf,
  walk,
} from '../support/cases.ts'
import type { ProjectBody } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, competitor, verifier } = people
const judged = { uscc: '9150010575306028X5', name: '重庆两江重工有限公司' } as const
const judgedClerk = { user: 'tan', role: 'enterprise', uscc: judged.uscc }

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  await register(zhigai, anEnterprise({ ...judged, size: 'large', codeException: '演示：校验码不符' }))
})
afterAll(() => zhigai.stop())

/** What a filing would leave behind. */
async function written() {
  const { projects, duplicateKeys, history } = zhigai.models
  return Promise.all([projects.countDocuments(), duplicateKeys.countDocuments(), history.countDocuments()])
}

describe('a filing that cannot be is refused before anything is written', () => {
  it.each([
    {
      what: 'too little investment',
      body: () => aFreshBody({ investment: { equipment: '999999.99' } }),
      answer: { status: 422, code: 'not-eligible', field: 'application' },
    },
    {
      what: 'started too early and without effects',
      body: () => aFreshBody({ startOn: '2018-12-31', effects: [] }),
      answer: { status: 422, code: 'not-eligible' },
    },
    {
      what: 'an enterprise that is not in the register',
      by: competitor,
      body: () => aFreshBody({ uscc: competitor.uscc }),
      answer: { status: 422, code: 'unknown-enterprise', field: 'application.uscc' },
    },
    {
      what: "another enterprise's application",
      by: competitor,
      body: () => aFreshBody(),
      answer: { status: 403, code: 'not-your-enterprise' },
    },
    {
      what: 'an officer',
      by: verifier,
      body: () => aFreshBody(),
      answer: { status: 403, code: 'not-your-role' },
    },
    { what: 'nobody', by: null, body: () => aFreshBody(), answer: { status: 401, code: 'not-signed-in' } },
  ])('$what', async ({ by = clerk, body, answer }) => {
    const before = await written()
    const key = randomUUID()
    const { status, body: problem } = await zhigai.as(by).post('/projects', body(), { key })
    expect({ status, ...problem }).toMatchObject(answer)
    expect(await written()).toEqual(before)
    const id = `project/p-${commandOf(by?.user ?? '', key).slice(0, 24)}`
    await expect(zhigai.temporal.workflow.getHandle(id).describe()).rejects.toThrow(WorkflowNotFoundError)
  })

  it('says which rules say no, each with its article', async () => {
    const { body } = await zhigai
      .as(clerk)
      .post('/projects', aFreshBody({ startOn: '2018-12-31', effects: [] }))
    expect(body['findings']).toMatchObject([
      { rule: 'started', article: '一（三）', ok: false },
      { rule: 'effects', article: '附件2 二（一）', ok: false },
    ])
  })
})

const judgedBody = () =>
  aFreshBody({
    uscc: judged.uscc,
    category: 'cloud',
    cloudModel: 'public',
    investment: { platform: '2000000.00' },
  })

describe('a case that the standard does not cover', () => {
  it('is filed, shows what must be judged, and is approved with an opinion only', async () => {
    const filed = await file(zhigai, judgedBody(), judgedClerk)
    expect(filed.judgements).toEqual(['cloudStandard'])
    const claimed = await walk(zhigai, filed, [
      [judgedClerk, 'completeAssessment'],
      [judgedClerk, 'submit'],
      [verifier, 'claim'],
    ])
    const before = await traceOf(zhigai, filed.id)
    const silent = await zhigai.as(verifier).event<Record<string, unknown>>(filed.id, { type: 'approve' })
    expect({ ...silent.body }).toMatchObject({
      status: 422,
      code: 'judgement-needed',
      field: 'opinion',
      judgements: ['cloudStandard'],
    })
    const blank = await zhigai.as(verifier).event(filed.id, { type: 'approve', opinion: '  ' })
    expect(blank.status).toBe(422)
    expect(await traceOf(zhigai, filed.id)).toEqual(before)
    const opinion = '公有云部署亦达到同等效果'
    expect(await walk(zhigai, claimed, [[verifier, { type: 'approve', opinion }]])).toMatchObject({
      phase: 'certified',
    })
  })
})

describe('the same project', () => {
  it('is not filed twice, by name or by site and part, however it is spelled', async () => {
    const body = aFreshBody()
    const first = await file(zhigai, body)
    const respelled = { ...body, name: ` ${String(body['name'])}。`, site: '另一处' }
    const samePlace = aFreshBody({ site: body['site'] })
    for (const again of [body, respelled, samePlace]) {
      const { status, body: problem } = await zhigai.as(clerk).post('/projects', again)
      expect({ status, ...problem }).toMatchObject({ status: 409, code: 'duplicate', project: first.id })
    }
    expect(await zhigai.models.duplicateKeys.countDocuments({ project: first.id })).toBe(2)
    expect(await zhigai.models.projects.countDocuments({ 'state.case.application.name': body['name'] })).toBe(
      1,
    )
  })

  it.each(['rejected', 'withdrawn'] as const)('may be filed again once it was %s', async (station) => {
    const body = aFreshBody()
    const first = await walk(zhigai, await file(zhigai, body), stations[station])
    expect(first.phase).toBe(station)
    const second = await file(zhigai, body)
    expect(second.id).not.toBe(first.id)
    expect((await zhigai.as(clerk).post('/projects', body)).status).toBe(409)
  })

  it('is never filed again once it is certified', async () => {
    const body = aFreshBody()
    await walk(zhigai, await file(zhigai, body), smallWay)
    expect((await zhigai.as(clerk).post('/projects', body)).status).toBe(409)
  })
})

const amend = (application: unknown) => ({ type: 'amend', application })
const resubmit = (application: unknown) => ({ type: 'resubmit', application })
const keysOf = async (project: string) =>
  (await zhigai.models.duplicateKeys.find({ project }).sort({ _id: 1 }).lean()).map(({ _id }) => _id)

describe('a correction', () => {
  it("may not take another project's name: nothing changes and its own keys are kept", async () => {
    const other = await file(zhigai)
    const returned = await bring(zhigai, 'correction')
    const [trace, keys] = [await traceOf(zhigai, returned.id), await keysOf(returned.id)]
    const taken = { ...returned.application, site: '新址', name: other.application['name'] }
    const answer = await zhigai.as(clerk).event<Record<string, unknown>>(returned.id, resubmit(taken))
    expect(answer.body).toMatchObject({ status: 409, code: 'duplicate', project: other.id })
    expect(await traceOf(zhigai, returned.id)).toEqual(trace)
    expect(await keysOf(returned.id)).toEqual(keys)
    expect(await zhigai.models.duplicateKeys.countDocuments({ _id: /新址/ })).toBe(0)
  })

  it('frees the keys of the earlier form', async () => {
    const returned = await bring(zhigai, 'correction')
    const earlier = returned.application['name']
    await walk(zhigai, returned, [
      [clerk, bodyOf('resubmit', { ...returned.application, name: `更名${String(earlier)}` })],
    ])
    expect(await keysOf(returned.id)).toHaveLength(2)
    expect((await file(zhigai, aFreshBody({ name: earlier }))).phase).toBe('assessment')
  })

  it.each([
    [
      'district',
      { district: '江北区' },
      { code: 'fixed-field', field: 'application.district', allowed: ['渝北区'] },
    ],
    ['uscc', { uscc: judged.uscc }, { code: 'fixed-field', field: 'application.uscc' }],
    ['eligibility', { effects: [] }, { code: 'not-eligible', field: 'application' }],
  ])('may not change the %s', async (_what, change, problem) => {
    const returned = await bring(zhigai, 'correction')
    const before = await traceOf(zhigai, returned.id)
    const answer = await zhigai.as(clerk).event(returned.id, resubmit({ ...returned.application, ...change }))
    expect(answer).toMatchObject({ status: 422, body: problem })
    expect(await traceOf(zhigai, returned.id)).toEqual(before)
  })
})

describe('an application that is not submitted yet', () => {
  it('is amended: its keys move, a repeat is refused, and each form stays in the history', async () => {
    const taken = await file(zhigai)
    const filed = await file(zhigai)
    const repeat = amend({ ...filed.application, name: taken.application['name'] })
    expect((await zhigai.as(clerk).event(filed.id, repeat)).body).toMatchObject({ code: 'duplicate' })
    const name = `更正${String(filed.application['name'])}`
    const amended = await zhigai.as(clerk).event(filed.id, amend({ ...filed.application, name }))
    expect(amended.body).toMatchObject({ phase: 'assessment', application: { name } })
    const { body } = await zhigai.as(clerk).get(`/projects/${filed.id}/diff?from=1&to=2`)
    expect(JSON.stringify(body)).toContain('application.name')
    const { body: first } = await zhigai.as(clerk).get<ProjectBody>(`/projects/${filed.id}?at=1`)
    expect(first.application['name']).toBe(filed.application['name'])
    const again = await file(zhigai, aFreshBody({ name: filed.application['name'] }))
    expect(again.phase).toBe('assessment')
  })
})
