import type { Words } from '../../../policy/edition/edition.ts'
import type { Result } from '../result.ts'
import { barChart, lineChart, type Bar } from './charts.ts'
import { both, html, type Markup } from './markup.ts'
import { style } from './style.ts'
import {
  districtTable,
  monthTable,
  noteOf,
  noticeTable,
  reached,
  refusalTable,
  reminderTable,
  stageTable,
  type TableCell,
  type Table,
} from './tables.ts'

/** The result as one page that needs nothing from elsewhere: a chart of each question, with its table beside it. */
export function pageOf(result: Result): string {
  const { edition, behaviour, year } = result
  const title = { zh: `${year}年认定模拟：${edition.title.zh}`, en: `${edition.title.en}: ${year} simulated` }
  return html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title.zh}</title>
        <style>
          ${{ markup: style }}
        </style>
      </head>
      <body>
        <header>
          <h1>${both(title)}</h1>
          <p>
            ${both({ zh: '模拟数据，均为虚构，行为为假设。', en: 'Simulated: all of it is made up, and the behaviour is assumed.' })}
          </p>
          ${note(result)} ${figures(result)}
        </header>
        <main>
          ${districts(result)} ${months(result)} ${stages(result)} ${reminders(result)}
          <section class="beside">
            <div>${tableOf(noticeTable(result))}</div>
            <div>${tableOf(refusalTable(result))}</div>
          </section>
        </main>
        <footer>
          ${both({ zh: `规则 ${edition.id}，行为“${behaviour.title.zh}”，种子 ${result.seed}，${result.from} 至 ${result.through}。`, en: `Edition ${edition.id}, behaviour “${behaviour.title.en}”, seed ${result.seed}, ${result.from} to ${result.through}. SHA-256 ${edition.hash}` })}
        </footer>
      </body>
    </html> `.markup
}

function note(result: Result): Markup | string {
  const words = noteOf(result)
  return words ? html`<p>${both(words)}</p>` : ''
}

function figures({ total, projects, unfiled, events }: Result): Markup {
  const shown: [Words, string | number][] = [
    [{ zh: '目标', en: 'target' }, total.target],
    [{ zh: '认定', en: 'certified' }, total.certified],
    [{ zh: '完成', en: 'reached' }, reached(total)],
    [{ zh: '撤销', en: 'revoked' }, total.revoked],
    [{ zh: '在办', en: 'open' }, total.open],
    [{ zh: '申报', en: 'filed' }, total.filed],
    [{ zh: '项目', en: 'projects' }, projects - unfiled],
    [{ zh: '事项', en: 'events' }, events],
  ]
  const items = shown.map(
    ([name, value]) =>
      html`<div>
        <dt>${both(name)}</dt>
        <dd>${value}</dd>
      </div>`,
  )
  return html`<dl class="figures">${items}</dl>`
}

function districts(result: Result): Markup {
  const bars = result.districts.map((row): Bar => {
    const { district, certified, revoked, open, target } = row
    const parts = [
      { kind: 'certified', value: certified },
      { kind: 'warn', value: revoked },
      { kind: 'rest', value: open },
    ]
    return { label: district, parts, mark: target, note: `${certified}/${target} ${reached(row)}` }
  })
  const keys = [
    key('certified', { zh: '认定', en: 'certified' }),
    key('warn', { zh: '撤销', en: 'revoked' }),
    key('rest', { zh: '在办', en: 'open' }),
    key('mark', { zh: '目标', en: 'target' }),
  ]
  const description = {
    zh: '每区县一条，竖线为目标。',
    en: 'A bar for each district; the upright line is its target.',
  }
  const table = districtTable(result)
  return section(table, barChart({ id: 'districts', title: table.title, description }, bars), keys)
}

function months(result: Result): Markup {
  const table = monthTable(result)
  const lines = [
    { kind: 'rest', label: { zh: '申报', en: 'filed' }, values: result.months.map(({ filed }) => filed) },
    {
      kind: 'certified',
      label: { zh: '入库', en: 'certified' },
      values: result.months.map(({ certified }) => certified),
    },
  ]
  const description = { zh: '各月末累计数。', en: 'So far, at the end of each month.' }
  const keys = lines.map(({ kind, label }) => key(kind, label))
  const names = result.months.map(({ month }) => month)
  return section(table, lineChart({ id: 'months', title: table.title, description }, names, lines), keys)
}

function stages(result: Result): Markup {
  const table = stageTable(result)
  const bars = result.stages.map(({ name, median, p90 }): Bar => {
    const parts = [
      { kind: 'certified', value: median ?? 0 },
      { kind: 'rest', value: (p90 ?? 0) - (median ?? 0) },
    ]
    return { label: name.zh, parts, note: `${median ?? '—'} / ${p90 ?? '—'}` }
  })
  const keys = [
    key('certified', { zh: '中位数', en: 'median' }),
    key('rest', { zh: '至第90百分位', en: 'up to p90' }),
  ]
  const description = {
    zh: '从开始到办结的工作日。',
    en: 'Working days from the opening of a task to its end.',
  }
  return section(table, barChart({ id: 'stages', title: table.title, description }, bars), keys)
}

function reminders(result: Result): Markup {
  const table = reminderTable(result)
  const bars = result.reminders.map(({ name, sent, answered, escalated }): Bar => {
    const parts = [
      { kind: 'certified', value: answered },
      { kind: 'rest', value: sent - answered },
      { kind: 'warn', value: escalated },
    ]
    return { label: name.zh, parts, note: `${answered}/${sent}` }
  })
  const keys = [
    key('certified', { zh: '有回应', en: 'answered' }),
    key('rest', { zh: '无回应', en: 'not answered' }),
    key('warn', { zh: '上报', en: 'escalated' }),
  ]
  const description = { zh: '每类事项的提醒。', en: 'The reminders about each kind of task.' }
  return section(table, barChart({ id: 'reminders', title: table.title, description }, bars), keys)
}

function section(table: Table, chart: Markup, keys: readonly Markup[]): Markup {
  const isLong = table.rows.length > 20
  return html`<section class="${isLong ? 'long' : ''}">
    <h2>${both(table.title)}</h2>
    <div class="beside">
      <figure>
        ${chart}
        <figcaption>${keys}</figcaption>
      </figure>
      <div>${bareTable(table)}</div>
    </div>
  </section>`
}

function key(kind: string, words: Words): Markup {
  return html`<span class="key ${kind}" aria-hidden="true"></span>${both(words)}`
}

function tableOf(table: Table): Markup {
  return html`<h2>${both(table.title)}</h2>
    ${bareTable(table)}`
}

function bareTable({ title, columns, rows, total }: Table): Markup {
  const head = columns.map((column) => html`<th scope="col">${both(column)}</th>`)
  const body = rows.map(
    (row) =>
      html`<tr>
        ${rowOf(row)}
      </tr>`,
  )
  const foot = total
    ? html`<tfoot>
        <tr>
          ${rowOf(total)}
        </tr>
      </tfoot>`
    : html``
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${title.zh} ${title.en}">
    <table>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
      ${foot}
    </table>
  </div>`
}

function rowOf(cells: readonly TableCell[]): Markup[] {
  return cells.map((cell, at) => {
    const content = typeof cell === 'object' ? both(cell) : html`${cell}`
    return at === 0 ? html`<th scope="row">${content}</th>` : html`<td>${content}</td>`
  })
}
