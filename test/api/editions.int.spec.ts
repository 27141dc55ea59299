import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Edition } from '../../policy/edition/edition.ts'
import { hashEdition } from '../../models/editions.ts'
import { readEditionsInForce } from '../../server/editions.ts'
import { aMarket, anEnterprise, chongqing, people, treeMarket, woodPeople } from '../fixtures.ts'
import { aFreshBody, file, largeWay, register, walk } from '../support/cases.ts'
import type { Page, ProjectBody } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, verifier, reviewer, auditor } = people
const { child, neighbour, elder } = { ...woodPeople, neighbour: woodPeople.oakNeighbour }

const windows = {
  rounds: [
    { id: 'past', opens: '2020-01-01 10:00', closes: '2020-02-01 24:00' },
    { id: 'far', opens: '2150-01-28 10:00', closes: '2150-02-28 24:00' },
  ],
  article: '申报时间',
  source: 'notice',
} as const
/** Chongqing's, which takes applications in two windows that are not now. */
const seasonal: Edition = {
  ...chongqing.edition,
  id: 'seasonal',
  certificate: { prefix: 'SEASON' },
  intake: { ...windows, rounds: [...windows.rounds] },
}

let zhigai: Zhigai
beforeAll(async () => {
  const [first, ...others] = readEditionsInForce(['chongqing-2021', 'chongqing-2022'])
  zhigai = await startZhigai({ inForce: [first, ...others, treeMarket.edition, seasonal] })
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const of2022 = (overrides: Record<string, unknown> = {}) =>
  aFreshBody({ edition: 'chongqing-2022', startOn: '2020-03-01', ...overrides })
const under = (id: string) => zhigai.models.projects.findById(id).lean().orFail()
const idsOf = ({ items }: Page) => items.map(({ id }) => id)

describe('the editions in force', () => {
  it('are listed to anybody, with the one that is meant where none is named', async () => {
    const { status, body } = await zhigai.as(null).get<Page>('/editions')
    expect(status).toBe(200)
    expect(body.items.map(({ id, isMeant }) => [id, isMeant])).toEqual([
      ['chongqing-2021', true],
      ['chongqing-2022', false],
      ['tree-market', false],
      ['seasonal', false],
    ])
    expect(body.items[0]).toMatchObject({
      intake: { open: true, round: null, opensAt: null, closesAt: null },
    })
    expect(body.items[3]).toMatchObject({ intake: { open: false, opensAt: '2150-01-28T02:00:00.000Z' } })
  })

  it('say what applied at an instant, and until when what was begun could be filed', async () => {
    const { body } = await zhigai.as(null).get<Page>('/editions?at=2020-01-15T12:00:00%2B08:00')
    expect(body.items[3]).toMatchObject({
      intake: { open: true, round: 'past', opensAt: null, closesAt: '2020-02-01T16:00:00.000Z' },
    })
  })

  it('are read whole, layers laid over each other', async () => {
    const { body } = await zhigai.as(null).get('/editions/chongqing-2022')
    const { document, hash, form, diagram } = body
    expect(hash).toBe(hashEdition(document))
    expect(document).toMatchObject({ id: 'chongqing-2022', targets: { total: 1250 } })
    expect(form).toMatchObject({ type: 'object', properties: { category: { enum: expect.any(Array) } } })
    expect(diagram).toContain('districtVerification')
  })

  it.each(['/editions/nowhere', '/editions/constructor'])('%s is not there', async (path) => {
    expect(await zhigai.as(null).get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })

  it.each(['/editions?at=yesterday', '/editions?when=now'])('%s is refused', async (path) => {
    expect(await zhigai.as(null).get(path)).toMatchObject({ status: 422, body: { code: 'invalid-request' } })
  })
})

describe('a filing', () => {
  it('goes by the edition that it names, and by the first where it names none', async () => {
    const early = { startOn: '2019-06-01' }
    const first = await file(zhigai, aFreshBody(early))
    expect(await under(first.id)).toMatchObject({ edition: 'chongqing-2021', editionHash: chongqingHash() })
    expect(await zhigai.as(clerk).file(of2022(early))).toMatchObject({
      status: 422,
      body: { code: 'not-eligible', field: 'application' },
    })
    const second = await file(zhigai, of2022())
    expect(await under(second.id)).toMatchObject({ edition: 'chongqing-2022' })
    expect(second.application).not.toHaveProperty('edition')
  })

  it('of one edition is refused in the form of another, with the field', async () => {
    const { status, body } = await zhigai.as(clerk).file(of2022({ edition: 'tree-market' }))
    expect({ status, ...body }).toMatchObject({ status: 422, code: 'invalid-request', field: 'district' })
  })

  it.each([['nowhere'], [7], [null], [['chongqing-2021']]])(
    'under %j is refused with those in force',
    async (edition) => {
      const { status, body } = await zhigai.as(clerk).file(aFreshBody({ edition }))
      expect({ status, ...body }).toMatchObject({ status: 422, code: 'invalid-request', field: 'edition' })
    },
  )

  it('outside all windows is refused with the hour at which it would be taken, and nothing is written', async () => {
    const before = await zhigai.models.duplicateKeys.countDocuments()
    const { status, body } = await zhigai.as(clerk).file(aFreshBody({ edition: 'seasonal' }))
    expect({ status, ...body }).toMatchObject({ status: 409, code: 'intake-closed' })
    expect(JSON.stringify(body)).toContain('2150年1月28日 10:00')
    expect(await zhigai.models.duplicateKeys.countDocuments()).toBe(before)
  })

  it('that was accepted is answered again after the window, and under its edition only', async () => {
    const body = of2022()
    const key = 'one-filing'
    const first = await zhigai.as(clerk).file(body, { key })
    const again = await zhigai.as(clerk).file(body, { key })
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id])
    const other = await zhigai.as(clerk).file({ ...body, edition: 'chongqing-2021' }, { key })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  })

  it('is held against the conditions of the edition that is asked about', async () => {
    const facts = {
      ...aFreshBody({ startOn: '2019-06-01' }),
      enterprise: anEnterprise(),
      implementedInCity: true,
      certifiedBefore: false,
    }
    const ask = (edition?: string) =>
      zhigai.as(null).post<{ eligible: boolean }>('/eligibility', { ...facts, ...(edition && { edition }) })
    const answers = [await ask(), await ask('chongqing-2021'), await ask('chongqing-2022')]
    expect(answers.map(({ body }) => body.eligible)).toEqual([true, true, false])
  })
})

describe('cases of several editions', () => {
  let earlier: ProjectBody
  let later: ProjectBody
  let stall: ProjectBody
  beforeAll(async () => {
    const big = { totalInvestment: '30000000.00' }
    earlier = await walk(zhigai, await file(zhigai, aFreshBody(big)), largeWay)
    later = await walk(zhigai, await file(zhigai, of2022(big)), largeWay)
    stall = await file(zhigai, { ...aMarket(), edition: 'tree-market' }, child)
  })

  it('are numbered each by its own', () => {
    expect([earlier.certificate, later.certificate].map((number) => number?.slice(0, 7))).toEqual([
      'CQ-2021',
      'CQ-2022',
    ])
  })

  it('stand side by side in lists, in the library and in the history', async () => {
    const { body } = await zhigai.as(reviewer).get<Page>('/projects?phase=certified')
    expect(idsOf(body)).toEqual(expect.arrayContaining([earlier.id, later.id]))
    const library = await zhigai.as(null).get<Page>('/library')
    expect(library.body.items.map(({ certificateNumber }) => certificateNumber)).toEqual(
      expect.arrayContaining([earlier.certificate, later.certificate]),
    )
    const history = await zhigai.as(verifier).get<Page>(`/projects/${later.id}/history`)
    expect(history.status).toBe(200)
    expect(history.body.items.length).toBeGreaterThan(0)
  })

  it('are seen only by roles that have a place under their edition', async () => {
    for (const person of [reviewer, verifier, clerk])
      expect(idsOf((await zhigai.as(person).get<Page>('/projects')).body)).not.toContain(stall.id)
    const inWood = (await zhigai.as(elder).get<Page>('/projects')).body
    expect(idsOf(inWood)).toEqual([stall.id])
    expect(idsOf((await zhigai.as(auditor).get<Page>('/projects')).body)).toEqual(
      expect.arrayContaining([earlier.id, later.id, stall.id]),
    )
    expect((await zhigai.as(reviewer).get(`/projects/${stall.id}`)).status).toBe(404)
    expect((await zhigai.as(elder).get(`/projects/${later.id}`)).status).toBe(404)
  })

  it('wait in the inbox of whoever is to do something about them, and nobody else', async () => {
    const tasks = async (person: typeof neighbour | typeof verifier | typeof child) =>
      (await zhigai.as(person).get<Page>('/tasks')).body.items.map(({ project }) => project)
    expect(await tasks(child)).toContain(stall.id)
    expect(await tasks(verifier)).not.toContain(stall.id)
    const overdue = await zhigai.as(elder).get<Page>('/supervision?list=dueThisWeek')
    expect(overdue.body.items.every(({ project }) => project === stall.id)).toBe(true)
  })

  it('count against the targets of their year', async () => {
    expect(await targetsOf(2021)).toMatchObject({
      edition: 'chongqing-2021',
      ofAll: null,
      total: { target: 1250 },
    })
    expect(await targetsOf(2022)).toMatchObject({
      edition: 'chongqing-2022',
      ofAll: { total: 1250, shares: 'default', article: '目标', source: 'notice' },
    })
  })
})

async function targetsOf(year: number) {
  return (await zhigai.as(reviewer).get(`/targets?year=${year}`)).body
}

function chongqingHash() {
  return hashEdition(chongqing.edition)
}
