import type { Words } from '../policy/edition/edition.ts'
import type { OutgoingMessage } from './outgoing-message.ts'

const longestSubject = 160

/** What a due date is called in a calendar. */
export function dueTitle({ zh, en }: Words, projectName: string): Words {
  const name = oneLine(projectName)
  return { zh: `${zh}到期：${name}`, en: `${en} due: ${name}` }
}

/** The subject of a mail: what it is about and the number of the case, and nothing that anybody wrote. */
export function subjectOf({ items }: Pick<OutgoingMessage, 'items'>): string {
  const [first] = items
  const isUrging = items.every(({ notice }) => notice.kind === 'urge')
  const several = isUrging ? `催办${items.length}项（${first?.notice.project}）` : `今日提醒${items.length}项`
  const text = first && items.length === 1 ? `${first.text.title.zh}（${first.notice.project}）` : several
  return shortened(oneLine(`【智改】${text}`), longestSubject)
}

/** A text on one line, without anything that cannot be seen. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{C}\p{Z}]+/gu, ' ').trim()
}

function shortened(text: string, max: number): string {
  const characters = [...text]
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text
}
