import type { PersonRecord } from '../../../models/index.ts'
import type { Words } from '../../../policy/edition/edition.ts'
import { dateWords } from '../../../policy/words/date-words.ts'
import { calendarOf, type CalendarEntry } from '../calendar/calendar.ts'
import type { Item, OutgoingMessage } from '../../outgoing-message.ts'
import { htmlOf, type MailBlock, type MailPart } from './mail-html.ts'
import { dueTitle, oneLine, subjectOf } from '../../words.ts'

/** What a mail says, ready for any mailer. */
export type MailText = { subject: string; text: string; html: string; calendar: string | null }

type Language = keyof Words

/** Beyond these a mail only says how many more there are. */
const longestList = 50

/**
 * In which languages a mail is written, in their order. The Chinese text is the one that has effect: who reads English has it
 * below.
 */
const languagesOf = {
  zh: ['zh'],
  en: ['en', 'zh'],
  both: ['zh', 'en'],
} as const satisfies Record<PersonRecord['language'], readonly Language[]>

const labels = {
  reason: { zh: '理由', en: 'Reason' },
  asked: { zh: '提请理由', en: 'Reason given for it' },
  basis: { zh: '依据', en: 'Basis' },
  remedies: { zh: '救济途径', en: 'Remedies' },
  contact: { zh: '咨询', en: 'Questions' },
} satisfies Record<string, Words>

const more = (count: number): Words => ({
  zh: `另有${count}项，请登录系统查看。`,
  en: `${count} more: please sign in.`,
})
const closing: Words = {
  zh: '本邮件由系统自动发送，请勿回复。',
  en: 'Sent automatically; please do not reply.',
}
const translated: Words = { zh: '', en: 'The Chinese text of this letter is the one that has effect.' }

/** Puts a message into a mail's words, as text and as HTML, with its due dates as a calendar. */
export function mailTextOf(message: OutgoingMessage): MailText {
  const shown = message.items.slice(0, longestList)
  const left = message.items.length - shown.length
  const parts = languagesOf[message.to.language].map((language) => ({
    language,
    blocks: shown.map((item) => blockOf(item, language)),
    endings: [...(left > 0 ? [more(left)] : []), translated, closing]
      .map((ending) => ending[language])
      .filter((ending) => ending !== ''),
  }))
  const subject = subjectOf(message)
  return {
    subject,
    text: parts.map(textOf).join('\n\n────────\n\n'),
    html: htmlOf(subject, parts),
    calendar: calendarFor(shown, message.ended),
  }
}

function blockOf({ text, projectName }: Item, language: Language): MailBlock {
  const row = (label: Words, value: string): [string, string] => [label[language], value]
  const { title, addressee, facts, reason, asked, remedies, signedBy } = text
  return {
    title: title[language],
    about: oneLine(projectName),
    addressee: `${oneLine(addressee[language])}${language === 'zh' ? '：' : ':'}`,
    paragraphs: [text.happened, text.until, text.otherwise].map((sentence) => oneLine(sentence[language])),
    rows: [
      ...facts.map(({ label, value }) => row(label, oneLine(value))),
      ...(reason === null ? [] : [row(labels.reason, visible(reason))]),
      ...(asked === null ? [] : [row(labels.asked, visible(asked))]),
      row(labels.basis, oneLine(text.basis[language])),
      ...(remedies === null ? [] : [row(labels.remedies, remedies[language])]),
      row(labels.contact, oneLine(text.contact[language])),
    ],
    signedBy: signedBy[language],
    on: dateWords(text.on)[language],
  }
}

function textOf({ language, blocks, endings }: MailPart): string {
  const colon = language === 'zh' ? '：' : ': '
  const indent = language === 'zh' ? '　　' : ''
  const texts = blocks.map(({ title, addressee, paragraphs, rows, signedBy, on }) =>
    [
      title,
      '',
      addressee,
      ...paragraphs.map((paragraph) => `${indent}${paragraph}`),
      '',
      ...rows.map(([label, value]) => `${indent}${label}${colon}${value.replaceAll('\n', `\n${indent}  `)}`),
      '',
      signedBy,
      on,
    ].join('\n'),
  )
  return [...texts, endings.join('\n')].join('\n\n')
}

/** What somebody wrote, with its line breaks and nothing else that cannot be seen. */
function visible(text: string): string {
  return text.split(/\r?\n/).map(oneLine).join('\n')
}

/** The dates that a message tells of, with those that stand no more, since their clocks stand still or their tasks are over. */
function calendarFor(items: Item[], ended: CalendarEntry[]): string | null {
  const entries = items.flatMap(({ notice, projectName, dated }) => {
    const { project, part, from, revision, at: stamp } = notice
    const { task, entry } = notice.dateOf ?? notice
    const dueOn = notice.dueOn ?? from
    if (dueOn === null) return []
    const title = dueTitle(dated, projectName).zh
    const cancelled = notice.dueOn === null
    return [{ project, task, part, entry, dueOn, title, cancelled, revision, stamp }]
  })
  const all = [...entries, ...ended]
  return all.length > 0 ? calendarOf(all) : null
}
