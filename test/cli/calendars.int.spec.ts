import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importCalendar, showCalendar } from '../../cli/calendars.ts'
import { UserError } from '../../server/user-error.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

/** Fridays of 2025 on which some district has a feast. */
const feasts = ['2025-03-07', '2025-03-14', '2025-03-21', '2025-03-28', '2025-04-11', '2025-04-18']

let zhigai: Zhigai
let folder: string
beforeAll(async () => {
  zhigai = await startZhigai()
  folder = await mkdtemp(join(tmpdir(), 'zhigai-calendars-'))
})
afterAll(async () => {
  await zhigai.stop()
  await rm(folder, { recursive: true, force: true })
})
const write = async (name: string, text: string) => {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

it('imports a file, waits for the end and says how many due dates moved', async () => {
  const said: string[] = []
  const print = (text: string) => said.push(text)
  const path = await write('days.json', JSON.stringify({ off: feasts, worked: [], source: '区府办发' }))
  await importCalendar(zhigai.client, path, '江北区', print)
  expect(await zhigai.models.rollouts.findById('江北区@1').lean()).toMatchObject({
    finishedAt: expect.any(Date),
  })
  expect(said).toEqual([
    '已存为第1版 · kept as version 1',
    expect.stringMatching(/0个到期日有变动 · done: 0 running projects count by it, 0 due dates moved$/),
  ])
  await importCalendar(zhigai.client, path, '江北区', print)
  expect(said[2]).toBe('与现行第1版相同 · the same as version 1, which is in force')
  await showCalendar(zhigai.client, '江北区', print)
  expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({ id: '江北区', version: 1, off: feasts })
})

it.each([
  ['is not JSON', 'off: []', /^.*wrong\.json：.* · is not JSON/],
  [
    'says what it may not',
    JSON.stringify({ off: ['2025-03-08'], worked: [], source: '文' }),
    /off\.0: 2025-03-08/,
  ],
])('refuses a file that %s, in words', async (_what, text, words) => {
  const path = await write('wrong.json', text)
  const refused = importCalendar(zhigai.client, path, '江北区')
  await expect(refused).rejects.toThrow(UserError)
  await expect(refused).rejects.toThrow(words)
})
