import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anEnterprise, people } from '../fixtures.ts'
import { aFreshBody, file, register, smallWay, walk } from '../support/cases.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, verifier } = people
const phased = '冲压线（三期）改造'
const measured = '年产1.5万吨轧线改造'

type Status = { status: string; certificates: { name: string }[]; similar: { name: string }[] }

let zhigai: Zhigai
let number: string
let id: string

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  const certified = await walk(zhigai, await file(zhigai, aFreshBody({ name: phased })), smallWay)
  await walk(zhigai, await file(zhigai, aFreshBody({ name: measured })), smallWay)
  id = certified.id
  number = certified.certificate ?? ''
})
afterAll(() => zhigai.stop())

async function statusOf(project: string, uscc: string = clerk.uscc): Promise<Status> {
  const query = new URLSearchParams({ uscc, project })
  const { status, body } = await zhigai.as(null).get<Status>(`/certification-status?${query.toString()}`)
  expect(status).toBe(200)
  return body
}

const invoice = (paper: string) => ({ evidence: [{ kind: 'invoice', number: paper }] })
const wide = (text: string) =>
  text.replaceAll(/[!-~]/g, (each) => String.fromCodePoint(each.charCodeAt(0) + 0xfee0))

describe('what is typed from paper names a certified project', () => {
  it.each([
    ['as it is written', () => phased],
    ['in other brackets', () => '冲压线(三期)改造'],
    ['with spaces', () => ' 冲压线 〔三期〕 改造 '],
    ['its number', () => number],
    ['its number in lower case', () => number.toLowerCase()],
    ['its number in full width', () => wide(number)],
    ['its number with long dashes', () => number.replaceAll('-', ' — ')],
    ['its id', () => id.toUpperCase()],
  ])('%s', async (_, typed) => {
    expect(await statusOf(typed())).toMatchObject({
      status: 'certified',
      certificates: [{ name: phased }],
      similar: [],
    })
  })

  it.each([
    ['in lower case', clerk.uscc.toLowerCase()],
    ['in full width', wide(clerk.uscc)],
    ['in groups', clerk.uscc.replaceAll(/(.{4})/g, '$1 ')],
  ])('by the credit code %s', async (_, uscc) => {
    expect(await statusOf(phased, uscc)).toMatchObject({ status: 'certified', uscc: clerk.uscc })
  })

  it.each([
    ['a word more', '冲压线三期改造项目', phased],
    ['another numeral', '冲压线（3期）改造', phased],
    ['a roman numeral', '冲压线Ⅲ期改造', phased],
    ['a point that was not seen', '年产15万吨轧线改造', measured],
  ])('or, with %s, is told of it', async (_, typed, name) => {
    expect(await statusOf(typed)).toMatchObject({
      status: 'notCertified',
      certificates: [],
      similar: [{ name, status: 'certified' }],
    })
  })

  it.each([
    ['words around it', () => `证书编号：${number}（三期）`],
    ['letters for figures', () => number.replaceAll('0', 'O').replaceAll('1', 'l')],
    ['no hyphens', () => number.replaceAll('-', '')],
  ])('or, with its number but %s, is told of it', async (_, typed) => {
    expect(await statusOf(typed())).toMatchObject({
      status: 'notCertified',
      similar: [{ name: phased, status: 'certified' }],
    })
  })

  it('but not by another number', async () => {
    expect(await statusOf('CQ-2021-500112-9999-X')).toMatchObject({ status: 'notCertified', similar: [] })
  })

  it.each(['冲压线（二期）改造', '焊接机器人应用', '年产25万吨轧线改造'])(
    'but %s is not certified',
    async (typed) => {
      expect(await statusOf(typed)).toMatchObject({ status: 'notCertified', certificates: [], similar: [] })
    },
  )

  it('at the door of the library too', async () => {
    for (const typed of [number.toLowerCase(), wide(number), ` ${number} `, number.replaceAll('-', '')]) {
      const { status, body } = await zhigai.as(null).get(`/library/${encodeURIComponent(typed)}`)
      expect({ status, name: body['name'] }).toEqual({ status: 200, name: phased })
    }
  })
})

describe('the district that is typed', () => {
  const officer = { user: 'shi', role: 'district', district: '石柱土家族自治县' }
  let theirs: string

  beforeAll(async () => {
    theirs = (await file(zhigai, aFreshBody({ district: '石柱土家族自治县' }))).id
  })

  it.each(['石柱县', '石柱土家族自治县', ' 石柱 土家族自治县 '])(
    'is the body %j in lists',
    async (district) => {
      const path = `/projects?district=${encodeURIComponent(district)}`
      const { body } = await zhigai.as(auditor).get<{ items: { id: string }[] }>(path)
      expect(body.items.map((each) => each.id)).toEqual([theirs])
      const library = await zhigai.as(null).get(`/library?district=${encodeURIComponent(district)}`)
      expect(library.status).toBe(200)
      const query = new URLSearchParams({ from: '2021-02-09', workingDays: '5', district })
      expect((await zhigai.as(null).get(`/calendar/due?${query.toString()}`)).status).toBe(200)
    },
  )

  it('is that of an officer whose token has its full name', async () => {
    expect((await zhigai.as(officer).get(`/projects/${theirs}`)).status).toBe(200)
  })

  it('is refused with those that there are', async () => {
    const problem = problemOf(await zhigai.as(auditor).get('/projects?district=成华区'))
    expect(problem['allowed']).toContain('石柱县')
  })
})

describe('an enterprise that is typed', () => {
  it('is the same in lower case, at the register and in a token', async () => {
    const typed = clerk.uscc.toLowerCase()
    expect((await zhigai.as(administrator).get(`/enterprises/${typed}`)).status).toBe(200)
    const applicant = { ...clerk, uscc: typed }
    const { status } = await zhigai.as(applicant).post('/projects', aFreshBody({ uscc: ` ${typed}` }))
    expect(status).toBe(201)
  })
})

describe('names that differ in what they say', () => {
  it.each([
    ['年产1.5万吨轧机改造', '年产15万吨轧机改造'],
    ['1-2号线改造', '12号线改造'],
    ['A-1车间改造', 'A1车间改造'],
  ])('%s and %s are filed as two', async (one, other) => {
    await file(zhigai, aFreshBody({ name: one }))
    expect((await zhigai.as(clerk).post('/projects', aFreshBody({ name: other }))).status).toBe(201)
  })

  it('are one in other brackets and spaces, and the field is told that repeats', async () => {
    await file(zhigai, aFreshBody({ name: '涂装线（二期）改造', site: '8/47号' }))
    const post = async (overrides: object) =>
      problemOf(await zhigai.as(clerk).post('/projects', aFreshBody({ ...overrides })))
    expect(await post({ name: '涂装 线(二期)改造' })).toMatchObject({
      code: 'duplicate',
      field: 'application.name',
    })
    expect(await post({ name: '另一项目', site: '８／47号' })).toMatchObject({
      code: 'duplicate',
      field: 'application.site',
    })
    const { status } = await zhigai.as(clerk).post('/projects', aFreshBody({ site: '847号' }))
    expect(status).toBe(201)
  })

  it('are shown to the officer side by side where they are likely one, and to no applicant', async () => {
    const first = await file(zhigai, aFreshBody({ name: '焊装线(一期)改造', ...invoice('031-1') }))
    const second = await file(zhigai, aFreshBody({ name: '焊装线（1期）改造项目', ...invoice('０３１－１') }))
    await file(zhigai, aFreshBody({ name: '焊装线（二期）改造', ...invoice('0311') }))
    const { body } = await zhigai.as(verifier).get(`/projects/${first.id}`)
    expect(body['similar']).toMatchObject([{ id: second.id, because: ['name', 'evidence'] }])
    const own = await zhigai.as(clerk).get(`/projects/${first.id}`)
    expect(own.body).not.toHaveProperty('similar')
    await zhigai.as(clerk).post(`/projects/${second.id}/events`, { type: 'withdraw', reason: '重复' })
    expect((await zhigai.as(verifier).get(`/projects/${first.id}`)).body['similar']).toEqual([])
  })

  it('are shown wherever they are, where two enterprises claim one invoice or contract', async () => {
    const { competitor } = people
    await register(zhigai, anEnterprise({ uscc: competitor.uscc, name: '重庆长江齿轮有限公司' }))
    const first = await file(zhigai, aFreshBody(invoice('渝税 7781-20')))
    const contract = { evidence: [{ kind: 'contract', number: '渝税7781-20' }] }
    const foreign = aFreshBody({ uscc: competitor.uscc, district: '江北区', ...invoice('渝税７７８１—２０') })
    const posted = await zhigai.as(competitor).post<{ id: string }>('/projects', foreign)
    expect(posted.status).toBe(201)
    await zhigai.as(competitor).post('/projects', aFreshBody({ uscc: competitor.uscc, ...contract }))
    await zhigai
      .as(competitor)
      .post('/projects', aFreshBody({ uscc: competitor.uscc, ...invoice('渝税778120') }))
    const { body } = await zhigai.as(verifier).get(`/projects/${first.id}`)
    expect(body['similar']).toMatchObject([
      { id: posted.body.id, enterprise: '重庆长江齿轮有限公司', district: '江北区', because: ['evidence'] },
    ])
    expect((await zhigai.as(verifier).get(`/projects/${posted.body.id}`)).status).toBe(404)
  })
})
