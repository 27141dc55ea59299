import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { anEnterprise, people } from '../fixtures.ts'
import { bring, register } from '../support/cases.ts'
import { provideSchemathesis, writeSettings, type Known } from '../support/schemathesis.ts'
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

const asked = [
  ['--checks', checks.join(',')],
  ['--phases', 'coverage,fuzzing', '--max-examples', '5', '--continue-on-failure', '--no-shrink'],
  ['--generation-deterministic'],
  // These end when their reader leaves.
  ['--exclude-path-regex', '/stream$'],
  // Speed is not what this asks.
  ['--suppress-health-check', 'all', '--request-timeout', '60', '--warnings', 'off'],
].flat()

it.each(Object.entries(callers))(
  '%s is answered as the document says',
  async (_caller, person) => {
    const bearer = person ? ['-H', `Authorization: Bearer ${await zhigai.tokenOf(person)}`] : []
    const call = ['run', `${zhigai.origin}/openapi.json`, ...asked, ...bearer]
    const { code, output } = await schemathesis(['--no-color', '--config-file', settings(), ...call])
    // What it says is shown where it has found something.
    expect(code === 0 ? '' : output).toBe('')
  },
  // Some four thousand calls, which take a while where others work beside it.
  900_000,
)
