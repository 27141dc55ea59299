import type { Words } from '../policy/edition.ts'

/** One notice as a mail has it, in one language. */
export type MailBlock = {
  title: string
  addressee: string
  paragraphs: string[]
  rows: [label: string, value: string][]
  signedBy: string
  on: string
}

/** What a letter says in one language. */
export type MailPart = { language: keyof Words; blocks: MailBlock[]; endings: string[] }

// Mail programs drop style sheets, so that each element has its own.
const styles = {
  body: 'margin:0;background:#f2f2f0;color:#1a1a1a',
  sheet:
    "max-width:640px;margin:0 auto;padding:28px 24px;background:#fff;font-family:FangSong,STFangsong,'Noto Serif SC',SimSun,Georgia,serif;font-size:16px;line-height:1.8",
  office:
    'margin:0;padding:0 0 10px;border-bottom:2px solid #c8102e;color:#c8102e;font-size:22px;font-weight:bold;text-align:center;letter-spacing:0.06em',
  title: 'margin:22px 0 16px;font-size:20px;line-height:1.5;text-align:center',
  plain: 'margin:0 0 8px',
  zh: 'margin:0 0 8px;text-indent:2em',
  table: 'width:100%;margin:14px 0;border-collapse:collapse;font-size:15px;line-height:1.6',
  label:
    'padding:5px 10px 5px 0;border-top:1px solid #ddd;color:#555;text-align:left;vertical-align:top;font-weight:normal;white-space:nowrap',
  value: 'padding:5px 0;border-top:1px solid #ddd;overflow-wrap:anywhere',
  signature: 'margin:20px 0 0;text-align:right',
  between: 'margin:36px 0;border:0;border-top:1px dashed #999',
  ending: 'margin:22px 0 0;color:#666;font-size:13px;line-height:1.6',
} as const

/** A letter as an authority writes it: its name in red, the title, whom it is for, what it says, who signs it and when. */
export function htmlOf(title: string, parts: MailPart[]): string {
  const body = parts.map(partOf).join(`\n<hr style="${styles.between}">\n`)
  return `<!doctype html>
<html lang="${parts[0]?.language ?? 'zh'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body style="${styles.body}"><div style="${styles.sheet}">
${body}
</div></body></html>
`
}

function partOf({ language, blocks, endings }: MailPart): string {
  const rule = `<hr style="${styles.between}">`
  const ends = endings.map(escaped).join('<br>')
  return `<div lang="${language}">\n${blocks.map((block) => blockOf(block, language)).join(`\n${rule}\n`)}\n<p style="${styles.ending}">${ends}</p></div>`
}

function blockOf(block: MailBlock, language: MailPart['language']): string {
  const { title, addressee, paragraphs, rows, signedBy, on } = block
  const paragraph = language === 'zh' ? styles.zh : styles.plain
  return [
    `<p style="${styles.office}">${escaped(signedBy)}</p>`,
    `<h1 style="${styles.title}">${escaped(title)}</h1>`,
    `<p style="${styles.plain}">${escaped(addressee)}</p>`,
    ...paragraphs.map((text) => `<p style="${paragraph}">${escaped(text)}</p>`),
    `<table role="presentation" style="${styles.table}">`,
    ...rows.map(
      ([label, value]) =>
        `<tr><th scope="row" style="${styles.label}">${escaped(label)}</th><td style="${styles.value}">${escaped(value).replaceAll('\n', '<br>')}</td></tr>`,
    ),
    '</table>',
    `<p style="${styles.signature}">${escaped(signedBy)}<br>${escaped(on)}</p>`,
  ].join('\n')
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
