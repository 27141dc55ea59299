import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listStuck, proposeOperation } from '../../cli/operations-commands.ts'
import { remedies } from '../../policy/access/operations.ts'
import { chongqing, people } from '../fixtures.ts'
import { bring, file, register } from '../support/cases.ts'
import type { Page } from '../support/http.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'
import { order, stuckOf } from './fixture.ts'

const { administrator, clerk, verifier, reviewer } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
}, 60_000)
afterAll(() => zhigai.stop())

type Held = { words: { zh: string; en: string }; since: string; reason: string | null } | null
type Listed = { project?: string; id?: string; held: Held }

/** What a list tells of a case. */
async function toldIn(who: object, path: string, id: string): Promise<Listed | undefined> {
  const { body } = await zhigai.as(who as typeof clerk).get<Page<Listed>>(path)
  return body.items.find((each) => (each.project ?? each.id) === id)
}

describe('a case that is held', () => {
  it('is said to be held, since when and why, wherever its task stands', async () => {
    const { id } = await bring(zhigai, 'districtVerification unclaimed')
    expect((await toldIn(verifier, '/tasks?limit=100', id))?.held).toBeNull()
    await order(zhigai, { kind: 'hold', target: { project: id }, reason: '数据核查' })
    const held = {
      words: { zh: '暂停办理', en: 'the case is held' },
      since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
      reason: '数据核查',
    }
    for (const [who, path] of [
      [verifier, '/tasks?limit=100'],
      [verifier, '/projects?limit=100'],
      [reviewer, '/projects?limit=100'],
    ] as const)
      expect((await toldIn(who, path, id))?.held).toEqual(held)
    expect((await zhigai.as(verifier).get<Listed>(`/projects/${id}`)).body.held).toEqual(held)
    // As the history has it: why an officer's task is held is not for the applicant.
    expect((await toldIn(clerk, '/projects?limit=100', id))?.held).toEqual({ ...held, reason: null })
    await order(zhigai, { kind: 'endHold', target: { project: id } })
    expect((await toldIn(verifier, '/tasks?limit=100', id))?.held).toBeNull()
  })
})

describe('what an operation is to go to', () => {
  const districts = chongqing.edition.bodies.map(({ name }) => name)
  it.each([
    ['district', '渝南区', districts],
    ['phase', 'verification', ['districtVerification']],
    ['edition', 'chongqing-2020', ['chongqing-2021']],
  ])('is refused where no %s is called %s, with those that there are', async (field, name, known) => {
    for (const dryRun of [true, false]) {
      const target = { filter: { [field]: name } }
      const asked = { kind: 'hold', target, reason: '核查', dryRun }
      const problem = problemOf(await zhigai.as(administrator).post('/operations', asked))
      expect(problem).toMatchObject({ status: 422, field: `target.filter.${field}` })
      expect(problem['allowed']).toEqual(expect.arrayContaining(known))
    }
    const target = JSON.stringify({ filter: { [field]: name } })
    await expect(
      proposeOperation(zhigai.client, 'hold', { target, reason: '核查', dryRun: true }),
    ).rejects.toThrow(known[0])
  })

  it('may name a district by its full name', async () => {
    const { id } = await file(zhigai)
    const body = chongqing.edition.bodies.find(({ name }) => name === '渝北区')
    const target = { filter: { district: body?.fullName } }
    const { body: trial } = await zhigai
      .as(administrator)
      .post<{ count: number; first: string[] }>('/operations', {
        kind: 'hold',
        target,
        reason: '核',
        dryRun: true,
      })
    expect(trial.count).toBeGreaterThan(0)
    expect((await zhigai.models.projects.findById(id).lean())?.district).toBe('渝北区')
  })
})

it('a stuck case is told by its name, its enterprise and its district, and what to do', async () => {
  const { id } = await bring(zhigai, 'districtVerification unclaimed')
  await zhigai.models.tasks.updateOne({ project: id, open: true }, { $set: { dueOn: '2021-01-04' } })
  const record = await zhigai.models.projects.findById(id).lean()
  const found = (await stuckOf(zhigai, 'deadlineWithoutEvent')).find(({ project }) => project === id)
  const name = record?.state.case.application.name ?? ''
  const enterprise = record?.state.case.enterprise.name ?? ''
  const remedy = remedies.deadlineWithoutEvent
  expect(found).toMatchObject({ name, enterprise, district: '渝北区', remedy })
  const lines: string[] = []
  await listStuck(zhigai.client, 'deadlineWithoutEvent', (line: string) => void lines.push(line))
  expect(lines.join('\n')).toContain(`${name} · ${enterprise} · 渝北区`)
  expect(lines.join('\n')).toContain(remedy.zh)
})
