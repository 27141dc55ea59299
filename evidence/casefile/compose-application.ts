import type { Application, Evidence } from '../../policy/edition/application.ts'
import type { Edition, Words } from '../../policy/edition/edition.ts'
import type { CaseFile } from './content.ts'
import type { Block } from './document.ts'
import { dayWords, instantWords, moneyWords } from './words.ts'

type Terms = (Words & { id: string })[]

/** What the enterprise has filed, in each of its forms. */
export function applicationBlocks({ applications, edition, project }: CaseFile): Block[] {
  const { enterprise } = project.state.case
  const forms = applications.flatMap(({ revision, at, application }, index): Block[] => [
    {
      kind: 'subheading',
      text: { zh: `第${index + 1}稿，第${revision}条记录，${instantWords(at)}`, en: `form ${index + 1}` },
    },
    { kind: 'fields', rows: fieldsOf(edition.document, application) },
  ])
  return [
    { kind: 'heading', text: { zh: '认定申请', en: 'Application' }, newPage: true },
    { kind: 'subheading', text: { zh: '企业登记信息', en: 'the enterprise in the register' } },
    {
      kind: 'fields',
      rows: [
        [{ zh: '企业名称', en: 'name' }, enterprise.name],
        [{ zh: '统一社会信用代码', en: 'credit code' }, enterprise.uscc],
        [{ zh: '所在区县', en: 'district' }, enterprise.district],
        [{ zh: '行业（GB/T 4754）', en: 'industry' }, enterprise.industry],
        [{ zh: '规模', en: 'size' }, sizes[enterprise.size]],
      ],
    },
    ...forms,
  ]
}

const sizes = { large: '大型', medium: '中型', small: '小型', micro: '微型' } as const

function fieldsOf(edition: Edition, form: Application): [Words, string][] {
  const { categories, vocabulary } = edition
  const list = (ids: string[], terms: Terms) => ids.map((id) => termOf(terms, id)).join('、') || '—'
  const kinds = Object.entries(form.investment).map(([id, yuan]): [Words, string] => [
    wordsOf(vocabulary.investment, id),
    moneyWords(yuan),
  ])
  return [
    [{ zh: '项目名称', en: 'name' }, form.name],
    [{ zh: '项目类别', en: 'category' }, termOf(categories, form.category)],
    [{ zh: '实施地点', en: 'site' }, form.site],
    [{ zh: '区县', en: 'district' }, form.district],
    [{ zh: '开工日期', en: 'start' }, dayWords(form.startOn)],
    [{ zh: '（拟）完工日期', en: 'completion' }, dayWords(form.completeOn)],
    [{ zh: '总投资', en: 'total investment' }, moneyWords(form.totalInvestment)],
    ...kinds,
    [{ zh: '成效', en: 'effects' }, list(form.effects, vocabulary.effects)],
    [{ zh: '信息系统', en: 'information systems' }, form.informationSystems.join('、') || '—'],
    [{ zh: '上云方式', en: 'cloud' }, list(form.cloudModel ? [form.cloudModel] : [], vocabulary.cloudModels)],
    [{ zh: '试点示范称号', en: 'designations' }, list(form.designations, vocabulary.designations)],
    [{ zh: '材料', en: 'papers' }, form.evidence.map(evidenceWords).join('\n') || '—'],
  ]
}

/** What a paper is called: its kind, its number and what is said of it. */
export function evidenceWords(paper: Evidence): string {
  if (typeof paper === 'string') return paper
  const { kind, number, note } = paper
  return [evidenceKinds[kind], number, note].filter(Boolean).join(' ')
}

const evidenceKinds = {
  invoice: '发票',
  contract: '合同',
  photo: '照片',
  report: '报告',
  other: '其他',
} as const

/** A term of the edition in Chinese; the id, if it has none. */
export function termOf(terms: Terms, id: string): string {
  return wordsOf(terms, id).zh
}

function wordsOf(terms: Terms, id: string): Words {
  const { zh, en } = terms.find((term) => term.id === id) ?? { zh: id, en: id }
  return { zh, en }
}
