import { calendarOf } from './calendar.ts'
import type { Item, Letter } from './letter.ts'
import { dayWords, dueTitle, headlineOf, oneLine, subjectOf } from './words.ts'

/** What a mail says, ready for any mailer. */
export type MailText = { subject: string; text: string; html: string; calendar: string | null }

type Language = 'zh' | 'en'
type Block = { title: string; rows: [label: string, value: string][]; link: string; url: string }

/** Beyond these a mail only says how many more there are. */
const longestList = 100

const labels = {
  zh: { project: '项目', due: '到期日', note: '说明', article: '依据', link: '查看' },
  en: { project: 'Project', due: 'Due', note: 'Note', article: 'Basis', link: 'Open' },
} as const
const more = {
  zh: (count: number) => `另有${count}项，请登录系统查看。`,
  en: (count: number) => `${count} more: please sign in.`,
}
const closing = {
  zh: '本邮件由系统自动发送，请勿回复。',
  en: 'Sent automatically; please do not reply.',
}

/** Puts a letter into a mail's words: Chinese first, English second, as text and as HTML, with its due dates as a calendar. */
export function mailTextOf(letter: Letter): MailText {
  const shown = letter.items.slice(0, longestList)
  const left = letter.items.length - shown.length
  const parts = (['zh', 'en'] as const).map((language) => ({
    language,
    blocks: shown.map((item) => blockOf(item, letter.today, language)),
    endings: [...(left > 0 ? [more[language](left)] : []), closing[language]],
  }))
  const subject = subjectOf(letter)
  return {
    subject,
    text: parts.map(textOf).join('\n\n----\n\n'),
    html: page(subject, parts.map(htmlOf).join('<hr>')),
    calendar: calendarFor(shown),
  }
}

type Part = { language: Language; blocks: Block[]; endings: string[] }

function blockOf(item: Item, today: string, language: Language): Block {
  const { notice, projectName, url } = item
  const words = labels[language]
  return {
    title: headlineOf(item, today)[language],
    rows: [
      [words.project, oneLine(projectName)],
      ...(notice.dueOn === null ? [] : [[words.due, dayWords(notice.dueOn)[language]] as [string, string]]),
      ...(notice.words === null ? [] : [[words.note, visible(notice.words)] as [string, string]]),
      ...(notice.article === '' ? [] : [[words.article, oneLine(notice.article)] as [string, string]]),
    ],
    link: words.link,
    url,
  }
}

function textOf({ language, blocks, endings }: Part): string {
  const colon = language === 'zh' ? '：' : ': '
  const texts = blocks.map(({ title, rows, link, url }) =>
    [
      title,
      ...[...rows, [link, url] as const].map(
        ([label, value]) => `  ${label}${colon}${value.replaceAll('\n', '\n    ')}`,
      ),
    ].join('\n'),
  )
  return [...texts, endings.join('\n')].join('\n\n')
}

function htmlOf({ language, blocks, endings }: Part): string {
  const sections = blocks.map(({ title, rows, link, url }) => {
    const lines = rows.map(
      ([label, value]) => `<p>${escaped(label)}: ${escaped(value).replaceAll('\n', '<br>')}</p>`,
    )
    return `<h3>${escaped(title)}</h3>${lines.join('')}<p><a href="${escaped(url)}">${escaped(link)}</a></p>`
  })
  const rest = endings.map((ending) => `<p><small>${escaped(ending)}</small></p>`)
  return `<div lang="${language}">${[...sections, ...rest].join('\n')}</div>`
}

function page(title: string, body: string): string {
  return `<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body>\n${body}\n</body></html>\n`
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** What somebody wrote, with its line breaks and nothing else that cannot be seen. */
function visible(text: string): string {
  return text.split(/\r?\n/).map(oneLine).join('\n')
}

function calendarFor(items: Item[]): string | null {
  const entries = items.flatMap(({ notice, projectName, label, url }) => {
    const { project, task, period, entry, dueOn, at } = notice
    if (dueOn === null) return []
    const title = dueTitle(label, period, projectName).zh
    return [{ project, task, period, entry, dueOn, title, url, stamp: at }]
  })
  return entries.length > 0 ? calendarOf(entries) : null
}
