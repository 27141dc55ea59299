import { afterAll, beforeAll, expect, it } from 'vitest'
import { anEnterprise, people } from '../fixtures.ts'
import { aFreshBody, file, register, walk, type Act } from '../support/cases.ts'
import type { Page, ProjectBody } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { auditor, clerk, competitor, reviewer } = people
const district = '南岸区'
const officer = { user: 'nan', role: 'district', district }
const elsewhere = { user: 'bei', role: 'district', district: '北碚区' }
const submitted: Act[] = [
  [clerk, 'completeAssessment'],
  [clerk, 'submit'],
]

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  await register(zhigai, anEnterprise({ uscc: competitor.uscc }))
})
afterAll(() => zhigai.stop())

/** Every page of a list, one after another; between two pages something may happen. */
async function pages<T>(
  actor: Parameters<Zhigai['as']>[0],
  path: string,
  meanwhile = async () => {},
): Promise<T[][]> {
  const found: T[][] = []
  for (let cursor = ''; ; await meanwhile()) {
    const address = `${path}${path.includes('?') ? '&' : '?'}limit=3${cursor}`
    const { status, body } = await zhigai.as(actor).get<Page<T>>(address)
    expect(status).toBe(200)
    found.push(body.items)
    if (body.next === null) return found
    cursor = `&cursor=${body.next}`
  }
}

type Task = {
  project: string
  dueOn: string | null
  stage: string
  claimedBy: string | null
  actions: { type: string }[]
}

it('projects come newest first, page by page, none twice and none missed while new ones are filed', async () => {
  const ids: string[] = []
  for (let count = 0; count < 8; count += 1) ids.push((await file(zhigai, aFreshBody({ district }))).id)
  let late = 0
  const found = await pages<ProjectBody>(officer, '/projects', async () => {
    late += 1
    await file(zhigai, aFreshBody({ district }))
  })
  expect(found.map((page) => page.length)).toEqual([3, 3, 2])
  expect(found.flat().map(({ id }) => id)).toEqual(ids.toReversed())
  expect(late).toBe(2)
})

it('projects filed in the same millisecond are still listed once each', async () => {
  const filedAt = new Date('2021-03-01T00:00:00Z')
  await zhigai.models.projects.updateMany({ district }, { $set: { filedAt } })
  const found = (await pages<ProjectBody>(officer, '/projects')).flat().map(({ id }) => id)
  expect(found.toSorted()).toEqual((await zhigai.models.projects.distinct('_id', { district })).toSorted())
  expect(new Set(found).size).toBe(found.length)
})

const ids = async (who: Parameters<Zhigai['as']>[0], query = '') =>
  (await pages<ProjectBody>(who, `/projects${query}`)).flat().map(({ id }) => id)

it('a list is kept to what its reader may see, whatever the filter says', async () => {
  const theirs = await file(zhigai, aFreshBody({ district: '江北区', uscc: competitor.uscc }), competitor)
  expect(await ids(competitor)).toEqual([theirs.id])
  expect(await ids(clerk)).not.toContain(theirs.id)
  expect(await ids(elsewhere)).toEqual([])
  expect(await ids(elsewhere, `?district=${district}`)).toEqual([])
  expect(await ids(auditor, '?district=江北区')).toEqual([theirs.id])
  expect(await ids(auditor, '?phase=certified')).toEqual([])
  expect((await zhigai.as({ user: 'wu', role: 'plumber' }).get('/projects')).status).toBe(403)
})

it('the inbox shows what waits for its reader, soonest due first, page by page', async () => {
  const waiting: ProjectBody[] = []
  for (let count = 0; count < 7; count += 1)
    waiting.push(await walk(zhigai, await file(zhigai, aFreshBody({ district })), submitted))
  const shuffled = [
    '2021-03-09',
    '2021-03-02',
    '2021-03-05',
    '2021-03-02',
    '2021-03-01',
    '2021-03-08',
    '2021-03-05',
  ]
  for (const [index, { id }] of waiting.entries())
    await zhigai.models.tasks.updateOne(
      { project: id, open: true },
      { $set: { dueOn: shuffled[index] ?? null } },
    )
  const found = await pages<Task>(officer, '/tasks')
  expect(found.map((page) => page.length)).toEqual([3, 3, 1])
  expect(found.flat().map(({ dueOn }) => dueOn)).toEqual(shuffled.toSorted())
  expect(new Set(found.flat().map(({ project }) => project))).toEqual(new Set(waiting.map(({ id }) => id)))
  for (const { stage, actions } of found.flat()) {
    expect(stage).toBe('districtVerification')
    expect(actions.map(({ type }) => type)).toEqual(['claim', 'annotate'])
  }
  expect((await pages<Task>(elsewhere, '/tasks')).flat()).toEqual([])
  expect((await pages<Task>(reviewer, '/tasks')).flat()).toEqual([])
})

it('tasks without a due date come last, none twice or left out at the turn, wherever it falls', async () => {
  const known = (await pages<Task>(clerk, '/tasks')).flat().map(({ project }) => project)
  const mine = { uscc: clerk.uscc, roles: clerk.role, open: true }
  const all = await zhigai.models.tasks.find(mine).sort({ _id: 1 }).lean()
  expect(known).toHaveLength(all.length)
  for (const dated of [0, 1, 2, 3, 4, all.length]) {
    const days = all.map((_task, index) => (index < dated ? `2021-03-0${9 - (index % 3)}` : null))
    for (const [index, { _id }] of all.entries())
      await zhigai.models.tasks.updateOne({ _id }, { $set: { dueOn: days[index] ?? null } })
    const found = (await pages<Task>(clerk, '/tasks')).flat()
    const told = days.filter((day) => day !== null).toSorted()
    expect(found.map(({ dueOn }) => dueOn)).toEqual([...told, ...days.filter((day) => day === null)])
    expect(new Set(found.map(({ project }) => project))).toEqual(new Set(known))
  }
})
