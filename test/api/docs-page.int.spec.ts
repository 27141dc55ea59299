import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../support/chromium.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

let zhigai: Zhigai
let browser: Browser

beforeAll(async () => {
  ;[zhigai, browser] = await Promise.all([startZhigai(), openBrowser()])
})

afterAll(async () => {
  await browser.close()
  await zhigai.stop()
})

describe('the page to browse the API', () => {
  it.each([
    ['a desk', { width: 1280, height: 900 }],
    ['a phone', { width: 390, height: 844 }],
  ])(
    'shows every call at the width of %s, with nothing from elsewhere and no error',
    async (_name, viewport) => {
      const page = await browser.newPage({ viewport })
      const faults: string[] = []
      const foreign: string[] = []
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('request', (request) => {
        if (!request.url().startsWith(zhigai.origin) && !request.url().startsWith('data:'))
          foreign.push(request.url())
      })
      await page.goto(zhigai.origin, { waitUntil: 'domcontentloaded' })
      await page.getByText('/api/v1/projects/{id}/events').first().waitFor()
      const calls = await page.locator('.opblock').count()
      const document = (await (await fetch(`${zhigai.origin}/openapi.json`)).json()) as {
        paths: Record<string, object>
      }
      expect(calls).toBe(Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBe(viewport.width)
      expect({ faults, foreign }).toEqual({ faults: [], foreign: [] })
      await page.close()
    },
  )
})
