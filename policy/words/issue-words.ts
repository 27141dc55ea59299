import { z } from 'zod'
import { inBoth, partsOf, vocabularies, type Term, type Words } from './bilingual.ts'
import { nameOfInput } from '../edition/field-labels.ts'
import { eventLabels } from '../case/labels.ts'
import { subjects } from '../edition/subjects.ts'

type RawIssue = z.core.$ZodRawIssue
type Code = z.core.$ZodIssue['code']
type Of<C extends Code> = Extract<RawIssue, { code: C }>

/** What a field is called; nothing, where it goes by the key that it is written with. */
type Naming = typeof nameOfInput

/** What zod is to say of an issue that no schema has words for: both languages, without the name of the field. */
export const explainIssue = explainerBy(nameOfInput)

/** The same of a document that somebody writes key by key: the keys are its fields' names. */
export const explainDocumentIssue = explainerBy(() => undefined)

function explainerBy(nameOf: Naming): (issue: RawIssue) => string {
  return (issue) => {
    const { zh, en } = wordsOfIssue(issue, nameOf)
    return inBoth(zh, en)
  }
}

function wordsOfIssue(issue: RawIssue, nameOf: Naming): Words {
  switch (issue.code) {
    case 'invalid_type':
      return wordsOfType(issue)
    case 'invalid_value':
      return wordsOfChoice(issue.values, issue.input === undefined, termsOf(issue.inst))
    case 'too_big':
      return wordsOfSize(issue, issue.maximum, 'most')
    case 'too_small':
      return wordsOfSize(issue, issue.minimum, 'least')
    case 'unrecognized_keys':
      return wordsOfKeys(issue, nameOf)
    case 'invalid_union':
      return wordsOfUnion(issue)
    case 'invalid_key':
      return wordsOfKey(issue)
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return byLocale(issue)
  }
}

const chinese = z.locales.zhCN()
const english = z.locales.en()

/** As zod's own locales say it: formats, multiples and whatever else has no words of ours. */
function byLocale(issue: RawIssue): Words {
  return { zh: textOf(chinese.localeError(issue)), en: textOf(english.localeError(issue)) }
}

function textOf(said: ReturnType<typeof chinese.localeError>): string {
  return (typeof said === 'string' ? said : said?.message) ?? ''
}

const types: Record<string, Words> = {
  string: { zh: '文本', en: 'a text' },
  number: { zh: '数字', en: 'a number' },
  nan: { zh: '非数字', en: 'no number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: '是或否（true 或 false）', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  tuple: { zh: '列表', en: 'a list' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
  null: { zh: '空值（null）', en: 'null' },
  undefined: { zh: '留空', en: 'left out' },
  date: { zh: '日期', en: 'a date' },
}

const anything = { zh: '其他类型的值', en: 'a value of another type' }
const missing = { zh: '必须填写', en: 'must be given' }

function wordsOfType({ expected, input }: Of<'invalid_type'>): Words {
  if (input === undefined) return missing
  const wanted = types[expected] ?? anything
  const given = z.util.parsedType(input)
  const is = types[given]
  if (expected === 'int') return { zh: `须为${wanted.zh}`, en: `must be ${wanted.en}` }
  return is
    ? { zh: `须为${wanted.zh}，不能是${is.zh}`, en: `must be ${wanted.en}, not ${is.en}` }
    : { zh: `须为${wanted.zh}`, en: `must be ${wanted.en}` }
}

/** The one form that is told by its type is that of events. */
const eventTerms: readonly Term[] = Object.entries(eventLabels).map(([id, words]) => ({ id, ...words }))

function termsOf(schema: unknown): readonly Term[] {
  return schema instanceof z.ZodEnum ? (vocabularies.get(schema)?.terms ?? []) : []
}

/** The values that would do, by the words that people have for them. */
function wordsOfChoice(values: readonly unknown[], isMissing: boolean, terms: readonly Term[]): Words {
  const told = values.map((value) => {
    const id = String(value)
    return termWords(
      id,
      terms.find((each) => each.id === id),
    )
  })
  const need = isMissing ? missing : { zh: '', en: '' }
  const only = told.length === 1
  return {
    zh: `${need.zh && `${need.zh}，`}${only ? '只能是' : '须为以下之一：'}${told.map(({ zh }) => zh).join('、')}`,
    en: `${need.en && `${need.en}, and `}must be ${only ? '' : 'one of: '}${told.map(({ en }) => en).join(', ')}`,
  }
}

function withId(words: string | undefined, id: string, open: string, close: string): string {
  return words === undefined || words === id ? id : `${words}${open}${id}${close}`
}

function wordsOfSize(
  { origin, inclusive = true }: Of<'too_big'> | Of<'too_small'>,
  limit: number | bigint,
  side: 'most' | 'least',
): Words {
  const unit = units[origin]
  if (unit && side === 'least' && Number(limit) === 1) return { zh: '不能为空', en: 'must not be empty' }
  if (unit && side === 'most')
    return { zh: `最多 ${limit} ${unit.zh}`, en: `must have at most ${limit} ${unit.en}` }
  if (unit) return { zh: `至少 ${limit} ${unit.zh}`, en: `must have at least ${limit} ${unit.en}` }
  if (side === 'most')
    return inclusive
      ? { zh: `不得大于 ${limit}`, en: `must not be more than ${limit}` }
      : { zh: `须小于 ${limit}`, en: `must be less than ${limit}` }
  return inclusive
    ? { zh: `不得小于 ${limit}`, en: `must not be less than ${limit}` }
    : { zh: `须大于 ${limit}`, en: `must be more than ${limit}` }
}

const units: Record<string, Words> = {
  string: { zh: '个字符', en: 'characters' },
  array: { zh: '项', en: 'items' },
  set: { zh: '项', en: 'items' },
  map: { zh: '项', en: 'items' },
}

/** Keys that a form does not have, and those that it has. */
function wordsOfKeys({ keys, inst }: Of<'unrecognized_keys'>, nameOf: Naming): Words {
  const named = keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 60)))
  const known = labelled(inst, nameOf)
  if (known.length === 0)
    return { zh: `不应有 ${named.join('、')}`, en: `must not have ${named.join(', ')}: it has no fields` }
  return {
    zh: `没有 ${named.join('、')} 这样的字段，可用的有：${known.map(({ zh }) => zh).join('、')}`,
    en: `has no field ${named.join(', ')}; its fields are: ${known.map(({ en }) => en).join(', ')}`,
  }
}

/** The keys that a form has, or a table of an enumeration, by what people call them. */
function labelled(form: unknown, nameOf: Naming): Words[] {
  if (form instanceof z.ZodObject) {
    const subject = subjects.get(form)
    return Object.keys(form.shape).map((key) => termWords(key, nameOf([key], subject)))
  }
  const keys = form instanceof z.ZodRecord ? form.keyType : undefined
  if (!(keys instanceof z.ZodEnum)) return []
  const terms = termsOf(keys)
  return keys.options.map((key) =>
    termWords(
      String(key),
      terms.find(({ id }) => id === key),
    ),
  )
}

function termWords(id: string, name: Partial<Words> | undefined): Words {
  return { zh: withId(name?.zh, id, '（', '）'), en: withId(name?.en, id, ' (', ')') }
}

function wordsOfUnion(issue: Of<'invalid_union'>): Words {
  if ('options' in issue && Array.isArray(issue.options)) {
    const isMissing = !Object.hasOwn(Object(issue.input), issue.discriminator ?? '')
    return wordsOfChoice(issue.options, isMissing, eventTerms)
  }
  const forms = issue.inst instanceof z.ZodUnion ? issue.inst.def.options.flatMap(shapeOf) : []
  return {
    zh: `须为以下形式之一：${forms.map(({ zh }) => zh).join('；')}`,
    en: `must be one of: ${forms.map(({ en }) => en).join('; ')}`,
  }
}

function shapeOf(option: unknown): Words[] {
  if (option instanceof z.ZodObject) {
    const keys = Object.keys(option.shape).join(', ')
    return [{ zh: `含 ${keys} 的对象`, en: `an object with ${keys}` }]
  }
  const words = option instanceof z.ZodType ? types[option.def.type] : undefined
  return words ? [words] : []
}

/** A key that a table does not take, by what is wrong with the key. */
function wordsOfKey({ issues }: Of<'invalid_key'>): Words {
  const inner = issues.map(({ message }) => partsOf(message)).find((words) => words !== undefined)
  return { zh: `的名称${inner?.zh ?? '不对'}`, en: `has a name that ${inner?.en ?? 'is wrong'}` }
}
