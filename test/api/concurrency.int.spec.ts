import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificateNumber } from '../../policy/edition/check-characters.ts'
import { people } from '../fixtures.ts'
import { aFreshBody, bodyOf, bring, file, register, smallWay, walk } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { auditor, clerk, colleague, verifier, secondVerifier } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const times = <T>(count: number, act: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)))

/** How many answers there are of each status. */
function tally(answers: { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const typesOf = async (id: string) =>
  (
    await zhigai.as(auditor).get<Page<{ type: string }>>(`/projects/${id}/history?kind=event&limit=100`)
  ).body.items.map(({ type }) => type)

describe('fifty filings of one application at once', () => {
  it('with keys of their own make one project, and 49 are told which', async () => {
    const body = aFreshBody()
    const answers = await times(50, () =>
      zhigai
        .as(clerk)
        .post<{ id: string; project: string; code: string }>('/projects', body, { key: randomUUID() }),
    )
    expect(tally(answers)).toEqual({ 201: 1, 409: 49 })
    const id = answers.find(({ status }) => status === 201)?.body.id
    const refused = answers
      .filter(({ status }) => status === 409)
      .map(({ body: { code, project } }) => ({ code, project }))
    expect(refused).toEqual(refused.map(() => ({ code: 'duplicate', project: id })))
    expect(await zhigai.models.projects.countDocuments({ 'state.case.application.name': body['name'] })).toBe(
      1,
    )
    const owners = await zhigai.models.duplicateKeys.distinct('project', {
      _id: new RegExp(`${String(body['name'])}$`),
    })
    expect(owners).toEqual([id])
  })

  it('with one key make one project, and all are answered with it', async () => {
    const [body, key] = [aFreshBody(), randomUUID()]
    const answers = await times(50, () => zhigai.as(clerk).file(body, { key }))
    expect(tally(answers)).toEqual({ 201: 50 })
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1)
    expect(await zhigai.models.projects.countDocuments({ 'state.case.application.name': body['name'] })).toBe(
      1,
    )
    expect(await typesOf(answers[0]?.body.id ?? '')).toEqual(['file'])
  })
})

describe('events at once', () => {
  it('the same one with one key, twenty times, is carried out once', async () => {
    const { id } = await file(zhigai)
    const key = randomUUID()
    const answers = await times(20, () => zhigai.as(clerk).event(id, bodyOf('completeAssessment'), { key }))
    expect(tally(answers)).toEqual({ 200: 20 })
    expect(new Set(answers.map(({ body: { revision } }) => revision))).toEqual(new Set([2]))
    expect(await typesOf(id)).toEqual(['file', 'completeAssessment'])
  })

  it('of two officers who claim a task one has it', async () => {
    const { id } = await bring(zhigai, 'districtVerification unclaimed')
    const answers = await Promise.all(
      [verifier, secondVerifier].map((officer) => zhigai.as(officer).event(id, { type: 'claim' })),
    )
    expect(tally(answers)).toEqual({ 200: 1, 409: 1 })
    expect((await typesOf(id)).filter((type) => type === 'claim')).toHaveLength(1)
  })

  it('of two officers who approve a case only its claimant does', async () => {
    const project = await bring(zhigai, 'districtVerification claimed')
    const approve = bodyOf('approve')
    const answers = await Promise.all(
      [secondVerifier, verifier, secondVerifier].map((officer) =>
        zhigai.as(officer).event(project.id, approve),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([409, 200, 409])
    expect((await typesOf(project.id)).filter((type) => type === 'approve')).toHaveLength(1)
    expect((await zhigai.as(auditor).read(project.id)).body.revision).toBe(project.revision + 1)
  })

  it('the one that ended the case is answered as before when it is sent again', async () => {
    const claimed = await walk(zhigai, await file(zhigai), smallWay.slice(0, 3))
    const key = randomUUID()
    const answers = await times(3, () => zhigai.as(verifier).event(claimed.id, bodyOf('approve'), { key }))
    answers.push(await zhigai.as(verifier).event(claimed.id, bodyOf('approve'), { key }))
    expect(tally(answers)).toEqual({ 200: 4 })
    expect(new Set(answers.map(({ body: { certificate } }) => certificate)).size).toBe(1)
  })

  it('an approval and a withdrawal end the case one way', async () => {
    const claimed = await walk(zhigai, await file(zhigai), smallWay.slice(0, 3))
    const [approved, withdrawn] = await Promise.all([
      zhigai.as(verifier).event(claimed.id, bodyOf('approve')),
      zhigai.as(colleague).event(claimed.id, bodyOf('withdraw')),
    ])
    expect(tally([approved, withdrawn])).toEqual({ 200: 1, 409: 1 })
    const { phase, certificate } = (await zhigai.as(auditor).read(claimed.id)).body
    const isCertified = approved.status === 200
    expect(phase).toBe(isCertified ? 'certified' : 'withdrawn')
    expect(certificate !== null).toBe(isCertified)
    expect(await zhigai.models.certificates.countDocuments({ project: claimed.id })).toBe(isCertified ? 1 : 0)
  })

  it('two with the revision that both have read: one is stale', async () => {
    const claimed = await bring(zhigai, 'districtVerification claimed')
    const headers = { 'if-match': `W/"${claimed.revision}"` }
    const answers = await Promise.all(
      [bodyOf('approve'), bodyOf('return')].map((event) =>
        zhigai.as(verifier).event(claimed.id, event, { headers }),
      ),
    )
    expect(tally(answers)).toEqual({ 200: 1, 412: 1 })
  })
})

it('thirty approvals at once in one district get thirty numbers without a gap', async () => {
  const district = '垫江县'
  const officer = { user: 'dian', role: 'district', district }
  const ready = await times(30, async () =>
    walk(zhigai, await file(zhigai, aFreshBody({ district })), [
      [clerk, 'completeAssessment'],
      [clerk, 'submit'],
      [officer, 'claim'],
    ]),
  )
  const approved = await Promise.all(
    ready.map(async ({ id }) => (await zhigai.as(officer).event(id, bodyOf('approve'))).body),
  )
  expect(approved.map(({ certificate }) => certificate ?? '').toSorted()).toEqual(
    Array.from({ length: 30 }, (_, index) => certificateNumber('CQ-2021', '500231', index + 1)).toSorted(),
  )
})
