import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people } from '../../bin/people.ts'
import { anEnterprise } from '../fixtures.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

let zhigai: Zhigai

beforeAll(async () => {
  zhigai = await startZhigai()
})
afterAll(() => zhigai.stop())

const enterprise = anEnterprise({ uscc: '91500000MA5U000111' })
const path = `/enterprises/${enterprise.uscc}`

async function put(record: object, ifMatch?: string) {
  return zhigai.send<Record<string, unknown>>(`/api/v1${path}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${await zhigai.tokenOf(people.administrator)}`,
      'content-type': 'application/json',
      ...(ifMatch && { 'if-match': ifMatch }),
    },
    body: JSON.stringify(record),
  })
}

describe('the register of enterprises', () => {
  it('is written over the revision that was read, and over no other', async () => {
    expect((await put(enterprise, 'W/"1"')).status).toBe(412)
    expect((await put(enterprise)).headers.get('etag')).toBe('W/"1"')
    expect((await put({ ...enterprise, size: 'large' }, 'W/"1"')).headers.get('etag')).toBe('W/"2"')
    const late = await put({ ...enterprise, size: 'micro' }, 'W/"1"')
    expect(late.status).toBe(412)
    expect(late.body['code']).toBe('stale-revision')
    const { body } = await zhigai.as(people.administrator).get(path)
    expect(body).toEqual({ ...enterprise, size: 'large' })
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
