import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { anEnterprise, people } from '../fixtures.ts'
import { bring, register } from '../support/cases.ts'
import { provideSchemathesis, writeSettings, type Known } from '../support/schemathesis.ts'
import { allRoutes } from '../support/routes.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

let zhigai: Zhigai
let schemathesis: Awaited<ReturnType<typeof provideSchemathesis>>
let folder: string
beforeAll(async () => {
  schemathesis = await provideSchemathesis()
  folder = await mkdtemp(join(tmpdir(), 'zhigai-schemathesis-'))
  zhigai = await startZhigai({ limitsRate: false })
  await register(zhigai)
  await writeSettings(settings(), await whatIsThere(zhigai))
})
afterAll(async () => {
  await zhigai.stop()
  await rm(folder, { recursive: true, force: true })
})

const settings = () => join(folder, 'schemathesis.toml')

/** Something for every call to find: cases in some states, and what came of them. */
async function whatIsThere({ as }: Zhigai): Promise<Known[]> {
  const { administrator, clerk } = people
  const { uscc } = anEnterprise()
  const certified = await bring(zhigai, 'certified')
  const others = [
    await bring(zhigai, 'districtVerification unclaimed'),
    await bring(zhigai, 'municipalReview claimed'),
    await bring(zhigai, 'hearing'),
  ]
  const hold = { kind: 'hold', target: { projects: [certified.id] }, reason: '核查' }
  const operation = await as({ ...administrator, user: 'ou' }).post<{ id: string }>('/operations', hold)
  const feed = await as(clerk).post<{ url: string }>('/me/calendar-feed', {})
  const secret = /feeds\/(.+)\.ics/.exec(feed.body.url)?.[1] ?? ''
  return [
    { paths: '/projects/', parameter: 'path.id', values: [certified, ...others].map(({ id }) => id) },
    { paths: '/calendars/', parameter: 'path.id', values: ['cn', '渝北区'] },
    { paths: '/enterprises/', parameter: 'path.uscc', values: [uscc] },
    { paths: '/projects$', parameter: 'body.uscc', values: [uscc] },
    { paths: '/library/', parameter: 'path.certificateNumber', values: [certified.certificate ?? ''] },
    { paths: '/operations/', parameter: 'path.id', values: [operation.body.id] },
    { paths: '/feeds/', parameter: 'path.secret', values: [secret] },
  ]
}

/** What no answer may fall short of. Whether an input is good is for the rules to say, of which no schema knows. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
]

const callers = {
  anonymous: null,
  enterprise: people.clerk,
  enterpriseAdmin: people.colleague,
  district: people.verifier,
  municipal: people.reviewer,
  auditor: people.auditor,
  administrator: people.administrator,
}

/** How many operations at least must have done what a caller asked: a few less than do, and far more than where nobody is signed in. */
const floors = {
  anonymous: 5,
  enterprise: 17,
  enterpriseAdmin: 17,
  district: 17,
  municipal: 17,
  auditor: 30,
  administrator: 34,
} as const satisfies Record<keyof typeof callers, number>

const operations = allRoutes
  .filter(({ path }) => !path.endsWith('/stream'))
  .map(({ method, path }) => `${method.toUpperCase()} /api/v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)

/** How often each operation has been answered with 2xx, as the API itself counts. */
async function countDone(): Promise<Map<string, number>> {
  const text = await (await fetch(`${zhigai.origin}/metrics`)).text()
  const line =
    /^zhigai_http_request_duration_seconds_count\{method="(\w+)",route="([^"]+)",status="2\d\d"\} (\d+)$/gm
  const done = new Map<string, number>()
  for (const [, method = '', route = '', count] of text.matchAll(line)) {
    const name = `${method} ${route}`
    done.set(name, (done.get(name) ?? 0) + Number(count))
  }
  return done
}

const asked = [
  ['--checks', checks.join(',')],
  ['--phases', 'coverage,fuzzing', '--max-examples', '5', '--continue-on-failure', '--no-shrink'],
  ['--generation-deterministic'],
  // These end when their reader leaves.
  ['--exclude-path-regex', '/stream$'],
  // Speed is not what this asks.
  ['--suppress-health-check', 'all', '--request-timeout', '60', '--warnings', 'off'],
].flat()

it.each(Object.entries(callers) as [keyof typeof callers, Actor | null][])(
  '%s is answered as the document says',
  async (caller, person) => {
    const before = await countDone()
    const bearer = person ? ['-H', `Authorization: Bearer ${await zhigai.tokenOf(person)}`] : []
    const call = ['run', `${zhigai.origin}/openapi.json`, ...asked, ...bearer]
    const { code, output } = await schemathesis(['--no-color', '--config-file', settings(), ...call])
    // What it says is shown where it has found something.
    expect(code === 0 ? '' : output).toBe('')
    const after = await countDone()
    const done = operations.filter((each) => (after.get(each) ?? 0) > (before.get(each) ?? 0))
    expect(done.length).toBeGreaterThanOrEqual(floors[caller])
  },
  // Some four thousand calls, which take a while where others work beside it.
  900_000,
)
