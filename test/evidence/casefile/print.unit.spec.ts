import { expect, test } from 'vitest'
import { payloadWords } from '../../../evidence/casefile/compose-history.ts'
import type { Document } from '../../../evidence/casefile/document.ts'
import { printDocument } from '../../../evidence/casefile/pdf.ts'
import { dayWords, daysWords, instantWords, moneyWords } from '../../../evidence/casefile/words.ts'
import { chongqing } from '../../fixtures.ts'
import { textOfPdf } from './pdf-text.ts'

const at = '2021-09-01T02:03:04.000Z'
const words = (zh: string) => ({ zh, en: 'a word' })

test('money and time are written as on paper', () => {
  expect(moneyWords('1000000.00')).toBe('¥ 1,000,000.00 元')
  expect(moneyWords('9999999999999.99')).toBe('¥ 9,999,999,999,999.99 元')
  expect(moneyWords('0.5')).toBe('¥ 0.50 元')
  expect(dayWords('2021-03-01')).toBe('2021年3月1日')
  expect(dayWords(null)).toBe('—')
  expect(instantWords('2021-12-31T16:00:01.000Z')).toBe('2022年1月1日 00:00:01')
  expect([daysWords(10, 'workingDays'), daysWords(-3, 'calendarDays')]).toEqual(['+10个工作日', '-3天'])
})

test('what came with an event is told in words', () => {
  const payload = {
    percent: 40,
    invested: { equipment: '600000.00' },
    evidence: ['合同7'],
    effects: ['productivity'],
  }
  expect(payloadWords(chongqing.edition, payload)).toEqual([
    '进度：40%',
    expect.stringMatching(/^已投 .+ ¥ 600,000\.00 元$/),
    '材料：合同7',
    expect.stringMatching(/^成效：/),
  ])
})

test('rows are not cut at the end of a page, a row longer than a page goes on, and none is lost', async () => {
  const rows = Array.from({ length: 200 }, (_, index) => [
    `行${index}始`,
    `${'理由充分。'.repeat(index % 40)}行${index}终`,
  ])
  rows.splice(100, 0, ['长行', '很长'.repeat(3_000)])
  const columns = [
    { title: words('序号'), share: 1 },
    { title: words('内容'), share: 2 },
  ]
  const document: Document = {
    title: '试印',
    header: '试印 p-1',
    author: 'shen',
    blocks: [{ kind: 'table', columns, rows, empty: words('无') }],
  }
  const pages = textOfPdf(Buffer.concat(await (await printDocument(document, at)).toArray()))
  for (let index = 0; index < 200; index += 1) {
    const places = [`行${index}始`, `行${index}终`].map((mark) =>
      pages.findIndex((page) => page.includes(mark)),
    )
    expect(places[0]).toBeGreaterThanOrEqual(0)
    expect(places[1]).toBe(places[0])
  }
  expect(pages.join('').match(/很长/g)?.length).toBeGreaterThanOrEqual(2_990)
  for (const page of pages) expect(page).toContain('序号')
})
