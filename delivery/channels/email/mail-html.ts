import escapeHtml from 'escape-html'
import type { Words } from '../../../policy/edition/edition.ts'

/** One notice as a mail has it, in one language. */
export type MailBlock = {
  title: string
  /** The project, by which several notices of one title are told apart. */
  about: string
  addressee: string
  paragraphs: string[]
  rows: [label: string, value: string][]
  signedBy: string
  on: string
}

/** What a mail says in one language. */
export type MailPart = { language: keyof Words; blocks: MailBlock[]; endings: string[] }

// Mail programs drop style sheets, so that each element has its own.
const styles = {
  body: 'margin:0;background:#f2f2f0;color:#1a1a1a',
  sheet: 'max-width:640px;margin:0 auto;padding:28px 24px;background:#fff;font-size:16px;line-height:1.8',
  title: 'margin:22px 0 16px;font-size:20px;line-height:1.5;text-align:center;text-wrap:balance',
  table: 'width:100%;margin:14px 0;border-collapse:collapse;font-size:15px;line-height:1.6',
  label:
    'width:6em;padding:5px 10px 5px 0;border-top:1px solid #ddd;color:#555;text-align:left;vertical-align:top;font-weight:normal',
  value: 'padding:5px 0;border-top:1px solid #ddd;vertical-align:top;overflow-wrap:anywhere',
  signature: 'margin:20px 0 0;text-align:right;text-wrap:balance',
  contents: 'margin:0 0 28px;padding-left:1.6em;font-size:15px',
  between: 'margin:36px 0;border:0;border-top:1px dashed #999',
  ending: 'margin:22px 0 0;color:#666;font-size:13px;line-height:1.6',
  number: 'white-space:nowrap',
} as const

const office =
  'margin:0;padding:0 0 10px;border-bottom:2px solid #c8102e;color:#c8102e;font-weight:bold;text-align:center;text-wrap:balance'

/** What each language has of its own: Chinese letters are set in FangSong, and their paragraphs indented. */
const styled = {
  zh: {
    part: "font-family:FangSong,STFangsong,'Noto Serif SC',SimSun,Georgia,serif",
    office: `${office};font-size:22px;letter-spacing:0.06em`,
    paragraph: 'margin:0 0 8px;text-indent:2em',
  },
  en: {
    part: "font-family:Georgia,'Times New Roman','Noto Serif SC',SimSun,serif",
    office: `${office};font-size:18px;line-height:1.4`,
    paragraph: 'margin:0 0 8px',
  },
} satisfies Record<keyof Words, Record<string, string>>

const rule = `<hr style="${styles.between}">`

/** A letter as an authority writes it: its name in red, the title, whom it is for, what it says, who signs it and when. */
export function htmlOf(title: string, parts: MailPart[]): string {
  return sheetOf(
    title,
    parts.map((part) => ({ language: part.language, html: partOf(part) })),
  )
}

/** A page of HTML with parts in one language each, one below the other. */
export function sheetOf(title: string, parts: { language: keyof Words; html: string }[]): string {
  const body = parts.map(
    ({ language, html }) => `<div lang="${language}" style="${styled[language].part}">\n${html}</div>`,
  )
  return `<!doctype html>
<html lang="${parts[0]?.language ?? 'zh'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body style="${styles.body}"><div style="${styles.sheet}">
${body.join(`\n${rule}\n`)}
</div></body></html>
`
}

function partOf({ language, blocks, endings }: MailPart): string {
  const letters = blocks.map((block) => blockOf(block, language)).join(`\n${rule}\n`)
  return `${contentsOf(blocks)}${letters}\n<p style="${styles.ending}">${endings.map(escaped).join('<br>')}</p>`
}

/** What there is below, where there is more than one notice. */
function contentsOf(blocks: MailBlock[]): string {
  if (blocks.length < 2) return ''
  const lines = blocks.map(({ title, about }) => `<li>${escaped(title)} · ${escaped(about)}</li>`)
  return `<ol style="${styles.contents}">\n${lines.join('\n')}\n</ol>\n`
}

function blockOf(block: MailBlock, language: MailPart['language']): string {
  const { title, addressee, paragraphs, rows, signedBy, on } = block
  const own = styled[language]
  return [
    `<p style="${own.office}">${escaped(signedBy)}</p>`,
    `<h1 style="${styles.title}">${escaped(title)}</h1>`,
    `<p style="${styled.en.paragraph}">${escaped(addressee)}</p>`,
    ...paragraphs.map((text) => `<p style="${own.paragraph}">${escaped(text)}</p>`),
    `<table role="presentation" style="${styles.table}">`,
    ...rows.map(
      ([label, value]) =>
        `<tr><th scope="row" style="${styles.label}">${escaped(label)}</th><td style="${styles.value}">${escaped(value).replaceAll('\n', '<br>')}</td></tr>`,
    ),
    '</table>',
    `<p style="${styles.signature}">${escaped(signedBy)}<br>${escaped(on)}</p>`,
  ].join('\n')
}

/** Numbers of certificates, credit codes and dates: they are not broken at their hyphens. */
const numbers = /(?<![\w-])(?=[A-Z-]*\d)[\dA-Z][\dA-Z-]{8,24}(?![\w-])/g

function escaped(text: string): string {
  return escapeHtml(text).replaceAll(numbers, `<span style="${styles.number}">$&</span>`)
}
