import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../../server/config.ts'
import { readModelEdition } from '../../../server/editions.ts'
import { writeResult } from '../../../tools/simulation/simulate.ts'
import { playOnce } from '../../../tools/simulation/run.ts'
import { readBehaviour } from '../../../tools/simulation/behaviour.ts'
import { noteOf } from '../../../tools/simulation/page/tables.ts'
import type { Counts, Result } from '../../../tools/simulation/result.ts'
import { readText } from '../../fixtures.ts'
import { engines } from '../../support/engines.ts'

const behaviour = readBehaviour(readText('tools/simulation/behaviours/plausible.yaml'), 'plausible.yaml')
/** Everybody files in the first weeks, many of them twice, so that much happens in few days. */
const busy = {
  ...behaviour,
  applications: {
    ...behaviour.applications,
    months: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    completion: [20, 60] as [number, number],
    repeated: { share: 0.4, days: [1, 5] as [number, number] },
  },
}
const folder = mkdtempSync(join(tmpdir(), 'zhigai-results-'))
const runs: { result: Result; json: string; html: string; lastOpen: number }[] = []

async function play(name: string, seed: number, signal = new AbortController().signal) {
  let lastOpen = -1
  const result = await playOnce({
    config: readConfig(),
    edition: readModelEdition(),
    play: { behaviour: busy, year: 2021, projects: 18, seed, days: 60 },
    workflowBundle: engines().workflowBundle,
    signal,
    onDay: ({ open }) => void (lastOpen = open),
    log: () => undefined,
  })
  writeResult(join(folder, name), result)
  const read = (file: string) => readFileSync(join(folder, name, file), 'utf8')
  return { result, json: read('result.json'), html: read('result.html'), lastOpen }
}

beforeAll(async () => {
  for (const [name, seed] of [
    ['first', 1],
    ['again', 1],
    ['other', 2],
  ] as const)
    runs.push(await play(name, seed))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [at, again, other] = [0, 1, 2].map((index) => () => runs[index] ?? expect.fail('it was not played'))
const first = () => at?.() ?? expect.fail()

const atEnd = ({ certified, revoked, rejected, withdrawn, open }: Counts) =>
  certified + revoked + rejected + withdrawn + open

it('the same seed writes the same files, byte for byte', () => {
  expect(again?.().json).toBe(first().json)
  expect(again?.().html).toBe(first().html)
})

it('another seed plays another year', () => {
  expect(other?.().json).not.toBe(first().json)
})

it('every project is in just one column, and districts come to the total', () => {
  const { districts, total, projects, unfiled, refusals } = first().result
  for (const row of [...districts, total]) expect(atEnd(row)).toBe(row.filed)
  expect(total.filed + total.refused + unfiled).toBe(projects)
  for (const column of [
    'target',
    'refused',
    'filed',
    'certified',
    'revoked',
    'rejected',
    'withdrawn',
    'open',
  ] as const)
    expect(districts.reduce((sum, row) => sum + row[column], 0)).toBe(total[column])
  expect(districts).toHaveLength(41)
  expect(total.certified).toBeGreaterThan(0)
  expect(refusals.find(({ code }) => code === 'duplicate')?.count).toBeGreaterThan(0)
})

it('whatever is on record is found by whoever acts next', () => {
  for (const { result } of runs) {
    expect(result.refusals.filter(({ code }) => code === 'not-found')).toEqual([])
    expect(result.events).toBeGreaterThan(result.total.filed)
  }
})

it('what is told while it is played is what the result says', () => {
  for (const { lastOpen, result } of runs) expect(lastOpen).toBe(result.total.open)
})

it('page and terminal say that so few projects cannot reach the targets', () => {
  const { html, result } = first()
  const note = noteOf(result)
  expect(note?.zh).toContain(`${result.total.target}`)
  expect(html).toContain(note?.zh)
  expect(noteOf({ ...result, projects: result.total.target })).toBeUndefined()
})

it('months, stages and reminders agree with the districts', () => {
  const { months, stages, total, reminders, events } = first().result
  expect(months.at(-1)).toMatchObject({ filed: total.filed, certified: total.certified + total.revoked })
  expect(months.reduce((sum, month) => sum + month.events, 0)).toBe(events)
  const assessment = stages.find(({ task }) => task === 'assessment')
  expect((assessment?.done ?? 0) + (assessment?.open ?? 0)).toBe(total.filed)
  for (const { sent, answered } of reminders) expect(answered).toBeLessThanOrEqual(sent)
  expect(reminders.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(0)
})

it('the page asks for nothing from elsewhere, and each drawing has a title and a description', () => {
  const { html } = first()
  expect(html).not.toMatch(/(src|href|url|@import)\s*[=(]/)
  const drawings = html.match(/<svg [^>]*>\s*<title[^>]*>.+<\/title>\s*<desc[^>]*>.+<\/desc>/g)
  expect(drawings).toHaveLength(html.match(/<svg /g)?.length ?? 0)
  expect(drawings?.length).toBeGreaterThan(0)
})

it('a year that is interrupted ends in one sentence, and its engines with it', async () => {
  const interruption = new AbortController()
  const played = play('interrupted', 1, interruption.signal)
  interruption.abort()
  await expect(played).rejects.toThrow('interrupted')
})
