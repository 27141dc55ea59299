import { shanghaiDate, shanghaiTime } from '../time/dates.ts'
import { dateWords } from '../words/date-words.ts'
import type { Words } from '../words/bilingual.ts'

/** What can be wrong with when applications are taken, in both languages. */
export const intakeWords = {
  missing: () => ({ zh: '每年受理的，须写明起止时刻', en: 'a yearly round says when it opens and closes' }),
  notYearly: () => ({
    zh: '仅每年受理（rounds: yearly）的写在此处',
    en: 'is said of a yearly round alone (rounds: yearly)',
  }),
  noDay: (text: string) => ({
    zh: `没有 ${JSON.stringify(text)} 这一天`,
    en: `there is no day ${JSON.stringify(text)}`,
  }),
  closesFirst: () => ({ zh: '截止不在开始之后', en: 'does not close after it opens' }),
  twice: (id: string) => ({
    zh: `${JSON.stringify(id)} 在此重复出现`,
    en: `${JSON.stringify(id)} stands here twice`,
  }),
  overlaps: (id: string) => ({
    zh: `与 ${JSON.stringify(id)} 的时段重叠`,
    en: `overlaps with ${JSON.stringify(id)}`,
  }),
} as const satisfies Record<string, (...parts: never[]) => Words>

/** What whoever files outside all rounds is told: when the next one opens (milliseconds since 1970), if that is known. */
export function closedWords(title: Words, opensAt: number | null): Words {
  if (opensAt === null)
    return {
      zh: `「${title.zh}」的申报已经截止。`,
      en: `Applications for “${title.en}” are no longer taken.`,
    }
  const on = dateWords(shanghaiDate(opensAt))
  const at = shanghaiTime(opensAt)
  return {
    zh: `「${title.zh}」现不受理申报，自${on.zh} ${at}起受理。`,
    en: `Applications for “${title.en}” are taken from ${on.en} ${at} (Beijing time) on.`,
  }
}
