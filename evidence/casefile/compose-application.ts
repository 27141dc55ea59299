import type { Application, Evidence, FieldValue } from '../../policy/edition/application.ts'
import type { Edition, Words } from '../../policy/edition/edition.ts'
import type { Field } from '../../policy/edition/field.ts'
import { formOf } from '../../policy/edition/form.ts'
import { amountsIn, isPaper } from '../../policy/edition/plan.ts'
import type { CaseFile } from './content.ts'
import type { Block } from './document.ts'
import { dayWords, instantWords, moneyWords } from './words.ts'

type Terms = readonly (Words & { id: string })[]

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

/** What every procedure asks for, then the fields of the form in their order. */
function fieldsOf(edition: Edition, application: Application): [Words, string][] {
  return [
    [{ zh: '项目名称', en: 'name' }, application.name],
    [{ zh: '区县', en: 'district' }, application.district],
    [{ zh: '项目类别', en: 'category' }, termOf(edition.categories, application.category)],
    ...formOf(edition).fields.flatMap((field) => rowsOf(field, application[field.id])),
  ]
}

/** The rows of a field: one, or one for each of its amounts. */
function rowsOf(field: Field, value: FieldValue | undefined): [Words, string][] {
  const { zh, en } = field
  if (field.type !== 'amounts') return [[{ zh, en }, valueWords(field, value)]]
  return Object.entries(amountsIn(value)).map(([id, yuan]) => {
    const term = wordsOf(field.of, id)
    return [{ zh: `${zh}：${term.zh}`, en: `${en}: ${term.en}` }, moneyWords(yuan)]
  })
}

/** A value as a paper has it; a list in one line, papers in one each, `—` for what was left out. */
function valueWords(field: Field, value: FieldValue | undefined): string {
  const values = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]
  const written = values.map((each) => oneWords(field, each))
  return written.join(field.type === 'paper' ? '\n' : '、') || '—'
}

function oneWords(field: Field, value: FieldValue): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'object' && value !== null) return isPaper(value) ? evidenceWords(value) : ''
  const text = String(value)
  switch (field.type) {
    case 'money':
      return moneyWords(text)
    case 'date':
      return dayWords(text)
    case 'percent':
      return `${text}%`
    case 'one':
    case 'several':
      return termOf(field.of, text)
    case 'text':
    case 'number':
    case 'yesNo':
    case 'amounts':
    case 'paper':
      return text
  }
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
