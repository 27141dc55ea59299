import { afterAll, beforeAll, expect, it } from 'vitest'
import { people } from '../fixtures.ts'
import type { Page } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { administrator, auditor, verifier } = people

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
}, 60_000)
afterAll(() => zhigai.stop())

type Version = {
  version: number
  by: string
  source: string
  reason: string | null
  off: { added: string[]; removed: string[] }
  years: { before: object | null; after: object } | null
}
const path = `/calendars/${encodeURIComponent('渝北区')}`

it('tells who has imported each version of a calendar, why, and which days it has changed', async () => {
  const bring = (off: string[], more: object) =>
    zhigai.as(administrator).put(path, { off, worked: [], source: '区府通知', ...more })
  await bring(['2026-12-24'], {})
  await bring(['2026-12-25'], { source: '区府通知（更正）', reason: '日期有误' })
  const { body } = await zhigai.as(auditor).get<Page<Version>>(`${path}/history`)
  expect(body.items).toMatchObject([
    {
      version: 2,
      by: administrator.user,
      source: '区府通知（更正）',
      reason: '日期有误',
      off: { added: ['2026-12-25'], removed: ['2026-12-24'] },
      years: null,
    },
    { version: 1, reason: null, off: { added: ['2026-12-24'], removed: [] } },
  ])
  const first = await zhigai.as(administrator).get<Page<Version>>(`${path}/history?limit=1`)
  expect(first.body.items).toEqual(body.items.slice(0, 1))
  const rest = await zhigai
    .as(administrator)
    .get<Page<Version>>(`${path}/history?limit=1&cursor=${first.body.next}`)
  expect(rest.body).toEqual({ items: body.items.slice(1), next: null })
  const country = await zhigai.as(auditor).get<Page<Version>>('/calendars/cn/history')
  expect(country.body.items.at(-1)).toMatchObject({ version: 1, years: { before: null } })
  expect((await zhigai.as(verifier).get(`${path}/history`)).status).toBe(403)
})
