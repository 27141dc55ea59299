import type { Words } from '../words/bilingual.ts'

/** What can be wrong with a document that is laid over another, in both languages. */
export const layerWords = {
  noBase: (id: string) => ({
    zh: `没有 ${JSON.stringify(id)} 这一版规则可作依据`,
    en: `there is no edition ${JSON.stringify(id)} to be laid over`,
  }),
  notAnId: () => ({ zh: '须为另一版规则的 id', en: 'must be the id of another edition' }),
  circle: (ids: readonly string[]) => ({
    zh: `各版互为依据：${ids.join(' → ')}`,
    en: `is laid over itself: ${ids.join(' → ')}`,
  }),
  tooDeep: (atMost: number) => ({
    zh: `依据的层数多于 ${atMost} 层`,
    en: `stands on more than ${atMost} layers`,
  }),
  nothingToDrop: (name: string) => ({
    zh: `所依据的规则中没有 ${JSON.stringify(name)}，无从删去`,
    en: `the edition below has no ${JSON.stringify(name)} that could be dropped`,
  }),
  dropAlone: () => ({
    zh: '删去的写 drop: true，此外除其名称外不再写其他内容',
    en: 'what is dropped says drop: true and, besides its name, nothing else',
  }),
} as const satisfies Record<string, (...parts: never[]) => Words>
