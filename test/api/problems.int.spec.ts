import { generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventTypes } from '../../policy/case/events.ts'
import { audience, embeddedIssuer } from '../../portal/issuer.ts'
import { anApplicationBody, people } from '../fixtures.ts'
import { aFreshBody, bring, file, register, traceOf } from '../support/cases.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, verifier, secondVerifier, reviewer } = people

let zhigai: Zhigai
let project: string
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  project = (await bring(zhigai, 'districtVerification claimed')).id
})
afterAll(() => zhigai.stop())

async function sendText(path: string, body: string, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${await zhigai.tokenOf(clerk)}`
  const json = { 'content-type': 'application/json', authorization }
  return zhigai.send<Record<string, unknown>>(path, {
    method: 'POST',
    body,
    headers: { ...json, ...headers },
  })
}

describe('a request that cannot be read', () => {
  it.each([
    ['cut off', '{"name": ', {}, 400, 'malformed-json'],
    ['not an object', '"text"', {}, 400, 'malformed-json'],
    [
      'of another type',
      'name=a',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported-media-type',
    ],
    ['empty', '', {}, 422, 'invalid-request'],
    ['over 256 KB', JSON.stringify({ name: 'x'.repeat(256 * 1024) }), {}, 413, 'too-large'],
  ])('whose body is %s', async (_what, body, headers, status, code) => {
    expect(problemOf(await sendText('/api/v1/projects', body, headers))).toMatchObject({ status, code })
  })

  it.each([
    ['GET', '/api/v1/nothing'],
    ['GET', '/nothing'],
    ['PATCH', '/api/v1/projects'],
    ['GET', '/api/v1/projects/p-unknown'],
    ['GET', '/api/v1/library/CQ-2021-500112-0001-X'],
  ])('%s %s is not found', async (method, path) => {
    const authorization = `Bearer ${await zhigai.tokenOf(clerk)}`
    const answer = await zhigai.send<Record<string, unknown>>(path, { method, headers: { authorization } })
    expect(problemOf(answer)).toMatchObject({ status: 404, code: 'not-found', instance: path })
  })
})

describe('a body that is not what it must be names the field', () => {
  it.each([
    ['an unknown key', { ...anApplicationBody(), colour: 'red' }, 'colour'],
    ['no name', { ...anApplicationBody(), name: undefined }, 'name'],
    ['a float for an amount', anApplicationBody({ totalInvestment: 2600000 }), 'totalInvestment'],
    ['three decimals', anApplicationBody({ investment: { software: '1.001' } }), 'investment.software'],
    ['a day that is none', anApplicationBody({ startOn: '2021-02-30' }), 'startOn'],
    ['an end before its beginning', anApplicationBody({ completeOn: '2019-12-31' }), 'completeOn'],
    ['parts above the total', anApplicationBody({ totalInvestment: '1.00' }), 'totalInvestment'],
  ])('%s', async (_what, body, field) => {
    const problem = problemOf(await zhigai.as(clerk).post('/projects', body))
    expect(problem).toMatchObject({ status: 422, code: 'invalid-request', field })
  })

  it('an unknown value comes with those that are allowed', async () => {
    const body = anApplicationBody({ category: 'castle' })
    const problem = problemOf(await zhigai.as(clerk).post('/projects', body))
    expect(problem).toMatchObject({
      field: 'category',
      allowed: ['equipment', 'integration', 'cloud', 'newModel'],
    })
  })

  it('an unknown type of event comes with those that there are', async () => {
    const problem = problemOf(await zhigai.as(verifier).post(`/projects/${project}/events`, { type: 'sing' }))
    expect(problem).toMatchObject({ status: 422, code: 'invalid-request', field: 'type' })
    expect((problem['allowed'] as string[]).toSorted()).toEqual(eventTypes.toSorted())
  })

  it.each([
    ['a reason is missing', { type: 'reject' }, 'reason'],
    ['a reason is blank', { type: 'reject', reason: '  ' }, 'reason'],
    ['a key is unknown', { type: 'approve', amount: 1 }, 'amount'],
  ])('%s', async (_what, event, field) => {
    const problem = problemOf(await zhigai.as(verifier).post(`/projects/${project}/events`, event))
    expect(problem).toMatchObject({ status: 422, code: 'invalid-request', field })
  })
})

describe('an event that the state does not allow', () => {
  it.each([
    ['the claimant', verifier, ['approve', 'return', 'reject', 'extendTime', 'release', 'annotate']],
    ['a colleague', secondVerifier, ['release', 'annotate']],
    ['the applicant', clerk, ['withdraw']],
    ['the municipality', reviewer, ['urge', 'annotate']],
  ])('tells %s which ones it does', async (_who, actor, allowed) => {
    const problem = problemOf(await zhigai.as(actor).post(`/projects/${project}/events`, { type: 'submit' }))
    expect(problem).toMatchObject({
      status: 409,
      code: 'event-not-allowed',
      allowed,
      phase: 'districtVerification',
    })
  })
})

const release = async (tag: string, id: string) =>
  zhigai.as(verifier).post(`/projects/${id}/events`, { type: 'release' }, { headers: { 'if-match': tag } })

describe('If-Match', () => {
  it.each(['W/"1"', '"3"', 'W/"99"'])('of another revision is stale: %s', async (tag) => {
    const before = await traceOf(zhigai, project)
    expect(problemOf(await release(tag, project))).toMatchObject({
      status: 412,
      code: 'stale-revision',
      revision: before.revision,
    })
    expect(await traceOf(zhigai, project)).toEqual(before)
  })

  it('is held to the end of a case and beyond', async () => {
    const { id } = await bring(zhigai, 'withdrawn')
    expect(problemOf(await release('W/"1"', id))).toMatchObject({
      status: 412,
      code: 'stale-revision',
      revision: 2,
    })
    expect(problemOf(await release('W/"2"', id))).toMatchObject({
      status: 409,
      code: 'event-not-allowed',
      allowed: ['annotate'],
    })
  })

  it.each(['4', 'W/4', '"four"', '"-1"', 'W/"1", W/"2"'])('must be an ETag of ours: %s', async (tag) => {
    expect(problemOf(await release(tag, project))).toMatchObject({ status: 422, field: 'If-Match' })
  })

  it.each(['ETag as given', '*'])('lets the event through: %s', async (which) => {
    const { id } = await bring(zhigai, 'districtVerification claimed')
    const etag = (await zhigai.as(verifier).read(id)).headers.get('etag') ?? ''
    expect((await release(which === '*' ? '*' : etag, id)).status).toBe(200)
  })
})

describe('Idempotency-Key', () => {
  it.each(['with space', '', 'x'.repeat(201)])('must be visible and short: "%s"', async (key) => {
    const headers = { 'idempotency-key': key }
    const answer = await zhigai.as(clerk).post('/projects', aFreshBody(), { headers })
    expect(problemOf(answer)).toMatchObject({ status: 422, field: 'Idempotency-Key' })
  })

  it('may not be used for another body: a filing', async () => {
    const key = crypto.randomUUID()
    expect((await zhigai.as(clerk).file(aFreshBody(), { key })).status).toBe(201)
    const again = await zhigai.as(clerk).post('/projects', aFreshBody(), { key })
    expect(problemOf(again)).toMatchObject({ status: 422, code: 'idempotency-key-reused' })
  })

  it('may not be used for another body: an event', async () => {
    const { id } = await file(zhigai)
    const key = crypto.randomUUID()
    const event = { type: 'completeAssessment', score: 2.15, level: 2 }
    expect((await zhigai.as(clerk).event(id, event, { key })).status).toBe(200)
    const again = await zhigai.as(clerk).post(`/projects/${id}/events`, { ...event, score: 3 }, { key })
    expect(problemOf(again)).toMatchObject({ status: 422, code: 'idempotency-key-reused' })
    const same = await zhigai.as(clerk).event(id, event, { key })
    expect(same).toMatchObject({ status: 200, body: { revision: 2 } })
  })
})

describe('a page that cannot be', () => {
  const strange = Buffer.from('["yesterday","x"]').toString('base64url')
  it.each([
    ['/projects?cursor=nonsense', clerk, 'cursor'],
    [`/projects?cursor=${strange}`, clerk, 'cursor'],
    [`/library?cursor=${strange}`, null, 'cursor'],
    ['/tasks?cursor=W10', verifier, 'cursor'],
    ['/projects?limit=0', clerk, 'limit'],
    ['/projects?limit=101', clerk, 'limit'],
    ['/tasks?limit=ten', verifier, 'limit'],
    ['/projects?phase=limbo', clerk, 'phase'],
    ['/projects?colour=red', clerk, 'colour'],
    ['/calendar/due?from=2021-02-30&workingDays=1', null, 'from'],
    ['/calendar/due?from=2021-02-09&workingDays=1&district=x', null, 'district'],
  ])('%s', async (path, actor, field) => {
    expect(problemOf(await zhigai.as(actor).get(path))).toMatchObject({
      status: 422,
      code: 'invalid-request',
      field,
    })
  })
})

const now = () => Math.floor(Date.now() / 1000)

describe('a token', () => {
  const hour = 3_600
  const claims = { role: clerk.role, uscc: clerk.uscc }
  const forge = async (change: (token: SignJWT) => SignJWT) => {
    const { privateKey } = await generateKeyPair('EdDSA')
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).setSubject(clerk.user)
    return change(
      token
        .setIssuer(embeddedIssuer)
        .setAudience(audience)
        .setExpirationTime(now() + hour),
    ).sign(privateKey)
  }
  const unsigned = () =>
    new UnsecuredJWT(claims)
      .setSubject(clerk.user)
      .setIssuer(embeddedIssuer)
      .setAudience(audience)
      .setExpirationTime(now() + hour)
      .encode()
  const otherAudience = async () => {
    const { privateJwk } = JSON.parse(await zhigai.readKeys()) as { privateJwk: JWK }
    const key = await importJWK(privateJwk, 'EdDSA')
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(clerk.user)
      .setIssuer(embeddedIssuer)
      .setAudience('another')
      .setExpirationTime(now() + hour)
      .sign(key)
  }
  const altered = async () => {
    const [head, payload, signature] = (await zhigai.issuer.sign(clerk)).split('.')
    const text = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('enterprise', 'administrator')
    return [head, Buffer.from(text).toString('base64url'), signature].join('.')
  }

  it.each([
    ['none', async () => ''],
    ['expired', async () => `Bearer ${await zhigai.issuer.sign(clerk, -1)}`],
    ['of another key', async () => `Bearer ${await forge((token) => token)}`],
    ['for another audience', async () => `Bearer ${await otherAudience()}`],
    ['not signed at all', async () => `Bearer ${unsigned()}`],
    ['altered', async () => `Bearer ${await altered()}`],
    ['no token', async () => 'Bearer nonsense'],
    ['of another scheme', async () => 'Basic bGluOnNlY3JldA=='],
  ])('that is %s signs nobody in', async (_what, authorization) => {
    const headers = { authorization: await authorization() }
    for (const path of ['/projects', '/projects/p-1', '/tasks', '/targets', `/enterprises/${clerk.uscc}`]) {
      const answer = await zhigai.as(null).get(path, { headers })
      expect(problemOf(answer)).toMatchObject({ status: 401, code: 'not-signed-in' })
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
    }
  })

  it('for this audience signs in', async () => {
    expect((await zhigai.as(clerk).get('/projects')).status).toBe(200)
  })
})
