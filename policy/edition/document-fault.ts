import type { Words } from '../words/bilingual.ts'

/** Something wrong with a document, in both languages; `offset` counts characters into the text at `path`. */
export type DocumentFault = Words & { path: (string | number)[]; offset?: number }
