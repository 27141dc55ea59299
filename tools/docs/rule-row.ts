import { z } from 'zod'
import type { Citation } from '../../policy/edition/citations.ts'
import { termsFor } from '../../policy/edition/form.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { writeYuan } from '../../policy/edition/money.ts'
import { kindOf } from '../../policy/stages/index.ts'
import { periods } from '../../policy/stages/supervision/words.ts'
import type { Words } from '../../policy/words/bilingual.ts'
import { lengthWords } from '../../policy/words/length-words.ts'

/** The names of the fields of an edition under which something cites an article, at any depth. */
type CitingField<T, Name extends string = never> = T extends readonly (infer Item)[]
  ? CitingField<Item, Name>
  : T extends object
    ? | (T extends { article: string } ? Name : never)
      | { [K in keyof T & string]: CitingField<NonNullable<T[K]>, K> }[keyof T & string]
    : never

/** What kind of rule stands in a field: one that begins to cite articles does not compile until it has its words here. */
const fields = {
  intake: { zh: '受理期间', en: 'when applications are taken' },
  targets: { zh: '总目标', en: 'target of all' },
  stages: { zh: '环节', en: 'stage' },
  deadline: { zh: '办理期限', en: 'deadline' },
  ownExtension: { zh: '办理人员延长一次', en: 'more time for the officer, once' },
  grounds: { zh: '暂停计时的事由', en: 'ground on which the clock stops' },
  lapse: { zh: '期满后仍未办理的终止', en: 'end of a case that nobody takes up after the deadline' },
  takeover: { zh: '接办', en: 'who may take over' },
  period: { zh: '公示期', en: 'period of public notice' },
  reports: { zh: '定期填报', en: 'regular reports' },
  completion: { zh: '按期完工', en: 'completion by the date of the project' },
  extension: { zh: '项目延期', en: 'extension of the project' },
  decision: { zh: '对申请事项的审批期限', en: 'deadline of a decision on what is asked for' },
  hearing: { zh: '撤销前的陈述申辩期限', en: 'time to answer before a revocation' },
  ends: { zh: '终点', en: 'end' },
  conditions: { zh: '认定条件', en: 'condition' },
  categories: { zh: '类别', en: 'category' },
  requires: { zh: '类别的条件', en: 'condition of a category' },
  branches: { zh: '类别的投资标准', en: 'investment standard of a category' },
} satisfies Record<CitingField<Edition>, Words>

const fieldWords: Record<string, Words> = fields

const Named = z.object({ zh: z.string(), en: z.string() })
const Identified = z.object({ id: z.string() })

/** What rules of any kind say, as far as it is shown here; each kind says some of it. */
const Rule = z
  .object({
    source: z.enum(['notice', 'default']),
    kind: z.string(),
    by: z.array(z.string()),
    officers: z.array(z.string()),
    when: z.string(),
    require: z.string(),
    counts: z.array(z.string()),
    atLeast: z.string(),
    days: z.int(),
    unit: z.enum(['workingDays', 'calendarDays']),
    to: z.string(),
    every: z.enum(['month', 'quarter', 'halfYear', 'year']),
    within: z.object({ days: z.int(), unit: z.literal('calendarDays') }),
    atMost: z.int(),
    months: z.int(),
    waivable: z.boolean(),
  })
  .partial()
  .required({ source: true })
type Rule = z.infer<typeof Rule>

const sources = {
  notice: { zh: '通知', en: 'notice' },
  default: { zh: '缺省', en: 'default' },
} satisfies Record<Rule['source'], Words>

/** A rule by its path: what it is called within what, what it is, what it says, and who says so. */
export function ruleRow(edition: Edition, path: Citation['path']): string[] {
  const along = path.map((_, at) => valueAt(edition, path.slice(0, at + 1)))
  const names = along.flatMap((value) => Named.safeParse(value).data ?? [])
  const place = path.map((key, at) =>
    typeof key === 'number' ? (Identified.safeParse(along[at]).data?.id ?? key) : key,
  )
  const field = fieldWords[path.findLast((key) => typeof key === 'string') ?? ''] ?? { zh: '', en: '' }
  const rule = Rule.parse(along.at(-1))
  const { zh, en } = sources[rule.source]
  return [
    `${names.map((name) => name.zh).join('：')}<br>${names.map((name) => name.en).join(': ')}<br>\`${place.join('.')}\``,
    `${field.zh} ${field.en}`,
    contentOf(edition, rule).join('<br>') || '—',
    `${zh} ${en}`,
  ].map((cell) => cell.replaceAll('|', String.raw`\|`))
}

function valueAt(value: unknown, path: Citation['path']): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string | number, unknown>)[key], value)
}

/** What a rule says, a line for each of its parts. */
function contentOf(edition: Edition, rule: Rule): string[] {
  const {
    by,
    officers,
    when,
    require,
    waivable,
    counts,
    atLeast,
    days,
    unit,
    to,
    every,
    within,
    atMost,
    months,
  } = rule
  const { roles, ends, stages } = edition
  const stage = stages.find(({ kind }) => kind === rule.kind)
  const kind = stage && kindOf(stage)
  return [
    kind && `类型 kind: ${kind.zh} ${kind.en}`,
    by && `由 by: ${namesIn(roles, by)}`,
    officers && `审批 decided by: ${namesIn(roles, officers)}`,
    when && `仅当 only if \`${when}\``,
    require && `须 must hold: \`${require}\``,
    waivable && '有称号（`designations`）的项目免查 not asked of projects that have a title (`designations`)',
    counts && `计入 counts: ${namesIn(termsFor(edition, 'parts'), counts)}`,
    atLeast && `不低于 at least ${writeYuan(atLeast)} ${atLeast} yuan`,
    every && `${periods[every].zh} ${periods[every].en}`,
    within && `期末后 after its end, within: ${lengthIn(within.days, within.unit)}`,
    days !== undefined && unit && lengthIn(days, unit),
    atMost !== undefined && `至多${atMost}次 at most ${atMost} times`,
    months !== undefined && `每次至多${months}个月 each of at most ${months} months`,
    to && `至 to: ${namesIn([...stages, ...ends], [to])}`,
  ].filter((part) => typeof part === 'string')
}

function lengthIn(days: number, unit: NonNullable<Rule['unit']>): string {
  const { zh, en } = lengthWords(days, unit)
  return `${zh} ${en}`
}

function namesIn(terms: readonly (Words & { id: string })[], ids: readonly string[]): string {
  return ids
    .flatMap((id) => terms.find((term) => term.id === id) ?? [])
    .map(({ zh, en }) => `${zh} ${en}`)
    .join('、')
}
