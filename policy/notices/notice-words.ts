import { capital } from '../words/capital.ts'
import type { Words } from '../edition/edition.ts'

/** The two languages of one sentence, made by the same rule. */
export function inBoth(sentence: (language: keyof Words) => string): Words {
  return { zh: sentence('zh'), en: sentence('en') }
}

/** Several offices, each once: `甲、乙`, `a and b`. */
export function named(all: readonly Words[]): Words {
  return inBoth((language) =>
    [...new Set(all.map((each) => each[language]))].join(language === 'zh' ? '、' : ' and '),
  )
}

/** What begins a line: in English with a capital. */
export function begun({ zh, en }: Words): Words {
  return { zh, en: capital(en) }
}
