import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answersByArticle, articlesCited, citationsIn, paragraphsOf } from '../../policy/edition/citations.ts'
import { findLawFaults } from '../../policy/edition/law-faults.ts'
import { readLaw, type Article, type Law } from '../../policy/edition/law.ts'
import { DocumentError, refuseDocument } from '../../policy/edition/read-document.ts'
import { withRuleOfDaysOff } from '../../policy/time/deadline-changes.ts'
import { generatedDocs } from '../../tools/docs/docs.ts'
import { chongqing, chongqingText, readText, treeHouse } from '../fixtures.ts'
import { expectBothLanguages, placeOf } from './broken-edition.ts'

const { edition } = chongqing
const text = readText('policy/editions/chongqing-2021.law.yaml')
const law = readLaw(text, 'chongqing-2021.law.yaml')

/** The law with one article changed; the article must be there. */
function amended(id: string, change: (article: Article) => Article[]): Law {
  expect(law.articles.map((article) => article.id)).toContain(id)
  return { ...law, articles: law.articles.flatMap((each) => (each.id === id ? change(each) : [each])) }
}

const isOfStatute = ({ id }: Article) => id.includes(' 第')
const without = ({ id, text: paragraphs, summary }: Article): Article => ({ id, text: paragraphs, summary })
const ofNotice = law.articles.filter((article) => !isOfStatute(article))

describe('the law of Chongqing 2021', () => {
  it('fits its edition', () => {
    expect(findLawFaults(edition, law)).toEqual({ edition: [], law: [] })
  })

  it('is the text as it was published, but for the table of targets', () => {
    const parts = ofNotice
      .filter(({ id }) => id !== '附件3')
      .map((article) => `${article.heading?.zh ?? ''}${article.text.join('')}`)
    const bare = `${law.title.zh}${parts.join('')}`.replaceAll(/\s/g, '')
    expect(bare).toHaveLength(3589)
    expect(createHash('sha256').update(bare).digest('hex')).toBe(
      '3df975a35b8128005cea5b24adeb2c4da34c47e23385609f7b87110d487fcd1d',
    )
  })

  it('has the table of targets that the edition has', () => {
    const { bodies } = edition
    const table = paragraphsOf(law, '附件3').flatMap((article) => article.text)
    const total = bodies.reduce((sum, { target }) => sum + target, 0)
    expect(table.slice(0, -1)).toEqual([
      `全市 ${total}`,
      ...bodies.map(({ name, target }, at) => `${at + 1} ${name} ${target}`),
    ])
    expect(table.at(-1)).toContain('以2020年12月各区县规上工业企业数量为基准平均分配')
  })

  it.each([
    ['一（一）', '具有独立法人资格的制造业企业'],
    ['一（三）', '须在2019年1月1日后开工，在2021年1月1日后完工'],
    ['二（三）', '对投资3000万元及以上的项目，由各区县经济信息部门初审后，提交市经济信息委组织认定入库'],
    ['三（二）', '要及时申请各区县经济信息部门撤销认定'],
    ['附件2 一（一）2', '投资不低于100万元'],
    ['附件2 一（二）2', '投资不低于50万元'],
    ['附件2 一（三）2', '相关硬件投资不低于20万元'],
    ['附件2 二（一）', '至少取得以下成效之一'],
    ['行政许可法 第四十二条', '经本行政机关负责人批准，可以延长十日，并应当将延长期限的理由告知申请人'],
    ['行政许可法 第四十五条', '所需时间不计算在本节规定的期限内'],
    ['民法典 第二百零三条', '以法定休假日结束的次日为期间的最后一日'],
  ])('says at %s: %s', (id, sentence) => {
    const [article, ...more] = paragraphsOf(law, id)
    expect(more).toEqual([])
    expect(article?.text.join('\n')).toContain(sentence)
  })

  it('has what a deadline cites that moved from a day off', () => {
    const cited = paragraphsOf(law, withRuleOfDaysOff('二（三）', '2021-05-03'))
    expect(cited.map(({ id }) => id)).toEqual(['二（三）', '民法典 第二百零三条'])
  })

  it('has an article for everything that is cited, at any depth', () => {
    const citations = citationsIn(edition)
    expect(citations.length).toBeGreaterThan(40)
    expect(citations).toHaveLength(chongqingText.match(/\barticle: /g)?.length ?? 0)
    expect(citations).toContainEqual({
      path: ['stages', 4, 'suspension', 'grounds', 1],
      article: '行政许可法 第四十五条',
    })
    for (const { article } of citations)
      expect(paragraphsOf(law, article).map(({ id }) => id)).toEqual(articlesCited(article))
  })
})

describe('a citation', () => {
  it.each([
    ['二（三）', ['二（三）']],
    ['附件2 一（一）2', ['附件2 一（一）2']],
    ['行政许可法 第四十二条', ['行政许可法 第四十二条']],
    ['song 10', ['song 10']],
    ['二（三）；民法典 第二百零三条', ['二（三）', '民法典 第二百零三条']],
    ['二（三）、三（二）', ['二（三）', '三（二）']],
    ['二（三）; 三（二） ；四（一）', ['二（三）', '三（二）', '四（一）']],
    [' 二（三） ', ['二（三）']],
    ['二（三）；二（三）', ['二（三）', '二（三）']],
    ['二（三）；', ['二（三）', '']],
    ['', ['']],
  ])('%j names %j', (citation, ids) => {
    expect(articlesCited(citation)).toEqual(ids)
  })

  it.each([
    '附件2 一（一）9',
    '二',
    '二（三）1',
    '二(三)',
    '第四十二条',
    '行政许可法第四十二条',
    '二（三',
    '；',
  ])('is meant to the letter: %s is no article', (citation) => {
    expect(paragraphsOf(law, citation)).toEqual([])
  })

  it('of several names those that there are, in its order', () => {
    const cited = paragraphsOf(law, '三（二）、二（九）、一（一）')
    expect(cited.map(({ id }) => id)).toEqual(['三（二）', '一（一）'])
  })
})

describe('what does not fit', () => {
  it.each([
    [
      'a rule that cites an article which there is not',
      amended('附件2 一（三）2', () => []),
      ['categories.2.branches.0.article', 'categories.2.branches.1.article'],
      [],
      'the law has no article "附件2 一（三）2"',
    ],
    [
      'an article that no rule answers for, without a reason',
      amended('四（三）', (article) => [without(article)]),
      [],
      ['articles.13'],
      'no rule answers for "四（三）": `unanswered` must say why',
    ],
    [
      'a reason where one rule answers',
      amended('一（二）', (article) => [{ ...article, unanswered: { zh: '无', en: 'none' } }]),
      [],
      ['articles.2.unanswered'],
      '1 rule answers for "一（二）": there is no reason to give',
    ],
    [
      'a reason where several rules answer',
      amended('一（一）', (article) => [{ ...article, unanswered: { zh: '无', en: 'none' } }]),
      [],
      ['articles.1.unanswered'],
      '3 rules answer for "一（一）": there is no reason to give',
    ],
    [
      'an article that stands there twice',
      amended('一（一）', (article) => [article, { ...article, text: ['（一）另一文本。'] }]),
      [],
      ['articles.2.id'],
      '"一（一）" stands here twice',
    ],
    [
      'an article without rules that stands there twice',
      amended('四（三）', (article) => [article, without(article)]),
      [],
      ['articles.14.id'],
      '"四（三）" stands here twice',
    ],
  ])('%s', (_, changed, inEdition, inLaw, en) => {
    const faults = findLawFaults(edition, changed)
    expect(faults.edition.map(({ path }) => path.join('.'))).toEqual(inEdition)
    expect(faults.law.map(({ path }) => path.join('.'))).toEqual(inLaw)
    for (const fault of [...faults.edition, ...faults.law]) {
      expectBothLanguages(fault)
      expect(fault.en).toBe(en)
    }
  })

  it('tells each part of a citation that names several', () => {
    const [first, ...others] = edition.ends
    if (!first) throw new Error('no end')
    const ends = [{ ...first, article: '二（三）；二（九）、三（九）；' }, ...others]
    const faults = findLawFaults({ ...edition, ends }, law).edition
    expect(faults.map(({ en }) => en)).toEqual(
      ['二（九）', '三（九）', ''].map((id) => `the law has no article ${JSON.stringify(id)}`),
    )
  })

  it('is told with the line of the rule', () => {
    const changed = amended('附件2 一（二）1', () => [])
    const refusal = refuseDocument(chongqingText, 'edition.yaml', findLawFaults(edition, changed).edition)
    expect(refusal.faults).toMatchObject([placeOf(chongqingText, '附件2 一（二）1')])
  })

  it('are exactly the citations of what is not there, whatever is left out', () => {
    fc.assert(
      fc.property(fc.subarray(law.articles), (removed) => {
        const gone = new Set(removed.map(({ id }) => id))
        const left = { ...law, articles: law.articles.filter(({ id }) => !gone.has(id)) }
        const expected = citationsIn(edition).filter(({ article }) => gone.has(article))
        const faults = findLawFaults(edition, left)
        expect(faults.edition.map(({ path }) => path)).toEqual(
          expected.map(({ path }) => [...path, 'article']),
        )
        expect(faults.law).toEqual([])
      }),
    )
  })

  it('is every citation of an edition that is held against another law', () => {
    const faults = findLawFaults(treeHouse.edition, law)
    expect(faults.edition).toHaveLength(citationsIn(treeHouse.edition).length)
    expect(faults.law).toHaveLength(law.articles.filter(({ unanswered }) => !unanswered).length)
  })
})

describe('the document of a law', () => {
  it.each([
    ['a number of several articles', 'id: 二（三）', 'id: 二（三）、三（二）', /^articles\.6\.id$/],
    ['a number that ends in a space', 'id: 二（三）', 'id: "二（三） "', /^articles\.6\.id$/],
    ['an empty text', /text:\n {6}- （三）开展认定.*\n/, 'text: []\n', /^articles\.6\.text$/],
    ['no summary', /summary: Districts verify.*\n/, '', /^articles\.6\.summary$/],
    ['a language that is none', 'language: zh', 'language: 中文', /^language$/],
    ['a day that is none', 'issuedOn: 2021-02-18', 'issuedOn: 2021-02-30', /^issuedOn$/],
    ['a field that it does not have', 'language: zh', 'language: zh\nedition: x', /^edition$/],
  ])('is refused with %s', (_, from, to, path) => {
    const wrong = text.replace(from, to)
    expect(wrong).not.toBe(text)
    const faults = faultsOf(wrong)
    expect(faults.map((fault) => fault.path)).toEqual([expect.stringMatching(path)])
    for (const fault of faults) expectBothLanguages(fault)
  })
})

describe('the page of an edition', () => {
  const page = generatedDocs()['docs/editions/chongqing-2021.md'] ?? ''
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  )

  it('has a section for each article', () => {
    expect([...sections.keys()]).toEqual(law.articles.map(({ id }) => id))
  })

  it.each(
    [...answersByArticle(edition, law)].map(([article, rules]) => [article.id, article, rules] as const),
  )(
    'has at %s its text and the rules that answer for it, or why none does',
    (id, { text: paragraphs, unanswered }, rules) => {
      const section = sections.get(id) ?? ''
      expect(section.match(/^> .+$/gm)).toHaveLength(paragraphs.length)
      // The head of the table and the line below it are no rules.
      expect(section.match(/^\|.*\|$/gm)?.length ?? 0).toBe(rules.length === 0 ? 0 : rules.length + 2)
      expect(section).not.toMatch(/undefined|\[object/)
      if (unanswered) expect(section).toContain(unanswered.en)
    },
  )

  it('has the expression of every rule of eligibility', () => {
    const rules = [...edition.conditions, ...edition.categories.flatMap(({ requires }) => requires)]
    for (const { require } of rules) expect(page).toContain(`\`${require.replaceAll('|', String.raw`\|`)}\``)
  })
})

function faultsOf(wrong: string) {
  try {
    readLaw(wrong, 'law.yaml')
    return []
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    return error.faults
  }
}
