import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people as persons } from '../../local/demo/people.ts'
import { decideChange, listChanges } from '../../cli/register-commands.ts'
import { UserError } from '../../server/user-error.ts'
import { checkRegister } from '../../evidence/audit/check-register.ts'
import { createFindings } from '../../evidence/audit/findings.ts'
import type { Actor } from '../../policy/case/case.ts'
import { anEnterprise } from '../fixtures.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const people = { ...persons, clerk: persons.enterprise('91500105MA5TEUT05A') }

let zhigai: Zhigai

beforeAll(async () => {
  zhigai = await startZhigai()
})
afterAll(() => zhigai.stop())

const enterprise = anEnterprise({ uscc: '91500000MA5U000111' })
const path = `/enterprises/${enterprise.uscc}`

type Answer = Record<string, unknown>
type Line = { id: string; status: string; by: string; approvedBy: string | null; reason: string | null }
type History = { items: (Line & { changes: unknown[]; previous: string | null; link: string | null })[] }

async function put(record: object, headers: Record<string, string> = {}, who: Actor = people.administrator) {
  return zhigai.send<Answer>(`/api/v1${path}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${await zhigai.tokenOf(who)}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(record),
  })
}

const colleague = { user: 'adm-2', role: 'administrator' } as const
const decide = (id: unknown, what: string, who: Actor, body: object = {}) =>
  zhigai.as(who).post<Answer>(`/enterprise-changes/${String(id)}/${what}`, body)
const historyOf = async () => (await zhigai.as(people.auditor).get<History>(`${path}/history`)).body.items
const inForce = async () => (await zhigai.as(people.administrator).get(path)).body

describe('the register of enterprises', () => {
  it('is written over the revision that was read, and over no other', async () => {
    expect((await put(enterprise, { 'if-match': 'W/"1"' })).status).toBe(412)
    expect((await put(enterprise)).headers.get('etag')).toBe('W/"1"')
    expect((await put(enterprise)).headers.get('etag')).toBe('W/"1"')
    const renamed = { ...enterprise, name: '新名称有限公司' }
    expect((await put(renamed, { 'if-match': 'W/"1"' })).headers.get('etag')).toBe('W/"2"')
    const late = await put({ ...enterprise, name: '另一名称' }, { 'if-match': 'W/"1"' })
    expect(late).toMatchObject({ status: 412, body: { code: 'stale-revision' } })
    expect(await inForce()).toEqual(renamed)
    await put({ ...enterprise, reason: '改回原名' })
    expect(await historyOf()).toMatchObject([
      {
        status: 'applied',
        by: people.administrator.user,
        reason: '改回原名',
        changes: [{ field: 'name', before: renamed.name, after: enterprise.name }],
      },
      { changes: [{ field: 'name' }], reason: null },
      { changes: [{ field: 'name', before: null }, {}, {}, {}, {}, {}], previous: null },
    ])
  })

  it.each([
    ['legalPerson', false],
    ['registeredInCity', false],
    ['industry', 'I65'],
    ['size', 'large'],
    ['district', '江北区'],
  ])('is changed in %s by two administrators alone, and says who and why', async (field, value) => {
    await put(enterprise)
    const changed = { ...enterprise, [field]: value }
    const without = await put(changed)
    expect(without).toMatchObject({ status: 422, body: { field: 'reason' } })
    const asked = await put({ ...changed, reason: '登记机关更正' })
    expect(asked).toMatchObject({ status: 202, body: { status: 'proposed', reason: '登记机关更正' } })
    expect((await put({ ...changed, reason: '登记机关更正' })).body['id']).toBe(asked.body['id'])
    expect(await inForce()).toEqual(enterprise)
    const id = asked.body['id']
    expect((await decide(id, 'approve', people.administrator)).body).toMatchObject({ code: 'four-eyes' })
    expect((await decide(id, 'approve', people.auditor)).status).toBe(403)
    expect((await decide(id, 'approve', people.clerk)).status).toBe(403)
    expect(await inForce()).toEqual(enterprise)
    expect(await decide(id, 'approve', colleague)).toMatchObject({ status: 200, body: { status: 'applied' } })
    expect((await decide(id, 'approve', colleague)).status).toBe(409)
    expect(await inForce()).toEqual(changed)
    const [last, before] = await historyOf()
    expect(last).toMatchObject({
      by: people.administrator.user,
      approvedBy: colleague.user,
      changes: [{ field, before: enterprise[field as keyof typeof enterprise], after: value }],
      previous: before?.link,
    })
    // Back again, by the other one.
    const back = await put({ ...enterprise, reason: '再更正' }, {}, colleague)
    await decide(back.body['id'], 'approve', people.administrator)
    expect(await inForce()).toEqual(enterprise)
  })

  it('does not apply what was refused, or what was proposed over an older record', async () => {
    await put(enterprise)
    const refused = await put({ ...enterprise, size: 'micro', reason: '甲' })
    expect((await decide(refused.body['id'], 'refuse', colleague)).status).toBe(422)
    const answer = await decide(refused.body['id'], 'refuse', colleague, { reason: '依据不足' })
    expect(answer.body).toMatchObject({ status: 'refused', decision: { by: 'adm-2', reason: '依据不足' } })
    expect((await decide(refused.body['id'], 'approve', colleague)).status).toBe(409)
    const overtaken = await put({ ...enterprise, size: 'micro', reason: '乙' })
    await put({ ...enterprise, name: '期间改名' })
    expect((await decide(overtaken.body['id'], 'approve', colleague)).status).toBe(412)
    expect(await inForce()).toEqual({ ...enterprise, name: '期间改名' })
    await put(enterprise)
    expect(
      (await zhigai.as(people.auditor).get<History>('/enterprise-changes?status=proposed')).body.items,
    ).toEqual(expect.arrayContaining([expect.objectContaining({ id: overtaken.body['id'] })]))
  })

  it('carries a command out once, however often it is sent, and at once', async () => {
    await put(enterprise)
    const key = { 'idempotency-key': 'rename-1' }
    const first = await put({ ...enterprise, name: '甲名' }, key)
    await put(enterprise)
    expect((await put({ ...enterprise, name: '甲名' }, key)).headers.get('etag')).toBe(
      first.headers.get('etag'),
    )
    expect(await inForce()).toEqual(enterprise)
    expect((await put({ ...enterprise, name: '乙名' }, key)).body['code']).toBe('idempotency-key-reused')
    const names = Array.from({ length: 8 }, (_, index) => `并发${index}`)
    const answers = await Promise.all(names.map((name) => put({ ...enterprise, name })))
    expect(answers.every(({ status }) => status === 200 || status === 412)).toBe(true)
    await put(enterprise)
    const lines = await zhigai.models.enterpriseChanges
      .find({ uscc: enterprise.uscc, status: 'applied' })
      .sort({ revision: 1 })
      .lean()
    expect(lines.map(({ revision }) => revision)).toEqual(lines.map((_, index) => index + 1))
    expect(lines.map(({ previous }) => previous)).toEqual([
      null,
      ...lines.slice(0, -1).map(({ link }) => link),
    ])
  })

  it('is listed and decided from the command line', async () => {
    await put(enterprise)
    const asked = await put({ ...enterprise, legalPerson: false, reason: '更正' })
    const told: string[] = []
    const tell = (line: string) => void told.push(line)
    await listChanges(zhigai.client, '/api/v1/enterprise-changes?status=proposed&', tell)
    expect(told.join('\n')).toContain(String(asked.body['id']))
    expect(told).toContain('  legalPerson: true → false')
    const own = decideChange(zhigai.client, String(asked.body['id']), 'approve', {}, tell)
    await expect(own).rejects.toThrow(UserError)
    await decideChange(zhigai.client, String(asked.body['id']), 'refuse', { reason: '撤回' }, tell)
    await listChanges(zhigai.client, `/api/v1${path}/history?`, tell)
    expect(told.at(-1)).toMatch(/^ {2}/)
    expect(await inForce()).toEqual(enterprise)
  })

  it('is verified: a record or a change that somebody alters is named', async () => {
    const { models } = zhigai
    const found = async () => {
      const findings = createFindings(100)
      await checkRegister(models, findings)
      return findings.list().map(({ kind, id }) => `${kind} ${id}`)
    }
    expect(await found()).toEqual([])
    await models.enterprises.updateOne({ _id: enterprise.uscc }, { $set: { legalPerson: false } })
    expect(await found()).toEqual([`enterprise-changed ${enterprise.uscc}`])
    await models.enterprises.updateOne({ _id: enterprise.uscc }, { $set: { legalPerson: true } })
    const [, second] = await historyOf()
    const _id = second?.id ?? ''
    await models.enterpriseChanges.updateOne({ _id }, { $set: { reason: '改写' } })
    expect(await found()).toEqual([`change-changed ${_id}`])
    await models.enterpriseChanges.updateOne({ _id }, { $set: { reason: second?.reason ?? null } })
    expect(await found()).toEqual([])
  })

  it.each([
    ['the enterprise itself', people.enterprise(enterprise.uscc), 403],
    ['a district officer', people.district('渝北区'), 403],
    ['an auditor', people.auditor, 200],
    ['an administrator', people.administrator, 200],
  ])('tells its history to %s: %j is answered %i', async (_who, person, status) => {
    for (const asked of [`${path}/history`, '/enterprise-changes'])
      expect((await zhigai.as(person).get(asked)).status).toBe(status)
  })

  it('keeps the reason of a code that fails its check character, and forgets it when it is taken back', async () => {
    const odd = { ...enterprise, codeException: '旧码，登记机关书面确认' }
    await put(odd)
    expect((await zhigai.as(people.administrator).get(path)).body).toEqual(odd)
    await put(enterprise)
    expect((await zhigai.as(people.administrator).get(path)).body).toEqual(enterprise)
  })

  it.each([
    ['the enterprise itself', people.enterprise(enterprise.uscc), 200],
    ['an auditor', people.auditor, 200],
    ['another enterprise', people.enterprise('91500105MA5TEUT05A'), 404],
    ['a district officer', people.district('渝北区'), 404],
    [
      'a role that there is not, with the right code',
      { user: 'x', role: 'nobody', uscc: enterprise.uscc },
      404,
    ],
  ])('is asked for by %s: %j is answered %i', async (_who, person, status) => {
    await put(enterprise)
    expect((await zhigai.as(person).get(path)).status).toBe(status)
  })
})
