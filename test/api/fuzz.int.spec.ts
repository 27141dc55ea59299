import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventTypes } from '../../policy/case/events.ts'
import type { Actor } from '../../policy/case/case.ts'
import { errors } from '../../policy/errors.ts'
import { anApplicationBody, anEnterprise, cn, people } from '../fixtures.ts'
import { bodyOf, bring, register } from '../support/cases.ts'
import type { Answer } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, clerk, verifier } = people

let zhigai: Zhigai
let project: string
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  project = (await bring(zhigai, 'municipalReview unclaimed')).id
})
afterAll(() => zhigai.stop())

/** Never our fault, and whatever is refused is refused with a problem document. */
function isClear({ status, headers, body }: Answer): boolean {
  if (status < 300) return true
  const isProblem = headers.get('content-type') === 'application/problem+json'
  return status < 500 && isProblem && Object.hasOwn(errors, String(body['code']))
}

const text = fc.string({ unit: 'binary', maxLength: 40 })
const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
  text,
  fc.double(),
  fc.constant(null),
)

/** A good body with one field replaced by anything at all. */
const spoiled = (good: Record<string, unknown>) =>
  fc
    .tuple(fc.constantFrom(...Object.keys(good), '__proto__', 'constructor'), json)
    .map(([field, value]) => Object.fromEntries([...Object.entries(good), [field, value]]))

const bodies = (...good: Record<string, unknown>[]) => fc.oneof(json, ...good.map(spoiled))

const enterprise = anEnterprise()
const question = { ...anApplicationBody(), enterprise, implementedInCity: true, certifiedBefore: false }

const preferences = {
  email: 'lin@example.com',
  language: 'zh',
  preferences: { email: 'all', webhook: 'required' },
  webhook: { url: 'https://hooks.example.com' },
}

const events = eventTypes.map((type) => bodyOf(type))
const targets: { what: string; actor: Actor | null; path: () => string; body: fc.Arbitrary<unknown> }[] = [
  { what: 'POST /projects', actor: clerk, path: () => '/projects', body: bodies(anApplicationBody()) },
  { what: 'POST /eligibility', actor: null, path: () => '/eligibility', body: bodies(question) },
  {
    what: 'PUT /enterprises/{uscc}',
    actor: administrator,
    path: () => `/enterprises/${enterprise.uscc}`,
    body: bodies(enterprise),
  },
  {
    what: 'PUT /calendars/{id}',
    actor: administrator,
    path: () => '/calendars/cn',
    // Of a year that has no holidays: nothing of this is kept.
    body: bodies({ ...cn, through: 2027, source: '文' }),
  },
  {
    what: 'POST /projects/{id}/events',
    actor: verifier,
    path: () => `/projects/${project}/events`,
    body: bodies(...events),
  },
  {
    what: 'POST /operations',
    actor: administrator,
    path: () => '/operations',
    body: bodies({ kind: 'hold', target: { filter: { phase: 'certified' } }, reason: '核查', dryRun: true }),
  },
  { what: 'PUT /me/preferences', actor: clerk, path: () => '/me/preferences', body: bodies(preferences) },
]

it.each(targets)('$what with any JSON is answered clearly', async ({ what, actor, path, body }) => {
  const listener = zhigai.as(actor)
  const send = (value: unknown) =>
    what.startsWith('PUT') ? listener.put(path(), value) : listener.post(path(), value)
  const isAnswered = fc.asyncProperty(body, async (value) => {
    expect(await send(value)).toSatisfy(isClear)
  })
  await fc.assert(isAnswered, { numRuns: 150 })
})

it.each([
  ['/projects', clerk, ['limit', 'cursor', 'phase', 'district']],
  ['/tasks', verifier, ['limit', 'cursor']],
  ['/library', null, ['limit', 'cursor', 'district']],
  ['/inbox', verifier, ['limit', 'cursor', 'unread']],
  ['/dead-letters', auditor, ['limit', 'cursor']],
  ['/operations', auditor, ['limit', 'cursor', 'status']],
  ['/operations/stuck', auditor, ['limit', 'cursor', 'kind']],
  ['/certification-status', null, ['uscc', 'project', 'on']],
  ['/targets', verifier, ['year']],
  ['/calendar/due', null, ['from', 'workingDays', 'district']],
  ['/calendars/cn', clerk, ['version']],
  ['/calendars/cn/rollout', administrator, ['version']],
] as const)('GET %s with any query is answered clearly', async (path, actor, names) => {
  const cursor = json.map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url'))
  const keys = fc.tuple(fc.oneof(text, fc.integer(), fc.constant(null)), text)
  const known = keys.map((key) => Buffer.from(JSON.stringify(key)).toString('base64url'))
  const value = fc.oneof(text, cursor, known, fc.integer().map(String))
  const query = fc.dictionary(fc.constantFrom(...names, 'other'), value, { maxKeys: 3 })
  const isAnswered = fc.asyncProperty(query, async (pairs) => {
    const answer = await zhigai.as(actor).get(`${path}?${new URLSearchParams(pairs).toString()}`)
    expect(answer).toSatisfy(isClear)
  })
  await fc.assert(isAnswered, { numRuns: 60 })
})

it('GET with any id in the address is answered clearly', async () => {
  const ids = fc.oneof(text.map(encodeURIComponent), fc.constantFrom('%', '%00', '%E0%A4%A'))
  const isAnswered = fc.asyncProperty(ids, async (id) => {
    for (const path of [
      `/projects/${id}`,
      `/projects/${id}/history`,
      `/library/${id}`,
      `/enterprises/${id}`,
      `/calendars/${id}`,
    ])
      expect(await zhigai.as(clerk).get(path)).toSatisfy(isClear)
  })
  await fc.assert(isAnswered, { numRuns: 40 })
})
