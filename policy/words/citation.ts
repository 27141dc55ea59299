import type { Edition, Words } from '../edition/edition.ts'

type Citing = Pick<Edition, 'title' | 'notices'>

/** An article of a law, which is cited by the law's name: `行政许可法 第四十二条`. */
const ofALaw = /^(\S*[法典例定])\s*(第.+)$/u

/** Where a rule stands, with the title of the document: the edition's own notice, or a law by its own name. */
export function citationOf({ title, notices }: Citing, article: string): Words {
  const law = notices?.laws.find(({ cites }) => article.startsWith(cites))
  if (law) return cited(law, article.slice(law.cites.length).trim())
  const [, name, place = ''] = ofALaw.exec(article) ?? []
  if (name !== undefined) return cited({ zh: name, en: name }, place)
  return cited(notices?.document ?? title, article)
}

function cited({ zh, en }: Words, place: string): Words {
  return { zh: `《${zh}》${place}`, en: place === '' ? en : `${en}, ${place}` }
}
