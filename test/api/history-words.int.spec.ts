import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../policy/case/case.ts'
import { large, people } from '../fixtures.ts'
import { aFreshBody, file, register, stations, walk } from '../support/cases.ts'
import { openStream, type OpenStream } from '../support/events.ts'
import type { Page } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { auditor, clerk, colleague, reviewer, verifier } = people

type Line = Record<string, unknown>

const passing = '拟同意上报，请市里把关'
const returning = '区县核实材料不全，退回重核'
const urging = '请区县抓紧办理'
const among = [passing, returning, urging]
const toApplicant = '符合条件，予以认定'
const papers = [{ kind: 'invoice', number: 'F-77', sha256: 'a'.repeat(64) }]

let zhigai: Zhigai
let id: string
const streams = new Map<string, OpenStream>()

beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  const filed = await file(zhigai, aFreshBody({ ...large, evidence: papers }))
  ;({ id } = filed)
  for (const person of [clerk, colleague]) streams.set(person.user, await listen(person))
  await walk(zhigai, filed, [
    ...stations.application,
    [clerk, 'submit'],
    [verifier, 'claim'],
    [verifier, { type: 'approve', opinion: passing }],
    [reviewer, 'claim'],
    [reviewer, { type: 'return', reason: returning }],
    [reviewer, { type: 'urge', note: urging }],
    [verifier, 'claim'],
    [verifier, { type: 'approve', opinion: passing }],
    [reviewer, 'claim'],
    [reviewer, { type: 'approve', opinion: toApplicant }],
  ])
}, 60_000)
afterAll(async () => {
  for (const { leave } of streams.values()) leave()
  await zhigai.stop()
})

async function listen(person: Actor): Promise<OpenStream> {
  const authorization = `Bearer ${await zhigai.tokenOf(person)}`
  return openStream(`${zhigai.origin}/api/v1/projects/${id}/history/stream`, { authorization })
}

async function eventsOf(person: Actor): Promise<Line[]> {
  const { body } = await zhigai.as(person).get<Page<Line>>(`/projects/${id}/history?kind=event&limit=100`)
  return body.items
}

const saidIn = (lines: unknown, words: string[]) =>
  words.filter((word) => JSON.stringify(lines).includes(word))

describe('what officers write to each other', () => {
  it.each([clerk, colleague])('is not told to $role, on the page or in the stream', async (person) => {
    const lines = await eventsOf(person)
    expect(saidIn(lines, among)).toEqual([])
    expect(saidIn(lines, [toApplicant])).toEqual([toApplicant])
    const stream = streams.get(person.user)
    const heard = () => (stream?.events ?? []).map(({ data }) => data).filter(({ kind }) => kind === 'event')
    await vi.waitFor(() => expect(heard()).toEqual(lines.slice(1)), { timeout: 20_000 })
  })

  it.each([verifier, reviewer, auditor])('is told to $role', async (person) => {
    expect(saidIn(await eventsOf(person), among)).toEqual(among)
  })
})

it.each([clerk, verifier])('a filing shows $role its papers, and every line whose it is', async (person) => {
  const lines = await eventsOf(person)
  expect(lines[0]).toMatchObject({
    type: 'file',
    by: { role: 'enterprise', uscc: clerk.uscc, body: null },
    application: { evidence: papers },
  })
  expect(lines.slice(1).map(({ application }) => application)).toEqual(lines.slice(1).map(() => null))
  const bodies = { district: '渝北区', municipal: '重庆市经济和信息化委员会' }
  for (const [role, zh] of Object.entries(bodies))
    expect(lines).toContainEqual(
      expect.objectContaining({
        by: expect.objectContaining({
          role,
          uscc: null,
          body: expect.objectContaining({ zh }) as unknown,
        }) as unknown,
      }),
    )
})
